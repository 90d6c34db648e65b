package io.apikit.auth;

import io.apikit.auth.internal.browser.PageLoginRefused;
import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.auth.internal.oauth2proxy.OAuth2ProxyLogin;
import io.apikit.auth.internal.oauth2proxy.OAuth2ProxySettings;
import io.apikit.auth.internal.oauth2proxy.ProxySession;
import io.apikit.auth.internal.oauth2proxy.ProxySession.CookieSource;
import io.apikit.auth.internal.oauth2proxy.ProxySessionCookies;
import io.apikit.auth.internal.oauth2proxy.SessionExpiryDetector;
import io.apikit.http.BackendResponse;
import io.apikit.http.Headers;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Logs in through an oauth2-proxy as a person with a browser would, and keeps its session cookie. Immutable and
 * thread-safe: the state of one login is in its own {@link OAuth2ProxyLogin}.
 */
final class OAuth2ProxyAuthentication implements Authenticator {
    private static final Optional<String> CHALLENGE = Optional.of("Basic realm=\"oauth2-proxy\", charset=\"UTF-8\"");

    private final OAuth2ProxySettings settings;
    private final RenewalSigns signs;
    private final ProxySessionCookies cookies;
    private final SessionExpiryDetector detector;

    private OAuth2ProxyAuthentication(OAuth2ProxySettings settings, RenewalSigns signs) {
        this.settings = settings;
        this.signs = signs;
        this.cookies = settings.sessionCookies();
        this.detector = new SessionExpiryDetector(settings);
    }

    static Authenticator with(Consumer<OAuth2ProxyOptions> options) {
        var chosen = new OAuth2ProxyOptions();
        options.accept(chosen);
        return new OAuth2ProxyAuthentication(chosen.settings(), chosen.signs());
    }

    @Override
    public String name() {
        return "oauth2-proxy";
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused {
        var own = typable(credentials);
        try {
            return login(new OAuth2ProxyLogin(
                            settings,
                            own.username(),
                            own.password(),
                            transport.origin(),
                            transport::at,
                            LoginHttpTransport.deadline(transport))
                    .run());
        } catch (PageLoginRefused e) {
            throw new LoginRefused(e.reason());
        }
    }

    /** Credentials that fit into a form. An empty password would be an anonymous bind at some directories. */
    private static Credentials.Password typable(Credentials credentials) throws LoginRefused {
        if (!(credentials instanceof Credentials.Password password)
                || password.username().isEmpty()
                || password.password().isEmpty()) {
            throw new LoginRefused("oauth2-proxy needs a user name and a password");
        }
        return password;
    }

    private static Login login(ProxySession session) {
        var login = Login.of(Map.of());
        for (var cookie : session.cookies().entrySet()) {
            login = login.cookie(cookie.getKey(), cookie.getValue());
        }
        return session.life().map(login::expiresIn).orElse(login).noting(session);
    }

    /** What an author has named as signs of a dead session counts besides those of the proxy. */
    @Override
    public Verdict judge(BackendResponse response, Login used, LoginTransport transport) {
        var sign = signs.of(response);
        if (sign == RenewalSigns.Sign.NOTHING_DONE) {
            return Verdict.EXPIRED;
        }
        var verdict = byProxy(response, used, transport);
        return sign == RenewalSigns.Sign.NONE || verdict.isExpired() ? verdict : Verdict.EXPIRED_CARRIED_OUT;
    }

    private Verdict byProxy(BackendResponse response, Login used, LoginTransport transport) {
        var inquiry = transport instanceof SigningTransport.Inquiry known ? known : null;
        var session = used.note(ProxySession.class);
        var exchange = new SessionExpiryDetector.Exchange(
                transport.origin(),
                transport::at,
                request -> request.replaceHeaders(Headers.of(used.signature())),
                session,
                source(response, session, used.requestPath()),
                inquiry == null || inquiry.isRepeatable());
        return switch (detector.judge(response, exchange)) {
            case ALIVE -> Verdict.ACCEPTED;
            case DENIED -> Verdict.DENIED;
            case EXPIRED -> Verdict.EXPIRED;
            case ENDED -> Verdict.EXPIRED_CARRIED_OUT;
            case UNKNOWN -> unknown(inquiry);
        };
    }

    private static Verdict unknown(SigningTransport.@Nullable Inquiry inquiry) {
        if (inquiry != null) {
            inquiry.report(SessionCall.Outcome.UNKNOWN);
        }
        return Verdict.EXPIRED;
    }

    /** Most responses set no cookie, and none is taken from these. */
    private static CookieSource source(BackendResponse response, Optional<ProxySession> session, String path) {
        return response.header("Set-Cookie").isEmpty()
                ? CookieSource.UNKNOWN
                : session.map(known -> known.at(path)).orElse(CookieSource.UNKNOWN);
    }

    /** New cookies may come with any response, a 401 too: they replace all the old ones. */
    @Override
    public Login refreshed(Login current, BackendResponse response) {
        var session = current.note(ProxySession.class);
        return cookies.session(response, source(response, session, current.requestPath()))
                .map(next -> login(session.map(next::following).orElse(next)))
                .orElse(current);
    }

    /** The login that follows may share the session at the identity provider, so only the last one of a session is ended. */
    @Override
    public LogOutScope logOutScope() {
        return LogOutScope.LAST_LOGIN;
    }

    @Override
    public void logOut(Login login, LoginTransport transport) {
        login.note(ProxySession.class).ifPresent(session -> session.end(settings, transport.origin(), transport::at));
    }

    @Override
    public Optional<String> challenge() {
        return CHALLENGE;
    }
}
