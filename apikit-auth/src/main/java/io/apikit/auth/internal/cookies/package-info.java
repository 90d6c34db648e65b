/**
 * The cookies that a backend gives a session besides those of its login, and the one header for all cookies of a request.
 *
 * <p>Start reading at {@link io.apikit.auth.internal.cookies.SessionCookies}.
 */
@NullMarked
package io.apikit.auth.internal.cookies;

import org.jspecify.annotations.NullMarked;
