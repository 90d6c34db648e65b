/** Tests of a service: the app on a free port, before a backend that the test scripts. */
@NullMarked
package io.apikit.test;

import org.jspecify.annotations.NullMarked;
