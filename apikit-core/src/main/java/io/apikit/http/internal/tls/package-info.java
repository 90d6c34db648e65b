/**
 * TLS contexts from PEM files.
 *
 * <p>Start reading at {@link io.apikit.http.internal.tls.SslContexts}.
 */
@NullMarked
package io.apikit.http.internal.tls;

import org.jspecify.annotations.NullMarked;
