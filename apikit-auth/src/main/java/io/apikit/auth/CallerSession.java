package io.apikit.auth;

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

    /** @param authenticating the part of the pipeline that knows the login */
    CallerSession(Account account, CurrentLogin login, AuthenticatingTransport authenticating, Transport pipeline) {
        this.account = account;
        this.login = login;
        this.authenticating = authenticating;
        this.pipeline = pipeline;
    }

    Account account() {
        return account;
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
