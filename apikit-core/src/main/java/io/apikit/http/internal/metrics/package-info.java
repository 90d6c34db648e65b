/**
 * The meters of one backend.
 *
 * <p>Start reading at {@link io.apikit.http.internal.metrics.BackendMetrics}.
 */
@NullMarked
package io.apikit.http.internal.metrics;

import org.jspecify.annotations.NullMarked;
