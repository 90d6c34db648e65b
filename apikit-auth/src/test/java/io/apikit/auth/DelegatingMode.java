package io.apikit.auth;

import io.apikit.http.BackendResponse;
import java.util.Optional;

/** A mode of a user that stands before another one, and passes on what it is given. */
class DelegatingMode implements Authenticator {
    private final Authenticator mode;

    DelegatingMode(Authenticator mode) {
        this.mode = mode;
    }

    @Override
    public String name() {
        return mode.name();
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused {
        return mode.logIn(credentials, transport);
    }

    @Override
    public Login renew(Login ended, Credentials credentials, LoginTransport transport) throws LoginRefused {
        return mode.renew(ended, credentials, transport);
    }

    @Override
    public void logOut(Login login, LoginTransport transport) {
        mode.logOut(login, transport);
    }

    @Override
    public LogOutScope logOutScope() {
        return mode.logOutScope();
    }

    @Override
    public Verdict judge(BackendResponse response, Login used, LoginTransport transport) {
        return mode.judge(response, used, transport);
    }

    @Override
    public Login refreshed(Login current, BackendResponse response) {
        return mode.refreshed(current, response);
    }

    @Override
    public Optional<String> challenge() {
        return mode.challenge();
    }
}
