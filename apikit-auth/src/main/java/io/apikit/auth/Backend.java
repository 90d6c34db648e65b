package io.apikit.auth;

import io.apikit.AuthMode;
import io.apikit.BackendError;
import io.apikit.http.HttpOptions;
import io.apikit.http.HttpTransport;
import io.apikit.http.Pace;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.javalin.http.Context;
import io.javalin.json.JavalinJackson;
import io.javalin.json.JsonMapper;
import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backend and the way to stay logged in to it, for any number of callers at once. Threadsafe. One per backend and
 * service; {@link #close} ends its connections, and {@code ApiApp} does that for the ones it was given.
 */
public final class Backend implements AuthMode, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Backend.class);

    /** Six attempts 0, 1, 3, 7 and 15 s after the first: what a pace can try within the default total of 30 s. */
    private static final RetryPolicy PACED = RetryPolicy.builder().attempts(6).build();

    private final Authenticator mode;
    private final HttpOptions http;
    private final RetryPolicy retry;
    private final SessionSettings settings;
    private final JsonMapper mapper;
    private final @Nullable Supplier<Credentials> service;
    private final HttpTransport transport;
    private final HttpTransport paced;
    private final ExecutorService loginThreads = LoginThreads.open();
    private final Denials denials;
    private final SessionPool pool;

    private Backend(Builder from) {
        this.mode = from.authenticator;
        this.http = from.http;
        this.retry = from.retry();
        this.settings = from.settings;
        this.mapper = from.mapper;
        this.service = from.service;
        this.transport = HttpTransport.to(from.baseUrl, http, settings.timing());
        this.paced = from.pace == null ? transport : transport.paced(from.pace);
        this.denials = new Denials(settings);
        this.pool = new SessionPool(settings, this::open);
    }

    /**
     * A backend at this base URL, such as {@code https://jenkins.example.org/ci}; request paths are relative to it.
     */
    public static Builder at(String baseUrl) {
        return new Builder(baseUrl);
    }

    /** The auth mode's name. */
    @Override
    public String name() {
        return mode.name();
    }

    /**
     * The session of whoever sent this request: the service's own if the backend was given credentials, else that of
     * the {@code Authorization} header. JSON is read and written by the context's mapper.
     *
     * @throws BackendError 401 with the mode's challenge if the caller sent no credentials, or malformed ones, and the
     *     mode needs some; 401 too while refused credentials are cooling down
     */
    public BackendSession session(Context ctx) {
        return service == null
                ? session(pooled(shown(ctx), false), ctx.jsonMapper())
                : serviceSession(service, ctx.jsonMapper());
    }

    /** The session of these credentials, whoever is asking; for work that no request stands behind. */
    public BackendSession session(Credentials credentials) {
        return session(pooled(credentials, false), mapper);
    }

    /** Ends the connections and forgets every session. Requests in flight fail; call it after they are done. */
    @Override
    public void close() {
        pool.clear();
        denials.clear();
        loginThreads.shutdownNow();
        transport.close();
    }

    /** Where it is and how it logs in; nothing of anybody's credentials. */
    @Override
    public String toString() {
        return "Backend[" + transport.origin() + ", " + mode.name() + "]";
    }

    RetryPolicy retry() {
        return retry;
    }

    HttpOptions http() {
        return http;
    }

    Timing timing() {
        return settings.timing();
    }

    HttpTransport transport() {
        return paced;
    }

    BackendSession serviceSession(Supplier<Credentials> own, JsonMapper json) {
        return session(pooled(supplied(own), true), json);
    }

    PooledSession pooled(Credentials credentials, boolean ofService) {
        return pool.session(new Account(credentials, ofService, mode.challenge()));
    }

    private BackendSession session(PooledSession session, JsonMapper json) {
        return new BackendSession(this, session, json);
    }

    private PooledSession open(Account account, Consumer<LoginFailure> onRefused) {
        var attempt = new LoginAttempt(mode, account, transport, http.totalTimeout(), settings.timing());
        var logins = new Logins(attempt, loginThreads, settings, onRefused);
        return new PooledSession(account, logins, new Signing(mode, account, paced, transport), denials);
    }

    private Credentials shown(Context ctx) {
        var challenge = mode.challenge();
        if (challenge.isEmpty()) {
            return Credentials.none();
        }
        var headers = Collections.list(ctx.req().getHeaders("Authorization"));
        if (headers.isEmpty()) {
            throw unauthorized("Credentials are needed.", challenge.get());
        }
        // Two of them could be read differently by whatever stands in front of us.
        var header = headers.size() == 1 ? headers.get(0) : "";
        return Credentials.parse(header)
                .orElseThrow(() -> unauthorized("The Authorization header is malformed.", challenge.get()));
    }

    private static Credentials supplied(Supplier<Credentials> service) {
        try {
            return Objects.requireNonNull(service.get(), "the supplied credentials");
        } catch (RuntimeException unreadable) {
            // What it says may quote a secret file's content: only its kind is shown.
            log.error(
                    "The service's own credentials cannot be had: {}",
                    unreadable.getClass().getName());
            throw BackendError.of(502, "The service's own credentials cannot be had.");
        }
    }

    private static BackendError unauthorized(String content, String challenge) {
        return BackendError.of(401, content).withHeader("WWW-Authenticate", challenge);
    }

    /** Settings of a {@link Backend}; each has a default but the base URL. Not threadsafe. */
    public static final class Builder {
        private final String baseUrl;
        private Authenticator authenticator = Authenticator.none();
        private HttpOptions http = HttpOptions.defaults();
        private @Nullable RetryPolicy retry;
        private @Nullable Pace pace;
        private JsonMapper mapper = new JavalinJackson(null, false);
        private @Nullable Supplier<Credentials> service;
        private SessionSettings settings = SessionSettings.defaults();

        private Builder(String baseUrl) {
            this.baseUrl = Objects.requireNonNull(baseUrl, "baseUrl");
        }

        /** How to log in. Default: {@link Authenticator#none()}. */
        public Builder auth(Authenticator authenticator) {
            this.authenticator = Objects.requireNonNull(authenticator, "authenticator");
            return this;
        }

        /**
         * A service account in place of each caller's own credentials. Whoever can reach the service is then answered
         * with this account's rights: put the service where only those can reach it who may. Default: none, each
         * caller brings its own.
         */
        public Builder credentials(Credentials service) {
            Objects.requireNonNull(service, "service");
            return credentials(() -> service);
        }

        /**
         * A service account whose credentials may change: asked for with every session, so it must be quick. Changed
         * ones mean a new login with the next request. As with {@link #credentials(Credentials)}, whoever can reach
         * the service is answered.
         */
        public Builder credentials(Supplier<Credentials> rotating) {
            this.service = Objects.requireNonNull(rotating, "rotating");
            return this;
        }

        /** Timeouts, limits and TLS. Default: {@link HttpOptions#defaults()}. */
        public Builder http(HttpOptions options) {
            this.http = Objects.requireNonNull(options, "options");
            return this;
        }

        /**
         * Retries of idempotent requests; logins are never retried by it. Default: {@link RetryPolicy#standard()}, with
         * 6 attempts in place of 3 where there is a {@link #pace}: a pace learns by trying.
         */
        public Builder retry(RetryPolicy policy) {
            this.retry = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Spaces out the requests of all callers, each attempt and each replay, once the backend says that they come
         * too fast. Logins, and what else a mode asks for itself, do not wait for a turn: they are few, by rules of
         * their own, and often go elsewhere. A route that wants a pace of its own is a second {@code Backend}. Default:
         * none.
         */
        public Builder pace(Pace pace) {
            this.pace = Objects.requireNonNull(pace, "pace");
            return this;
        }

        /** How many callers' sessions are kept at most. Default: 10,000. */
        public Builder maxSessions(int max) {
            settings = settings.maxSessions(max);
            return this;
        }

        /** A session unused for this long is forgotten. Default: 30 min. */
        public Builder sessionIdle(Duration idle) {
            settings = settings.idle(idle);
            return this;
        }

        /** A session is forgotten at this age, however busy. Default: 12 h. */
        public Builder sessionAge(Duration age) {
            settings = settings.age(age);
            return this;
        }

        /** For how long refused credentials are not tried again, against account lock-out. Default: 30 s. */
        public Builder loginCoolDown(Duration coolDown) {
            settings = settings.coolDown(coolDown);
            return this;
        }

        /** How often one session may renew its login. Default: a burst of 5, then one more per 5 s. */
        public Builder renewals(int burst, Duration refill) {
            settings = settings.renewals(burst, refill);
            return this;
        }

        /** Reads and writes JSON where no {@code Context} brings a mapper. Default: Javalin's Jackson. */
        public Builder json(JsonMapper mapper) {
            this.mapper = Objects.requireNonNull(mapper, "mapper");
            return this;
        }

        /** The seam for tests. Default: {@link Timing#system()}. */
        public Builder timing(Timing timing) {
            settings = settings.timing(timing);
            return this;
        }

        /**
         * Makes the backend; nothing is sent yet.
         *
         * @throws IllegalArgumentException if the base URL is no http or https URL, or has user info in it
         */
        public Backend build() {
            return new Backend(this);
        }

        private RetryPolicy retry() {
            if (retry != null) {
                return retry;
            }
            return pace == null ? RetryPolicy.standard() : PACED;
        }
    }
}
