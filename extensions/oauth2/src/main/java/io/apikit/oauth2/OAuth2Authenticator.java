package io.apikit.oauth2;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import io.apikit.auth.LoginTransport;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requests a token for the credentials of a session, and renews it with a refresh token if there is one. Thread-safe: it
 * keeps nothing of a caller.
 *
 * <p>A refresh token is used once (RFC 9700, section 4.14.2: a server that rotates them takes a second use for a theft).
 * Each login keeps the token of its own response only, and the session gives each login to {@code renew} once. A login
 * without one is renewed by logging in.
 */
final class OAuth2Authenticator implements Authenticator {
    /**
     * The chosen options.
     *
     * @param scope null for none; a renewal keeps what was granted (RFC 6749, section 6)
     * @param parameters further fields of every token request
     * @param signs decides which responses of the backend mean that a token has expired
     * @param margin null for the default
     */
    record Settings(
            Grant grant,
            TokenClient client,
            TokenEndpoint endpoint,
            @Nullable String scope,
            List<Map.Entry<String, String>> parameters,
            String subjectTokenType,
            Authenticator signs,
            @Nullable Duration margin) {}

    private final Settings settings;
    private final Grant grant;
    private final InstantSource clock;

    OAuth2Authenticator(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.grant = settings.grant();
        this.clock = clock;
    }

    @Override
    public String name() {
        return "oauth2";
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
        var form = grant.form(credentials, settings.subjectTokenType());
        if (settings.scope() != null) {
            form.add("scope", settings.scope());
        }
        var response = new TokenCall(settings, credentials, bare).logIn(form);
        var login = kept(response);
        return credentials instanceof Credentials.Bearer own && grant == Grant.TOKEN_EXCHANGE
                ? exchanged(response, login, own)
                : login;
    }

    /**
     * A server that refuses the refresh token says nothing about the credentials, so these log in at once. A response that
     * was lost, or a server that failed, leaves open whether the token was used: the session's next login does not use it.
     */
    @Override
    public Login renew(Login ended, Credentials credentials, LoginTransport bare) throws LoginRefused {
        var token = ended.secret(GrantResponse.REFRESH_TOKEN);
        if (token.isEmpty()) {
            return logIn(credentials, bare);
        }
        var form = new TokenForm("refresh_token").secret("refresh_token", token.get());
        var refreshed = new TokenCall(settings, credentials, bare).refresh(form);
        return refreshed.isPresent() ? kept(refreshed.get()) : logIn(credentials, bare);
    }

    private Login kept(GrantResponse response) {
        var login = response.login(clock);
        var ahead = settings.margin() == null ? login : login.renewAhead(settings.margin());
        return grant.keepsRefreshTokens()
                ? response.text(GrantResponse.REFRESH_TOKEN)
                        .map(token -> ahead.secret(GrantResponse.REFRESH_TOKEN, token))
                        .orElse(ahead)
                : ahead;
    }

    /** An exchanged token is not used for longer than the caller's own token, if that says when it ends. */
    private Login exchanged(GrantResponse response, Login login, Credentials.Bearer own) {
        response.requireExchanged(own.token());
        var life = response.life(clock);
        return TokenLife.left(own.token(), clock)
                .filter(left -> life.isEmpty() || left.compareTo(life.get()) < 0)
                .map(login::expiresIn)
                .orElse(login);
    }

    @Override
    public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
        return settings.signs().judge(response, used, ask);
    }

    /** A client that is the service's own needs nothing of its callers. */
    @Override
    public Optional<String> challenge() {
        return switch (grant) {
            case TOKEN_EXCHANGE -> Optional.of("Bearer realm=\"apikit\"");
            case PASSWORD -> Optional.of(OAuth2Options.BASIC_CHALLENGE);
            case CLIENT_CREDENTIALS ->
                settings.client().isOfService() ? Optional.empty() : Optional.of(OAuth2Options.BASIC_CHALLENGE);
        };
    }
}
