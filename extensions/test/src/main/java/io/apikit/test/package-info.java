/**
 * Tests of a service: the app on a free port, in front of a backend that the test scripts. Start reading at
 * {@link io.apikit.test.ApiTest}.
 */
@NullMarked
package io.apikit.test;

import org.jspecify.annotations.NullMarked;
