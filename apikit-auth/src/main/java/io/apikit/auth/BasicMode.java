package io.apikit.auth;

import java.util.Map;
import java.util.Optional;

/** Basic credentials with every request (RFC 7617): there is nothing to renew. */
final class BasicMode implements Authenticator {
    static final Authenticator INSTANCE = new BasicMode();

    /** What callers of every mode that takes a user name and a password are asked for. */
    static final String CHALLENGE = "Basic realm=\"apikit\", charset=\"UTF-8\"";

    private BasicMode() {}

    @Override
    public String name() {
        return "basic";
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
        if (!(credentials instanceof Credentials.Password password)) {
            throw new LoginRefused("This service needs a user name and a password.");
        }
        if (password.username().contains(":")) {
            throw new LoginRefused("A user name with a colon cannot be sent as Basic credentials (RFC 7617).");
        }
        return Login.fixed(
                Map.of("Authorization", AuthorizationHeader.basic(password.username(), password.password())));
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of(CHALLENGE);
    }
}
