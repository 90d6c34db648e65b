/**
 * Logging in through an oauth2-proxy, and detecting that a session there has ended.
 *
 * <p>Start reading at {@link io.apikit.auth.internal.oauth2proxy.OAuth2ProxyLogin}.
 */
@NullMarked
package io.apikit.auth.internal.oauth2proxy;

import org.jspecify.annotations.NullMarked;
