/**
 * Liveness, readiness, and the checks behind it.
 *
 * <p>Start reading at {@link io.apikit.internal.health.Probes}.
 */
@NullMarked
package io.apikit.internal.health;

import org.jspecify.annotations.NullMarked;
