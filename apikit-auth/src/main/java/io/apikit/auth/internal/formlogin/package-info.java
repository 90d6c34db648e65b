/**
 * A login by a form of the backend's own: the login, its session with cookies and CSRF tokens, and how its end shows.
 *
 * <p>Start reading at {@link io.apikit.auth.internal.formlogin.FormSiteLogin}.
 */
@NullMarked
package io.apikit.auth.internal.formlogin;

import org.jspecify.annotations.NullMarked;
