/**
 * The HTTP server below the app: the handlers that a request passes before Javalin, and the one shape of errors.
 *
 * <p>Start reading at {@link io.apikit.internal.server.InboundPipeline}.
 */
@NullMarked
package io.apikit.internal.server;

import org.jspecify.annotations.NullMarked;
