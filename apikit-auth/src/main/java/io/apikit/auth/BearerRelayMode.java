package io.apikit.auth;

import java.util.Map;
import java.util.Optional;

/** The caller's bearer token, passed on as it is (RFC 6750): there is nothing to renew. */
final class BearerRelayMode implements Authenticator {
    static final Authenticator INSTANCE = new BearerRelayMode();

    private BearerRelayMode() {}

    @Override
    public String name() {
        return "bearer";
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
        if (!(credentials instanceof Credentials.Bearer own)) {
            throw new LoginRefused("This service needs a bearer token.");
        }
        return Login.fixed(Map.of("Authorization", "Bearer " + own.token()));
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of("Bearer realm=\"apikit\"");
    }
}
