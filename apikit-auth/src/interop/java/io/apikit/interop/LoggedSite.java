package io.apikit.interop;

import io.apikit.http.BackendResponse;

/** A site of {@code sites/}, which logs what happens under which account, and names the caller in its responses. */
interface LoggedSite extends FormSite {
    PythonServer server();

    @Override
    default Account newAccount() {
        return server().newAccount();
    }

    @Override
    default String nameIn(BackendResponse response) {
        return response.orThrow().text().split(" ", 3)[1];
    }

    @Override
    default int changes(Account account) {
        return server().linesEnding("POST data user=" + account.login());
    }

    @Override
    default int logins(Account account) {
        return server().linesEnding("login successful user=" + account.login());
    }

    @Override
    default int refusals(Account account) {
        return server().linesEnding("login refused user=" + account.login());
    }

    @Override
    default int logouts(Account account) {
        return server().linesEnding("logout user=" + account.login());
    }

    @Override
    default void close() {
        server().close();
    }
}
