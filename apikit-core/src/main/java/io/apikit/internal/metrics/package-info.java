/**
 * The meters of an app and of the requests that it served.
 *
 * <p>Start reading at {@link io.apikit.internal.metrics.AppMetrics}.
 */
@NullMarked
package io.apikit.internal.metrics;

import org.jspecify.annotations.NullMarked;
