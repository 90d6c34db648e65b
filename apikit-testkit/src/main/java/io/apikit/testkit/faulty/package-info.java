/**
 * A server that violates HTTP, TLS and TCP as a script says. Start reading at
 * {@link io.apikit.testkit.faulty.FaultyServer}.
 */
@NullMarked
package io.apikit.testkit.faulty;

import org.jspecify.annotations.NullMarked;
