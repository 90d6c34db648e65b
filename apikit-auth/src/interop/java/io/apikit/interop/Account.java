package io.apikit.interop;

import io.apikit.auth.Credentials;

/** Somebody at an identity provider. */
record Account(String login, String email, String password) {
    Credentials credentials() {
        return Credentials.password(login, password);
    }
}
