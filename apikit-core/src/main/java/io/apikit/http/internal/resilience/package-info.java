/**
 * Retries, and the gates that a call passes: metrics, circuit breaker, pace and bulkhead.
 *
 * <p>Start reading at {@link io.apikit.http.internal.resilience.Gate}.
 */
@NullMarked
package io.apikit.http.internal.resilience;

import org.jspecify.annotations.NullMarked;
