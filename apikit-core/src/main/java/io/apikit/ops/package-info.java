/**
 * The operation of an app: probes and shutdown, logs and metrics, limits on callers, and the id, trace, deadline and
 * identity of a request.
 *
 * <p>Start reading at {@link io.apikit.ops.Operations}.
 */
@NullMarked
package io.apikit.ops;

import org.jspecify.annotations.NullMarked;
