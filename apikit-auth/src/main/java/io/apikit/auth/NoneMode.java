package io.apikit.auth;

import java.util.Map;

/** The backend needs no login. */
final class NoneMode implements Authenticator {
    static final Authenticator INSTANCE = new NoneMode();
    private static final Login UNSIGNED = Login.fixed(Map.of());

    private NoneMode() {}

    @Override
    public String name() {
        return "none";
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport bare) {
        return UNSIGNED;
    }
}
