package io.apikit.bench.micro;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginTransport;
import io.apikit.http.BackendResponse;
import io.apikit.internal.util.AuthorizationHeader;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The auth modes as the session sees them, and the signature of a request of each. */
enum MeasuredMode {
    BASIC(Authenticator.basic(), "Authorization") {
        @Override
        Login login(Credentials.Password own) {
            return Login.fixed(Map.of("Authorization", signature(own)));
        }

        @Override
        String signature(Credentials.Password own) {
            return AuthorizationHeader.basic(own.username(), own.password());
        }
    },
    TOKEN_LOGIN(Authenticator.tokenLogin(options -> options.post("/login")), "Authorization") {
        @Override
        Login login(Credentials.Password own) {
            return Login.of(Map.of("Authorization", signature(own))).expiresIn(Duration.ofHours(1));
        }

        /** As long as a small JWT. */
        @Override
        String signature(Credentials.Password own) {
            return "Bearer " + (own.username() + ".").repeat(200).substring(0, 300);
        }
    },
    OAUTH2_PROXY(Authenticator.oauth2Proxy(), "Cookie") {
        @Override
        Login login(Credentials.Password own) {
            return Login.of(Map.of()).cookie("_oauth2_proxy", value(own)).expiresIn(Duration.ofDays(7));
        }

        @Override
        String signature(Credentials.Password own) {
            return "_oauth2_proxy=" + value(own);
        }

        /** As long as one with an identity provider's tokens in it. */
        private String value(Credentials.Password own) {
            return (own.username() + "-").repeat(400).substring(0, 1_200);
        }
    };

    @SuppressWarnings("ImmutableEnumChecker") // the library's modes are
    private final Authenticator real;

    private final String header;

    MeasuredMode(Authenticator real, String header) {
        this.real = real;
        this.header = header;
    }

    abstract Login login(Credentials.Password own);

    /** Returns the value of {@link #header} in a signed request. */
    abstract String signature(Credentials.Password own);

    String header() {
        return header;
    }

    /** Returns the real mode with a login that sends nothing: 10,000 real logins would take a minute. */
    Authenticator authenticator() {
        return this == BASIC ? real : new OfflineLogin(this, real);
    }

    private record OfflineLogin(MeasuredMode mode, Authenticator real) implements Authenticator {
        @Override
        public String name() {
            return real.name();
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport transport) {
            return mode.login((Credentials.Password) credentials);
        }

        @Override
        public Verdict judge(BackendResponse response, Login used, LoginTransport transport) {
            return real.judge(response, used, transport);
        }

        @Override
        public Login refreshed(Login current, BackendResponse response) {
            return real.refreshed(current, response);
        }

        @Override
        public Optional<String> challenge() {
            return real.challenge();
        }
    }
}
