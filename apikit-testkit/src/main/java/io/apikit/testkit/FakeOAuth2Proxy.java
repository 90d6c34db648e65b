package io.apikit.testkit;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Handler;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.jspecify.annotations.Nullable;

/**
 * An oauth2-proxy in front of a backend: real HTTP on 127.0.0.1 and a free port, another origin than its
 * {@link FakeIdentityProvider}. The backend is one Javalin handler that is called for every path and method that is not
 * an endpoint of the proxy's own, with {@code X-Forwarded-User}, the {@code sub} of the user's token,
 * {@code X-Forwarded-Email} and, if the token has it, {@code X-Forwarded-Preferred-Username}; a client's own of these are
 * dropped, and nothing else: the session's cookies are passed on. Answers to a session have {@code Gap-Auth}, the e-mail.
 *
 * <pre>{@code
 * try (var proxy = FakeOAuth2Proxy.inFrontOf(ctx -> ctx.result("hello " + ctx.header("X-Forwarded-User")))
 *         .start()) {
 *     proxy.identityProvider().addUser("alice", "wonderland");
 *     ...proxy.url()...
 * }
 * }</pre>
 *
 * <p>Endpoints below the prefix, for every method: {@code start}, {@code callback}, {@code auth}, {@code userinfo},
 * {@code sign_in}, {@code sign_out}; at the root {@code /ping} and, not in 7.0, {@code /ready}.
 *
 * <p>Thread-safe; what is not in the builder can be changed while it runs. Its threads are daemons. At most 100,000
 * session cookies are remembered, the oldest is forgotten first.
 */
public final class FakeOAuth2Proxy implements AutoCloseable {
    private final FakeIdentityProvider provider;
    private final boolean ownsProvider;
    private final ProxyBehaviour behaviour;
    private final ProxySessions sessions;
    private final String prefix;
    private final ProxyVersion version;
    private final Counters paths = new Counters();
    private final Counters logins = new Counters();
    private final Counters reached = new Counters();
    private final ProxyEndpoints endpoints;
    private final ProtectedPaths protectedPaths;
    private final LoopbackServer server;

    private FakeOAuth2Proxy(Builder builder, FakeIdentityProvider provider, boolean ownsProvider) {
        this.provider = provider;
        this.ownsProvider = ownsProvider;
        ProxySettings settings = builder.settings();
        prefix = settings.prefix();
        version = settings.version();
        behaviour = new ProxyBehaviour(builder.unauthenticated);
        sessions = new ProxySessions(settings, builder.cookieSize);
        CsrfCookie csrf = new CsrfCookie(settings);
        OAuthStart start = new OAuthStart(provider.url() + "/authorize", this::callback, csrf);
        OAuthCallback callback =
                new OAuthCallback(provider, this::callback, settings, csrf, sessions, behaviour, logins);
        endpoints = new ProxyEndpoints(provider, settings, start, callback, sessions, behaviour);
        protectedPaths = new ProtectedPaths(builder.backend, provider, settings, sessions, behaviour, start, reached);
        server = LoopbackServer.start("fake-oauth2-proxy", this::configure);
        provider.register(callback());
    }

    private void configure(JavalinConfig config) {
        config.jetty.modifyServletContextHandler(context -> {
            FilterHolder headers = new FilterHolder(new IdentityHeaders(version));
            headers.setAsyncSupported(true);
            context.addFilter(headers, "/*", EnumSet.of(DispatcherType.REQUEST));
        });
        config.routes.before(ctx -> paths.add(ctx.path()));
        endpoints.routes(config.routes);
        protectedPaths.routes(config.routes);
    }

    private String callback() {
        return url() + prefix + "/callback";
    }

    /** A builder of a proxy in front of this backend. */
    public static Builder inFrontOf(Handler backend) {
        return new Builder(backend);
    }

    /** Its origin, such as {@code http://127.0.0.1:40124}, without a slash at the end. */
    public String url() {
        return server.url();
    }

    /** The identity provider it sends people to: the one given to the builder, or its own. */
    public FakeIdentityProvider identityProvider() {
        return provider;
    }

    /** Ends all sessions at once; the cookies of the clients stay what they were. */
    public void expireAllSessions() {
        sessions.expireAll();
    }

    /** Ends the sessions of this user. */
    public void expire(String user) {
        sessions.expire(user);
    }

    /** How requests without a live session are answered from now on. */
    public void unauthenticated(Unauthenticated mode) {
        behaviour.unauthenticated(mode);
    }

    /**
     * From now on this user is not in an allowed group: neither a session nor a login is let pass. The auth endpoint
     * answers 401, everything else 403 and a page, in 7.0 401; the session's cookies are deleted.
     */
    public void forbid(String user) {
        behaviour.forbid(user);
    }

    /** From now on the callback refuses this user with 403; sessions go on, as none does at a real proxy. */
    public void forbidLogin(String user) {
        behaviour.forbidLogin(user);
    }

    /** Takes back {@link #forbid} and {@link #forbidLogin}. */
    public void allow(String user) {
        behaviour.allow(user);
    }

    /** From now on the auth endpoint answers this status, such as 404 where it is blocked; 0: the truth again. */
    public void authEndpoint(int status) {
        behaviour.authStatus(status);
    }

    /** Into how many parts the session cookies of later logins and refreshes are split; 1: not split. */
    public void rotateCookies(int parts) {
        sessions.split(parts);
    }

    /**
     * The next answer to each session cookie handed out before brings a new one; the old one stays valid, unless
     * {@link Builder#rotatingRefresh}.
     */
    public void refreshNow() {
        sessions.refreshNow();
    }

    /** Successful callbacks so far. */
    public int logins() {
        return logins.total();
    }

    /** As {@link #logins()}, of one user. */
    public int logins(String user) {
        return logins.of(user);
    }

    /** Requests to this path, such as {@code "/oauth2/auth"}. */
    public int count(String path) {
        return paths.of(path);
    }

    /** Requests that reached the backend. */
    public int backendRequests() {
        return reached.total();
    }

    /** As {@link #backendRequests()}, of one user. */
    public int backendRequests(String user) {
        return reached.of(user);
    }

    /** Stops the proxy, and the identity provider if it made that itself. */
    @Override
    public void close() {
        server.close();
        if (ownsProvider) {
            provider.close();
        }
    }

    /** Collects the settings of a {@link FakeOAuth2Proxy}. Not thread-safe. */
    public static final class Builder {
        private static final int PART_BYTES = 4_000;

        private final Handler backend;
        private @Nullable FakeIdentityProvider provider;
        private Unauthenticated unauthenticated = Unauthenticated.SIGN_IN_PAGE;
        private ProxyVersion version = ProxyVersion.V7_15;
        private CookieSize cookieSize = new CookieSize(PART_BYTES, 1);
        private String cookieName = "_oauth2_proxy";
        private String prefix = "/oauth2";
        private Duration sessionLife = Duration.ofDays(7);
        private Duration cookieRefresh = Duration.ZERO;
        private Duration tokenLife = Duration.ZERO;
        private boolean rotatingRefresh;
        private InstantSource clock = InstantSource.system();
        private boolean secureCookies = true;
        private boolean honourAcceptJson = true;
        private boolean csrfPerRequest;
        private boolean clearDeadCookies = true;

        private Builder(Handler backend) {
            this.backend = backend;
        }

        /** The identity provider; without one the proxy makes its own, without users, and closes it. */
        public Builder identityProvider(FakeIdentityProvider existing) {
            provider = existing;
            return this;
        }

        /** Which oauth2-proxy it is. Default {@link ProxyVersion#V7_15}. */
        public Builder version(ProxyVersion like) {
            version = like;
            return this;
        }

        /** How requests without a live session are answered. Default {@link Unauthenticated#SIGN_IN_PAGE}. */
        public Builder unauthenticated(Unauthenticated mode) {
            unauthenticated = mode;
            return this;
        }

        /** Whether an {@code Accept} with {@code application/json} is answered 401 in JSON, as from 7.0. Default true. */
        public Builder honourAcceptJson(boolean honour) {
            honourAcceptJson = honour;
            return this;
        }

        /** Pads session cookies and splits them in two, the first of this length (at least 64). Default: not split. */
        public Builder splitCookies(int partBytes) {
            cookieSize = new CookieSize(partBytes, 2);
            return this;
        }

        /** Default {@code _oauth2_proxy}. */
        public Builder cookieName(String name) {
            cookieName = name;
            return this;
        }

        /** Default {@code /oauth2}. */
        public Builder prefix(String path) {
            prefix = path;
            return this;
        }

        /** How long a session cookie is valid, at the client and here. Default 168 h, that is 7 days. */
        public Builder sessionLife(Duration life) {
            sessionLife = life;
            return this;
        }

        /**
         * The age, counted up to the last full second, above which any answer brings a new session cookie. The old one
         * stays valid, unless {@link #rotatingRefresh}. 7.0 waits until {@link #tokenLife} is over. Default: never.
         */
        public Builder cookieRefresh(Duration age) {
            cookieRefresh = age;
            return this;
        }

        /**
         * How long the tokens in a session are good: to be set above {@link #cookieRefresh}. Default: they are over
         * whenever a cookie is due.
         */
        public Builder tokenLife(Duration life) {
            tokenLife = life;
            return this;
        }

        /**
         * Whether the provider takes a refresh token once, as Dex does and Keycloak can: of all calls with one cookie that
         * is due the first brings a new one, and the others lose the session if its tokens are over. Default false.
         */
        public Builder rotatingRefresh(boolean rotating) {
            rotatingRefresh = rotating;
            return this;
        }

        /** The clock of sessions. Default the system's. */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /** Whether cookies are {@code Secure}, as the real one's, although it speaks plain HTTP. Default true. */
        public Builder secureCookies(boolean secure) {
            secureCookies = secure;
            return this;
        }

        /** Whether each login has a CSRF cookie of its own name. Default false: the last one wins. */
        public Builder csrfPerRequest(boolean each) {
            csrfPerRequest = each;
            return this;
        }

        /** Whether the answer to a dead session cookie deletes it. Default true. */
        public Builder clearDeadCookies(boolean clear) {
            clearDeadCookies = clear;
            return this;
        }

        /** Starts it on a free port. */
        public FakeOAuth2Proxy start() {
            FakeIdentityProvider given = provider;
            return Optional.ofNullable(given)
                    .map(idp -> new FakeOAuth2Proxy(this, idp, false))
                    .orElseGet(() -> new FakeOAuth2Proxy(
                            this, FakeIdentityProvider.builder().start(), true));
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
                    clock,
                    secureCookies,
                    honourAcceptJson,
                    csrfPerRequest,
                    clearDeadCookies);
        }
    }
}
