package io.apikit.auth.internal.formlogin;

import io.apikit.auth.internal.browser.PageLogin;
import io.apikit.auth.internal.logins.RenewalSigns;
import java.util.Optional;

/**
 * The chosen options of the {@code form} mode. Immutable.
 *
 * @param page the login page: a path below the base URL, or an address on the backend's origin
 * @param fields the names of the fields of the login form; empty to find them
 * @param probe what a user gets a success for, and nobody else; empty if nothing is asked
 * @param csrf where a CSRF token comes from
 * @param loggedOut how the end of a session shows, in place of the default; empty for the default
 * @param renewal what else shows it
 * @param isNothingDone whether a request was not carried out if its response is the login page with the status 200
 * @param logOut how a session is ended; empty if it is not
 */
public record FormSettings(
        String page,
        Optional<PageLogin.Fields> fields,
        Optional<String> probe,
        CsrfSource csrf,
        Optional<RenewalSigns> loggedOut,
        RenewalSigns renewal,
        boolean isNothingDone,
        Optional<LogOut> logOut) {
    /**
     * The request that ends a session.
     *
     * @param method upper case
     * @param path below the base URL, or an address on the backend's origin
     */
    public record LogOut(String method, String path) {}
}
