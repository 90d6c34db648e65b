package io.apikit.auth;

import io.apikit.auth.Credentials.Password;
import io.apikit.http.BackendRequest;
import java.util.Map;

/** How a user name and a password are put into a login request. */
@FunctionalInterface
interface CredentialsForm {
    BackendRequest put(BackendRequest login, Password own);

    static CredentialsForm basic() {
        return (login, own) -> login.header("Authorization", AuthorizationHeader.basic(own.username(), own.password()));
    }

    static CredentialsForm form(String username, String password) {
        return (login, own) -> login.form(Map.of(username, own.username(), password, own.password()));
    }

    static CredentialsForm json(String username, String password) {
        return (login, own) -> login.json(Map.of(username, own.username(), password, own.password()));
    }
}
