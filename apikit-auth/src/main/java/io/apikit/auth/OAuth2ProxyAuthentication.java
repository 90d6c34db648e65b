package io.apikit.auth;

import io.apikit.auth.internal.oauth2proxy.OAuth2ProxyLogin;
import io.apikit.auth.internal.oauth2proxy.OAuth2ProxySettings;
import io.apikit.auth.internal.oauth2proxy.ProxySessionCookies;
import io.apikit.auth.internal.oauth2proxy.SessionExpiryDetector;
import io.apikit.http.BackendResponse;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Logs in through an oauth2-proxy as a person with a browser would, and keeps its session cookie. Immutable and
 * threadsafe: what a login knows lives in its own {@link io.apikit.auth.internal.oauth2proxy.OAuth2ProxyLogin OAuth2ProxyLogin}.
 */
final class OAuth2ProxyAuthentication implements Authenticator {
    private static final Optional<String> CHALLENGE = Optional.of("Basic realm=\"oauth2-proxy\", charset=\"UTF-8\"");

    private final OAuth2ProxySettings settings;
    private final ProxySessionCookies session;
    private final SessionExpiryDetector signals;

    private OAuth2ProxyAuthentication(OAuth2ProxySettings settings) {
        this.settings = settings;
        this.session = settings.sessionCookies();
        this.signals = new SessionExpiryDetector(settings);
    }

    static Authenticator with(Consumer<OAuth2ProxyOptions> options) {
        var chosen = new OAuth2ProxyOptions();
        options.accept(chosen);
        return new OAuth2ProxyAuthentication(chosen.settings());
    }

    @Override
    public String name() {
        return "oauth2-proxy";
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
        return new OAuth2ProxyLogin(settings, typable(credentials), bare).run();
    }

    /** What can be typed into a form. An empty password would be an anonymous bind at some directories. */
    private static Credentials.Password typable(Credentials credentials) throws LoginRefused {
        if (!(credentials instanceof Credentials.Password password)
                || password.username().isEmpty()
                || password.password().isEmpty()) {
            throw new LoginRefused("oauth2-proxy needs a user name and a password");
        }
        return password;
    }

    @Override
    public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
        return signals.judge(response, used, ask);
    }

    /** New cookies may come with any answer, a 401 too: they take the place of all the old ones. */
    @Override
    public Login refreshed(Login current, BackendResponse response) {
        return session.login(response).orElse(current);
    }

    @Override
    public Optional<String> challenge() {
        return CHALLENGE;
    }
}
