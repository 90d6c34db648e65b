package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.internal.FakeServer;
import io.apikit.testkit.internal.NamedCounters;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Handler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A fake of an oauth2-proxy in front of a backend. It serves HTTP on 127.0.0.1 and a free port. Its
 * {@link FakeIdentityProvider} has another origin.
 *
 * <p>The backend is one Javalin handler. It receives every request that is not for an endpoint of the proxy. The proxy
 * adds {@code X-Forwarded-User}, which is the {@code sub} of the user's token, and {@code X-Forwarded-Email}. If the
 * token has a {@code preferred_username}, it also adds {@code X-Forwarded-Preferred-Username}. It drops these headers
 * from the client's request, and no others: the cookies of the session reach the backend. A response to a request with
 * a session has {@code Gap-Auth}, the email address.
 *
 * <pre>{@code
 * try (var proxy = FakeOAuth2Proxy.inFrontOf(ctx -> ctx.result("hello " + ctx.header("X-Forwarded-User")))
 *         .start()) {
 *     proxy.identityProvider().addUser("alice", "wonderland");
 *     ...proxy.url()...
 * }
 * }</pre>
 *
 * <p>Its endpoints accept every method. Below the prefix they are {@code start}, {@code callback}, {@code auth},
 * {@code userinfo}, {@code sign_in} and {@code sign_out}; at the root {@code /ping} and, except in version 7.0,
 * {@code /ready}.
 *
 * <p>Thread-safe. What the builder alone sets is fixed; everything else can be changed while the server runs. Its
 * threads are daemon threads. It keeps at most 100,000 session cookies and forgets the oldest first.
 */
public final class FakeOAuth2Proxy extends FakeServer {
    private final FakeIdentityProvider provider;
    private final boolean ownsProvider;
    private final ProxyBehaviour behaviour;
    private final ProxySessions sessions;
    private final ProxySettings settings;
    private final NamedCounters logins = new NamedCounters();
    private final NamedCounters reached = new NamedCounters();
    private final OAuth2ProxyEndpoints endpoints;
    private final ProtectedPathHandler protectedPaths;
    private final Optional<ProviderRelay> relay;
    private final String publicUrl;

    private FakeOAuth2Proxy(Builder builder, FakeIdentityProvider provider, boolean ownsProvider) {
        super("fake-oauth2-proxy", builder);
        this.provider = provider;
        this.ownsProvider = ownsProvider;
        settings = builder.settings();
        behaviour = new ProxyBehaviour(builder.unauthenticated);
        sessions = new ProxySessions(settings, builder.cookieSize);
        CsrfCookie csrf = new CsrfCookie(settings);
        relay = builder.providerPath.map(path -> new ProviderRelay(provider, path));
        publicUrl = builder.redirectUrl;
        LoginRedirect start = new LoginRedirect(this::authorizationUri, this::callback, settings, csrf);
        CallbackEndpoint callback =
                new CallbackEndpoint(provider, this::callback, settings, csrf, sessions, behaviour, logins);
        endpoints = new OAuth2ProxyEndpoints(provider, settings, start, callback, sessions, behaviour);
        protectedPaths =
                new ProtectedPathHandler(builder.backend, provider, settings, sessions, behaviour, start, reached);
        start(this::configure);
        provider.registerRedirectUri(callback());
    }

    private void configure(JavalinConfig config) {
        IdentityHeaderFilter.addTo(config, settings.version());
        endpoints.routes(config.routes);
        relay.ifPresent(known -> known.routes(config.routes));
        protectedPaths.routes(config.routes);
    }

    private String callback() {
        return publicUrl() + settings.prefix() + "/callback";
    }

    private String authorizationUri(Map<String, String> parameters) {
        return relay.map(known -> known.authorizationUri(publicUrl(), parameters))
                .orElseGet(() -> provider.authorizationUri(parameters));
    }

    /** Returns the origin by which browsers know the proxy: that of the builder's redirect URL, or its own. */
    public String publicUrl() {
        return publicUrl.isEmpty() ? url() : publicUrl;
    }

    /**
     * Starts a server in front of a backend that asks this proxy about each request. Close it first.
     *
     * @param origin the origin by which browsers know it; empty for its own
     */
    public GuardedBackend guard(Handler backend, String origin) {
        String start = publicUrl() + settings.prefix() + "/start";
        return new GuardedBackend(backend, origin, sessions, start, provider, settings.version());
    }

    /** Returns a builder of a proxy in front of this backend. */
    public static Builder inFrontOf(Handler backend) {
        return new Builder(backend);
    }

    /** Returns the identity provider that users log in at: the one given to the builder, or its own. */
    public FakeIdentityProvider identityProvider() {
        return provider;
    }

    /** Ends all sessions at once. The cookies of the clients do not change. */
    public void expireAllSessions() {
        sessions.expireAll();
    }

    /** Ends the sessions of this user. */
    public void expire(String user) {
        sessions.expire(user);
    }

    /** Sets the response to requests without a live session from now on. */
    public void unauthenticated(Unauthenticated mode) {
        behaviour.unauthenticated(mode);
    }

    /**
     * Treats this user as outside the allowed groups from now on: neither a session nor a login is accepted. The auth
     * endpoint returns 401. All others return 403 and a page, in version 7.0 a 401. The response deletes the cookies of
     * the session.
     */
    public void forbid(String user) {
        behaviour.forbid(user);
    }

    /** Refuses this user's logins at the callback with 403 from now on. Sessions stay valid, unlike at a real proxy. */
    public void forbidLogin(String user) {
        behaviour.forbidLogin(user);
    }

    /** Ends the effect of {@link #forbid} and {@link #forbidLogin}. */
    public void allow(String user) {
        behaviour.allow(user);
    }

    /**
     * Sets the status that the auth endpoint returns for all requests from now on, such as 404 where it is blocked. 0
     * ends that.
     */
    public void authEndpoint(int status) {
        behaviour.authStatus(status);
    }

    /** Sets the number of parts of the session cookies of later logins and refreshes. 1 does not split them. */
    public void rotateCookies(int parts) {
        sessions.split(parts);
    }

    /**
     * Makes the next response to each session cookie issued so far set a new cookie. The old one stays valid, unless
     * {@link Builder#rotatingRefresh} is set.
     */
    public void refreshNow() {
        sessions.refreshNow();
    }

    /** Returns the number of callbacks that succeeded. */
    public int logins() {
        return logins.total();
    }

    /** Returns the number of callbacks of this user that succeeded. */
    public int logins(String user) {
        return logins.of(user);
    }

    /** Returns the number of requests that reached the backend. */
    public int backendRequests() {
        return reached.total();
    }

    /** Returns the number of requests of this user that reached the backend; "" for those without a session. */
    public int backendRequests(String user) {
        return reached.of(user);
    }

    /** Stops the proxy, and its identity provider if the proxy made it. */
    @Override
    public void close() {
        super.close();
        if (ownsProvider) {
            provider.close();
        }
    }

    /** Collects the settings of a {@link FakeOAuth2Proxy}. Not thread-safe. */
    public static final class Builder extends FakeServer.Builder<Builder> {
        private static final int PART_BYTES = 4_000;

        private final Handler backend;
        private @Nullable FakeIdentityProvider provider;
        private Unauthenticated unauthenticated = Unauthenticated.SIGN_IN_PAGE;
        private ProxyVersion version = ProxyVersion.V7_15;
        private CookieSplit cookieSize = new CookieSplit(PART_BYTES, 1);
        private String cookieName = "_oauth2_proxy";
        private String prefix = "/oauth2";
        private Duration sessionLife = Duration.ofDays(7);
        private Duration cookieRefresh = Duration.ZERO;
        private Duration tokenLife = Duration.ZERO;
        private boolean rotatingRefresh;
        private boolean secureCookies = true;
        private boolean honourAcceptJson = true;
        private boolean csrfPerRequest;
        private boolean clearDeadCookies = true;
        private List<SkipAuthRoute> skipAuthRoutes = List.of();
        private String cookieDomain = "";
        private List<String> whitelistDomains = List.of();
        private String redirectUrl = "";
        private Optional<String> providerPath = Optional.empty();

        private Builder(Handler backend) {
            this.backend = backend;
        }

        /** Sets the identity provider. Default: one without users that the proxy makes and closes itself. */
        public Builder identityProvider(FakeIdentityProvider existing) {
            provider = existing;
            return this;
        }

        /** Sets the version of oauth2-proxy to imitate. Default: {@link ProxyVersion#V7_15}. */
        public Builder version(ProxyVersion like) {
            version = like;
            return this;
        }

        /** Sets the response to requests without a live session. Default: {@link Unauthenticated#SIGN_IN_PAGE}. */
        public Builder unauthenticated(Unauthenticated mode) {
            unauthenticated = mode;
            return this;
        }

        /**
         * Sets whether a request without a session whose {@code Accept} has {@code application/json} gets a 401 in
         * JSON, as from version 7.0 on. Default: true.
         */
        public Builder honourAcceptJson(boolean honour) {
            honourAcceptJson = honour;
            return this;
        }

        /**
         * Pads session cookies and splits them in two. The first has this length, at least 64. Default: not split.
         *
         * @throws IllegalArgumentException if the length is less than 64
         */
        public Builder splitCookies(int partBytes) {
            cookieSize = new CookieSplit(partBytes, 2);
            return this;
        }

        /** Sets the name of the session cookie. Default: {@code _oauth2_proxy}. */
        public Builder cookieName(String name) {
            cookieName = name;
            return this;
        }

        /** Sets the prefix of the proxy's endpoints. Default: {@code /oauth2}. */
        public Builder prefix(String path) {
            prefix = path;
            return this;
        }

        /**
         * Sets how long a session cookie is valid, for the client and for the proxy. Default: 168 h, that is 7 days.
         */
        public Builder sessionLife(Duration life) {
            sessionLife = life;
            return this;
        }

        /**
         * Sets the age, counted to the last full second, above which any response sets a new session cookie. The old
         * one stays valid, unless {@link #rotatingRefresh} is set. Version 7.0 waits until {@link #tokenLife} has
         * passed. Default: never.
         */
        public Builder cookieRefresh(Duration age) {
            cookieRefresh = age;
            return this;
        }

        /**
         * Sets how long the tokens in a session are valid. It has to be longer than {@link #cookieRefresh}. Default:
         * they have expired whenever a cookie is due for a refresh.
         */
        public Builder tokenLife(Duration life) {
            tokenLife = life;
            return this;
        }

        /**
         * Sets whether the provider accepts a refresh token once only, as Dex does and Keycloak can. Of all requests
         * with one cookie that is due, the first then gets a new one. The others lose the session if its tokens have
         * expired. Default: false.
         */
        public Builder rotatingRefresh(boolean rotating) {
            rotatingRefresh = rotating;
            return this;
        }

        /**
         * Sets whether cookies are {@code Secure}, as the real ones are, although the server speaks HTTP. Default:
         * true.
         */
        public Builder secureCookies(boolean secure) {
            secureCookies = secure;
            return this;
        }

        /** Sets whether each login has a CSRF cookie with a name of its own. Default: false, the last login wins. */
        public Builder csrfPerRequest(boolean each) {
            csrfPerRequest = each;
            return this;
        }

        /** Sets whether the response to a dead session cookie deletes the cookie. Default: true. */
        public Builder clearDeadCookies(boolean clear) {
            clearDeadCookies = clear;
            return this;
        }

        /**
         * Sets routes that need no session ({@code --skip-auth-route}), each as {@code regex} or {@code METHOD=regex}. Their
         * requests always reach the backend. With a dead session they have no identity headers, and the response deletes
         * the cookie. Version 7.0 reads no cookie there. Default: none.
         *
         * @throws IllegalArgumentException for a regular expression with a syntax error
         */
        public Builder skipAuthRoutes(String... routes) {
            skipAuthRoutes = Stream.of(routes).map(SkipAuthRoute::parse).toList();
            return this;
        }

        /** Sets the {@code Domain} of all cookies ({@code --cookie-domain}). Default: none. */
        public Builder cookieDomain(String domain) {
            cookieDomain = domain;
            return this;
        }

        /** Sets the hosts that a login may return to ({@code --whitelist-domain}); with a dot first, those below too. */
        public Builder whitelistDomains(String... domains) {
            whitelistDomains = List.of(domains);
            return this;
        }

        /**
         * Sets the origin by which browsers know the proxy, {@code scheme://host}. The provider redirects to the callback
         * there ({@code --redirect-url}). Default: its own.
         */
        public Builder redirectUrl(String origin) {
            redirectUrl = origin;
            return this;
        }

        /** Serves the identity provider below this path of the proxy's own origin too, and sends browsers there. */
        public Builder providerBelow(String path) {
            providerPath = Optional.of(path);
            return this;
        }

        /** Starts the server on a free port. */
        public FakeOAuth2Proxy start() {
            return provider == null
                    ? new FakeOAuth2Proxy(this, FakeIdentityProvider.builder().start(), true)
                    : new FakeOAuth2Proxy(this, provider, false);
        }

        private ProxySettings settings() {
            return new ProxySettings(
                    version,
                    cookieName,
                    prefix,
                    sessionLife,
                    cookieRefresh,
                    tokenLife,
                    rotatingRefresh,
                    clock(),
                    secureCookies,
                    honourAcceptJson,
                    csrfPerRequest,
                    clearDeadCookies,
                    skipAuthRoutes,
                    cookieDomain,
                    whitelistDomains);
        }
    }
}
