package io.apikit.auth.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import io.apikit.auth.LoginTransport;
import java.util.Base64;

/** A mode for callers whose bearer token is their user name and password, in Base64 (RFC 4648). */
final class TokensForPasswords extends ObservedMode {
    TokensForPasswords(Authenticator mode) {
        super(mode);
    }

    /** Returns the token for a user name and a password; other credentials as they are. */
    static Credentials shown(Credentials credentials) {
        if (credentials instanceof Credentials.Password pair) {
            var both = (pair.username() + ':' + pair.password()).getBytes(UTF_8);
            return Credentials.bearer(Base64.getEncoder().encodeToString(both));
        }
        return credentials;
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
        return super.logIn(passwordOf(credentials), bare);
    }

    @Override
    public Login renew(Login ended, Credentials credentials, LoginTransport bare) throws LoginRefused {
        return super.renew(ended, passwordOf(credentials), bare);
    }

    private static Credentials passwordOf(Credentials credentials) {
        if (credentials instanceof Credentials.Bearer token) {
            var both = new String(Base64.getDecoder().decode(token.token()), UTF_8).split(":", 2);
            return Credentials.password(both[0], both[1]);
        }
        return credentials;
    }
}
