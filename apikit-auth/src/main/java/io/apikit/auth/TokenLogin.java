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
import java.util.Map;
import java.util.Optional;
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
}
