package io.apikit.auth;

import io.apikit.auth.internal.logins.UseCount;
import io.apikit.http.Transport;

/**
 * What is kept of one caller between requests: its account, its login, and the pipeline that its requests go through.
 * Thread-safe.
 */
final class CallerSession {
    private final Account account;
    private final CurrentLogin login;
    private final AuthenticatingTransport authenticating;
    private final Transport pipeline;
    private final UseCount calls;

    /** @param authenticating the part of the pipeline that knows the login */
    CallerSession(Account account, CurrentLogin login, AuthenticatingTransport authenticating, Transport pipeline) {
        this.account = account;
        this.login = login;
        this.authenticating = authenticating;
        this.pipeline = pipeline;
        this.calls = login.logOuts().newCount();
    }

    Account account() {
        return account;
    }

    /** Returns the count of its calls under way. */
    UseCount calls() {
        return calls;
    }

    /** Returns whether it is logged out at its end. */
    boolean isLoggedOut() {
        return calls != UseCount.NONE;
    }

    /** Lets no further call begin. After those under way, its login is logged out, if the mode does that. Never blocks. */
    void end() {
        calls.end(login::end);
    }

    CurrentLogin login() {
        return login;
    }

    Transport pipeline() {
        return pipeline;
    }

    /** Returns the pipeline without its retries. */
    Transport authenticating() {
        return authenticating;
    }

    /** Returns whether a response has shown that the backend accepts this login, which cannot be renewed. */
    boolean isAccepted(LoginGeneration generation) {
        return authenticating.isAccepted(generation);
    }
}
