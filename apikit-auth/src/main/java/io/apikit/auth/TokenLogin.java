package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.auth.internal.token.LogOutRequest;
import io.apikit.auth.internal.token.LoginRequest;
import io.apikit.auth.internal.token.TokenResponse;
import io.apikit.auth.internal.token.TokenTemplate;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Exchanges a user name and a password for a token at a login endpoint, and signs each request with the token. */
final class TokenLogin implements Authenticator {
    /** The name of the secret that is the path of the log-out. */
    private static final String LOG_OUT = "log-out";

    private final LoginRequest request;
    private final TokenTemplate template;
    private final @Nullable Duration lifetime;
    private final RenewalSigns signs;
    private final @Nullable LogOutRequest logOut;
    private final InstantSource clock;

    TokenLogin(TokenLoginOptions options, InstantSource clock) {
        this.request = options.request();
        this.template = options.template();
        this.lifetime = options.lifetime();
        this.signs = options.signs();
        this.logOut = options.logOut();
        this.clock = clock;
    }

    static Authenticator with(Consumer<TokenLoginOptions> choose) {
        var options = new TokenLoginOptions();
        choose.accept(options);
        return new TokenLogin(options, InstantSource.system());
    }

    @Override
    public String name() {
        return "token";
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused {
        if (!(credentials instanceof Credentials.Password own)) {
            throw new LoginRefused("This service needs a user name and a password.");
        }
        var secrets = SecretMask.of(own).and(Login.of(Map.of()).withSecrets(request.secrets()));
        var response = TokenResponses.parse(template, transport.send(request(own)), secrets);
        var login = TokenResponses.login(template, response, lifetime, clock).withSecrets(request.secrets());
        return logOut == null ? login : withLogOut(login, response, logOut);
    }

    private static Login withLogOut(Login login, TokenResponse response, LogOutRequest logOut) {
        return logOut.target(response)
                .map(target -> login.secret(LOG_OUT, target))
                .orElse(login)
                .withSecrets(logOut.secrets(response));
    }

    @Override
    public LogOutScope logOutScope() {
        return logOut == null ? LogOutScope.NONE : LogOutScope.EVERY_LOGIN;
    }

    @Override
    public void logOut(Login login, LoginTransport transport) {
        if (logOut == null) {
            return;
        }
        var response = transport.send(login.sign(logOut.to(login.secret(LOG_OUT))));
        if (!logOut.isDone(response.status())) {
            throw response.toError();
        }
    }

    /** The user name may be a part of the path. */
    private BackendRequest request(Credentials.Password own) throws LoginRefused {
        try {
            return request.of(own.username(), own.password(), own.charset());
        } catch (BackendError e) {
            throw new LoginRefused("This user name cannot be sent to the backend.");
        }
    }

    @Override
    public Verdict judge(BackendResponse response, Login used, LoginTransport transport) {
        return Verdict.of(signs.of(response));
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of(PassThroughAuthenticators.Basic.CHALLENGE);
    }

    /** Reads the responses to a login that is done by a token endpoint: as a login, a refusal or an error. */
    static final class TokenResponses {
        private static final String REFUSED = "The backend refused these credentials.";

        private TokenResponses() {}

        /**
         * Returns the token response to a login. A success that has all that the template takes is a login, whatever else it
         * has.
         *
         * @param mask the secrets of the login's request, which the backend's words may quote
         * @throws LoginRefused for a 400, 401 or 403 (RFC 6749, section 5.2), or a success that contains an error and no
         *     token
         * @throws BackendError if the response is neither a success nor a refusal. A 502 that names what is missing, for a
         *     success without an error and without a token
         */
        static TokenResponse parse(TokenTemplate template, BackendResponse response, SecretMask mask)
                throws LoginRefused {
            var isRefused = Set.of(400, 401, 403).contains(response.status());
            if (!isRefused && !response.isSuccess()) {
                throw mask.masked(failure(response));
            }
            var parsed = TokenResponse.of(response);
            if (isRefused || (parsed.saysError() && !template.fits(parsed))) {
                throw parsed.reason()
                        .map(said -> new LoginRefused(REFUSED, mask.masked(said)))
                        .orElseGet(() -> new LoginRefused(REFUSED));
            }
            return parsed;
        }

        /**
         * Returns the error of a response that is no success. A server may have issued a token all the same, so its body is
         * the error's content only if it is a text that is no JSON.
         */
        private static BackendError failure(BackendResponse response) {
            var error = response.toError();
            var type = response.header("Content-Type").orElse("text/plain").toLowerCase(Locale.ROOT);
            var isText = type.startsWith("text/")
                    && error.content().filter(content -> content.contains("{")).isEmpty();
            var words = TokenResponse.of(response)
                    .reason()
                    .orElse("The login endpoint responded with the status " + response.status() + ".");
            return isText ? error : error.withContent(words);
        }

        /** Returns the login that signs with this token, for as long as {@link TokenResponse#life} says. */
        static Login login(
                TokenTemplate template, TokenResponse response, @Nullable Duration configured, InstantSource clock) {
            var login = Login.of(template.headers(response)).withSecrets(template.secrets(response));
            return response.life(template.values(), configured, clock)
                    .map(login::expiresIn)
                    .orElse(login);
        }
    }
}
