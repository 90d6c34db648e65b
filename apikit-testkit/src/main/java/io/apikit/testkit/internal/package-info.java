/**
 * What the fakes share: the server, the gate of the logins, users, tokens and counts. Start reading at
 * {@link io.apikit.testkit.internal.FakeServer}.
 */
@NullMarked
package io.apikit.testkit.internal;

import org.jspecify.annotations.NullMarked;
