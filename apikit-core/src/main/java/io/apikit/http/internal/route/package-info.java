/**
 * Where a connection goes that is not made to the origin's own host: through a proxy, or to another address.
 *
 * <p>Start reading at {@link io.apikit.http.internal.route.OutboundRoutes}.
 */
@NullMarked
package io.apikit.http.internal.route;

import org.jspecify.annotations.NullMarked;
