/**
 * Base URLs, origins, and the encoding of a request's path and query.
 *
 * <p>Start reading at {@link io.apikit.http.internal.url.RequestTarget}.
 */
@NullMarked
package io.apikit.http.internal.url;

import org.jspecify.annotations.NullMarked;
