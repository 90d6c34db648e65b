/**
 * Token responses and the lifetime of a token.
 *
 * <p>Start reading at {@link io.apikit.auth.internal.token.TokenResponse}.
 */
@NullMarked
package io.apikit.auth.internal.token;

import org.jspecify.annotations.NullMarked;
