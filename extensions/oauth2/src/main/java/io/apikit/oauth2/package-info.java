/**
 * Logging in to a backend with the grants of OAuth 2.0.
 *
 * <p>Start reading at {@link io.apikit.oauth2.OAuth2}.
 *
 * <p>The module has no library of its own. A token request is a form of about ten fields, and the JDK signs a client
 * assertion in one call. Nimbus's oauth2-oidc-sdk 11.39 would add 8 jars of 2.0 MB. Its parsers refuse responses that
 * servers send: a token without {@code token_type}, {@code "expires_in": null}, and the media type {@code text/json}.
 * It reads PEM only with Bouncy Castle.
 */
@NullMarked
package io.apikit.oauth2;

import org.jspecify.annotations.NullMarked;
