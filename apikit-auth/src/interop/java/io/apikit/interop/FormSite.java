package io.apikit.interop;

import io.apikit.auth.Authenticator;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;

/** A real server with a login form and a session of its own, and how to log in to it. */
interface FormSite extends AutoCloseable {
    String url();

    /** Returns the mode under test, as a service's author writes it. */
    Authenticator mode();

    /** Returns an account that no test has used. */
    Account newAccount();

    /** Returns a request whose response names the caller. */
    BackendRequest whoAmI();

    /** Returns the caller's name in a response to {@link #whoAmI} or {@link #change}. */
    String nameIn(BackendResponse response);

    /** Returns a request that is not idempotent and that needs a CSRF token. */
    BackendRequest change(Account account);

    /** Returns how often the server carried out {@link #change} for this account, by its own log. */
    int changes(Account account);

    /** Returns how often this account logged in, by the server's own log. */
    int logins(Account account);

    /** Returns how often a password of this account was refused, by the server's own log. */
    int refusals(Account account);

    /** Returns how often a session of this account was logged out, by the server's own log. */
    int logouts(Account account);

    /** Ends all sessions at the server. */
    void endSessions();

    @Override
    void close();
}
