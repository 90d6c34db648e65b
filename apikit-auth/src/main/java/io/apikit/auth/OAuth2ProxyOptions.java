package io.apikit.auth;

import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.PageLogin;
import io.apikit.auth.internal.browser.PageLoginRefused;
import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.auth.internal.oauth2proxy.LoginPaths;
import io.apikit.auth.internal.oauth2proxy.OAuth2ProxyLogin;
import io.apikit.auth.internal.oauth2proxy.OAuth2ProxySettings;
import io.apikit.auth.internal.oauth2proxy.ProxySession;
import io.apikit.auth.internal.oauth2proxy.ProxySession.CookieSource;
import io.apikit.auth.internal.oauth2proxy.ProxySessionCookies;
import io.apikit.auth.internal.oauth2proxy.SessionExpiryDetector;
import io.apikit.http.BackendResponse;
import io.apikit.http.Headers;
import io.apikit.http.internal.url.BaseUrl;
import io.apikit.internal.util.HttpSyntax;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The options of the {@code oauth2-proxy} mode. Used once, in the lambda of
 * {@code Authenticator.oauth2Proxy(options -> ...)}; not thread-safe.
 *
 * <pre>{@code
 * Authenticator.oauth2Proxy(options -> options.cookieName("_my_proxy").allowOrigin("https://sso.example.org"))
 * }</pre>
 *
 * <p>A scripted login is for backends that offer nothing else. If the proxy accepts JWT bearer tokens
 * ({@code --skip-jwt-bearer-tokens}) or Basic credentials ({@code --htpasswd-file}), prefer those.
 */
public final class OAuth2ProxyOptions {
    private String start = "/oauth2/start";
    private Optional<String> publicOrigin = Optional.empty();
    private LoginPaths loginPages = LoginPaths.NONE;
    private Optional<String> choice = Optional.empty();
    private String cookieName = "_oauth2_proxy";
    private final Set<String> origins = new LinkedHashSet<>();
    private boolean acceptConsent;
    private RenewalSigns signs = RenewalSigns.NONE;

    OAuth2ProxyOptions() {}

    /**
     * Sets where a login starts: a path from the root of the backend's origin, or an absolute address. The part before
     * {@code /start} is the proxy's prefix. A query is sent as it is, such as {@code connector_id} of Dex or
     * {@code kc_idp_hint} of Keycloak; {@code rd} is added unless it has one. Default: {@code /oauth2/start}.
     *
     * <p>A start on another origin is that of a central proxy, which has to be set to return to the backend
     * ({@code --whitelist-domain}). Its session cookie must open the backend: the {@code Domain} has to be around both hosts
     * and must not be a public suffix (RFC 6265, section 5.3). If it does not, each login fails with a 502 that names the
     * cookie. The central proxy is asked whether a session lives. It has to use https, or be on this machine, or be allowed by
     * {@link #allowOrigin}.
     *
     * @throws IllegalArgumentException if it is neither, does not end in {@code /start}, or has user info or a fragment
     */
    public OAuth2ProxyOptions start(String pathOrUri) {
        Objects.requireNonNull(pathOrUri, "start");
        var address = address("start", pathOrUri.startsWith("/") ? "http://backend" + pathOrUri : pathOrUri);
        if (!address.path().endsWith("/start") || pathOrUri.contains("#") || pathOrUri.startsWith("//")) {
            throw new IllegalArgumentException(
                    "start of oauth2-proxy must be a path or address that ends in /start, such as /oauth2/start");
        }
        this.start = pathOrUri;
        return this;
    }

    /**
     * Sets the address by which browsers know the backend, if the base address is an internal one. Both are the same proxy.
     * What a login would send to the public origin, such as the callback, is sent to the base. Cookies, {@code Origin},
     * {@code Referer} and redirects are those of the public origin. Neither gets a password. Default: none, which means the
     * base address.
     *
     * @throws IllegalArgumentException if it is no http or https origin
     */
    public OAuth2ProxyOptions publicUrl(String origin) {
        this.publicOrigin = Optional.of(origin("publicUrl", origin));
        return this;
    }

    /**
     * Names paths of the proxy's own origin that are the identity provider's, such as {@code /dex/}; repeatable. The
     * credentials are filled in only if both the page and the target of its form are at or below one of them. Pages of the
     * proxy itself never get them. Default: none, so no page of that origin gets a password.
     *
     * @throws IllegalArgumentException if there is none, or one is no path, is {@code /}, has a query, a dot segment or an
     *     encoded character
     */
    public OAuth2ProxyOptions loginPages(String... ownPaths) {
        if (ownPaths.length == 0) {
            throw new IllegalArgumentException("loginPages of oauth2-proxy names no path");
        }
        for (var path : ownPaths) {
            try {
                loginPages = loginPages.and(Objects.requireNonNull(path, "loginPages"));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("loginPages of oauth2-proxy: '" + path + "': " + e.getMessage(), e);
            }
        }
        return this;
    }

    /**
     * Chooses on a page that offers several ways to log in, such as Dex's connectors: the text of a link or button, or the path
     * that it leads to. Default: none. A login that meets such a page then fails, and the error names what can be chosen.
     *
     * @throws IllegalArgumentException if it is blank
     */
    public OAuth2ProxyOptions choose(String textOrPath) {
        if (Objects.requireNonNull(textOrPath, "choose").isBlank()) {
            throw new IllegalArgumentException("choose of oauth2-proxy is blank: name a text or a path of the page");
        }
        this.choice = Optional.of(textOrPath);
        return this;
    }

    /**
     * Sets the name of the proxy's session cookie, its {@code --cookie-name}. Default: {@code _oauth2_proxy}.
     *
     * @throws IllegalArgumentException if it is no cookie name (RFC 6265, section 4.1.1)
     */
    public OAuth2ProxyOptions cookieName(String name) {
        if (!HttpSyntax.isToken(Objects.requireNonNull(name, "cookieName"))) {
            throw new IllegalArgumentException("cookieName of oauth2-proxy is no cookie name: '" + name + "'");
        }
        this.cookieName = name;
        return this;
    }

    /**
     * Allows a login to visit this origin too, {@code scheme://host[:port]}; repeatable. The credentials may be filled in
     * there, and a login form of another allowed origin may send them there. Default: the backend's origin and the one that
     * the proxy's start redirects to, over https or on this machine.
     *
     * @throws IllegalArgumentException if it is no http or https origin
     */
    public OAuth2ProxyOptions allowOrigin(String origin) {
        origins.add(origin("allowOrigin", origin));
        return this;
    }

    /**
     * Sets whether a login agrees if the identity provider asks the user to let the proxy see the account. Default:
     * false. The login is then refused, and the user can agree once in a browser.
     */
    public OAuth2ProxyOptions acceptConsent(boolean accept) {
        this.acceptConsent = accept;
        return this;
    }

    /**
     * Sets statuses of the backend's own responses that mean a dead session, besides the signs of the proxy. Default: none.
     * They must also mean that nothing was done: after them a request is sent again, a POST too. Only after 201 to 299 it
     * is not.
     *
     * @throws IllegalArgumentException if one is not 100 to 599
     */
    public OAuth2ProxyOptions renewOn(int... statuses) {
        signs = signs.renewOn(statuses);
        return this;
    }

    /**
     * Sets which of the backend's own responses mean a dead session, besides the signs of the proxy: a 200 that says so in its
     * body, for example. Default: none. The request may have been carried out: one that is not idempotent is not sent again,
     * its response goes to the caller, and the next request logs in. See {@link #meansNothingDone()}.
     *
     * <p>The predicate is called by many threads, with each response that no status has decided. It must be thread-safe and
     * quick. If it throws an exception, the caller gets a 502 that names this option. Of a response that is relayed as a
     * stream it sees the first 64 KiB of an error, and of any other only a body with a {@code Content-Length} of at most
     * 64 KiB.
     */
    public OAuth2ProxyOptions renewWhen(Predicate<BackendResponse> expired) {
        signs = signs.renewWhen(expired);
        return this;
    }

    /**
     * Says that a request was not carried out if {@link #renewWhen} holds for its response. It is then sent again, a POST
     * too. Default: it may have been carried out.
     */
    public OAuth2ProxyOptions meansNothingDone() {
        signs = signs.meansNothingDone();
        return this;
    }

    RenewalSigns signs() {
        return signs;
    }

    OAuth2ProxySettings settings() {
        requireNoPageOfTheProxy();
        return new OAuth2ProxySettings(
                start,
                publicOrigin,
                loginPages,
                cookieName,
                Set.copyOf(origins),
                new PageLogin.Settings(acceptConsent, choice, Optional.empty()));
    }

    private void requireNoPageOfTheProxy() {
        var path = address("start", start.startsWith("/") ? "http://backend" + start : start)
                .path();
        var prefix = path.substring(0, path.lastIndexOf('/') + 1);
        for (var folder : loginPages.folders()) {
            if (prefix.length() > 1 && (folder + "/").startsWith(prefix)) {
                throw new IllegalArgumentException("loginPages of oauth2-proxy: '" + folder
                        + "' is the proxy's own, as start says, and its pages never get a password");
            }
        }
    }

    private static String origin(String option, String text) {
        var address = address(option, Objects.requireNonNull(text, option));
        if (!address.target().equals("/")) {
            throw new IllegalArgumentException(
                    option + " of oauth2-proxy must be scheme://host[:port], without a path: " + address);
        }
        return address.origin();
    }

    private static Address address(String option, String text) {
        try {
            return Address.of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    option + " of oauth2-proxy is " + e.getMessage() + ": '" + BaseUrl.masked(text) + "'", e);
        }
    }

    /**
     * Logs in through an oauth2-proxy as a person with a browser would, and keeps its session cookie. Immutable and
     * thread-safe: the state of one login is in its own {@link OAuth2ProxyLogin}.
     */
    static final class OAuth2ProxyAuthentication implements Authenticator {
        private static final Optional<String> CHALLENGE =
                Optional.of("Basic realm=\"oauth2-proxy\", charset=\"UTF-8\"");

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
                                LoginHttpTransport.deadline(transport),
                                LoginHttpTransport.timing(transport)::nanoTime)
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
            login.note(ProxySession.class)
                    .ifPresent(session -> session.end(settings, transport.origin(), transport::at));
        }

        @Override
        public Optional<String> challenge() {
            return CHALLENGE;
        }
    }
}
