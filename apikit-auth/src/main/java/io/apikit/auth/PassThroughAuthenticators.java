package io.apikit.auth;

import io.apikit.http.BackendResponse;
import io.apikit.internal.util.AuthorizationHeader;
import io.apikit.internal.util.HttpSyntax;
import java.util.Map;
import java.util.Optional;

/** The modes without a request of their own. This one is for a backend that needs no login. */
final class PassThroughAuthenticators implements Authenticator {
    static final Authenticator INSTANCE = new PassThroughAuthenticators();
    private static final Login UNSIGNED = Login.fixed(Map.of());

    private PassThroughAuthenticators() {}

    @Override
    public String name() {
        return "none";
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport transport) {
        return UNSIGNED;
    }

    /** Returns a 401 whose error says that no mode is set, if the mode is {@code none} and the backend has a challenge. */
    static BackendResponse explainNone(Authenticator mode, BackendResponse rejected) {
        var challenge = rejected.header("WWW-Authenticate").map(PassThroughAuthenticators::scheme);
        if (!mode.name().equals(Authenticator.none().name()) || challenge.isEmpty()) {
            return rejected;
        }
        var cause = "No auth mode is set for this backend, which asks for credentials (" + challenge.get()
                + "): set one with Backend.at(..).auth(..).";
        return rejected.onError(error -> error.withContent(
                error.content().map(content -> cause + " " + content).orElse(cause)));
    }

    /** Returns the first scheme that the backend names (RFC 9110, section 11.6.1), which is a token. */
    private static String scheme(String challenge) {
        var scheme = challenge.strip().split("[ ,]", 2)[0];
        return HttpSyntax.isToken(scheme) ? scheme : "an unknown scheme";
    }

    /** Sends Basic credentials with every request, in the caller's own bytes (RFC 7617). Nothing can be renewed. */
    static final class Basic implements Authenticator {
        static final Authenticator INSTANCE = new Basic();

        /** The challenge of every mode that takes a user name and a password. */
        static final String CHALLENGE = "Basic realm=\"apikit\", charset=\"UTF-8\"";

        private Basic() {}

        @Override
        public String name() {
            return "basic";
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused {
            if (!(credentials instanceof Credentials.Password password)) {
                throw new LoginRefused("This service needs a user name and a password.");
            }
            if (password.username().contains(":")) {
                throw new LoginRefused("A user name with a colon cannot be sent as Basic credentials (RFC 7617).");
            }
            var own = AuthorizationHeader.basic(password.username(), password.password(), password.charset());
            return Login.fixed(Map.of("Authorization", own));
        }

        @Override
        public Optional<String> challenge() {
            return Optional.of(CHALLENGE);
        }
    }

    /** Sends the caller's bearer token unchanged (RFC 6750). Nothing can be renewed. */
    static final class BearerRelay implements Authenticator {
        static final Authenticator INSTANCE = new BearerRelay();

        private BearerRelay() {}

        @Override
        public String name() {
            return "bearer";
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused {
            if (!(credentials instanceof Credentials.Bearer own)) {
                throw new LoginRefused("This service needs a bearer token.");
            }
            return Login.fixed(Map.of("Authorization", AuthorizationHeader.bearer(own.token())));
        }

        @Override
        public Optional<String> challenge() {
            return Optional.of("Bearer realm=\"apikit\"");
        }
    }
}
