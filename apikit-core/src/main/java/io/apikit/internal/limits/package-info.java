/**
 * Rates, token buckets, and the limits on requests that use them.
 *
 * <p>Start reading at {@link io.apikit.internal.limits.RateLimiter}.
 */
@NullMarked
package io.apikit.internal.limits;

import org.jspecify.annotations.NullMarked;
