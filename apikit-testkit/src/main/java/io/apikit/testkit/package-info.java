/**
 * Fakes of real backends, over real HTTP on loopback, for tests and demonstrations: they log in, expire, refuse and
 * stall. Start reading at {@link io.apikit.testkit.FakeOAuth2Proxy}, or at the smaller
 * {@link io.apikit.testkit.FakePele}.
 */
@NullMarked
package io.apikit.testkit;

import org.jspecify.annotations.NullMarked;
