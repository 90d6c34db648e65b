package io.apikit.auth;

import io.apikit.AuthMode;
import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BreakerPolicy;
import io.apikit.http.Deadline;
import io.apikit.http.HttpOptions;
import io.apikit.http.Pace;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.Transport;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.http.internal.client.GatedTransport;
import io.apikit.http.internal.client.HttpTransport;
import io.apikit.http.internal.resilience.AdaptiveRateLimiter;
import io.apikit.http.internal.resilience.Bulkhead;
import io.apikit.http.internal.resilience.CallMetrics;
import io.apikit.http.internal.resilience.CircuitBreakerGate;
import io.apikit.http.internal.resilience.Gate;
import io.apikit.http.internal.resilience.RetryBudget;
import io.apikit.http.internal.resilience.RetryingTransport;
import io.apikit.internal.caller.ClientNetwork;
import io.apikit.internal.limits.TokenBucket;
import io.apikit.internal.util.BackgroundThreads;
import io.apikit.internal.util.DefaultJson;
import io.apikit.ops.ForwardedIdentity;
import io.apikit.ops.RequestDeadline;
import io.javalin.http.Context;
import io.javalin.json.JsonMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A backend and the way to stay logged in to it, for any number of callers at once. Threadsafe. One per backend and
 * service; {@link #close} ends its connections, and {@code ApiApp} does that for the ones it was given.
 */
public final class Backend implements AuthMode, MeterBinder, AutoCloseable {
    /** Six attempts 0, 1, 3, 7 and 15 s after the first: what a pace can try within the default total of 30 s. */
    private static final RetryPolicy PACED = RetryPolicy.builder().attempts(6).build();

    private static final Duration REACHED_WITHIN = Duration.ofSeconds(1);

    private final Authenticator mode;
    private final SessionSettings settings;
    private final JsonMapper mapper;
    private final AccountResolver accounts;
    private final HttpTransport client;
    private final Transport http;
    private final BareTransport bare;
    private final LoginMetrics loginMetrics;
    private final TokenBucket loginCap;
    private final ExecutorService loginThreads = BackgroundThreads.open("apikit-login");
    private final DeniedTargets denied;
    private final RetryPolicy retry;
    private final RetryBudget retryBudget;
    private final Gate metrics;
    private final Gate breaker;
    private final Gate pace;
    private final Gate bulkhead;
    private final SessionPool pool;
    private final ServiceAccountSession own;

    /** @param wire returns what stands at the end of the pipeline: the client that it is given, unless there is no wire */
    Backend(Builder from, UnaryOperator<Transport> wire) {
        this.mode = from.authenticator;
        this.settings = from.settings.build();
        this.mapper = from.mapper;
        this.accounts = new AccountResolver(mode, from.service);
        this.client = HttpTransport.to(from.baseUrl, from.http);
        this.http = wire.apply(client);
        this.bare = BareTransport.create(client, timing());
        this.loginMetrics = new LoginMetrics(client.metrics());
        this.loginCap = settings.loginBucket();
        this.denied = new DeniedTargets(settings);
        this.retry = from.retry();
        this.retryBudget = RetryBudget.of(retry, client.metrics());
        this.metrics = new CallMetrics(client.metrics(), timing());
        this.breaker =
                CircuitBreakerGate.create(from.breaker, from.http, timing(), client.failures(), client.metrics());
        this.pace = AdaptiveRateLimiter.create(from.pace, timing(), client.failures());
        this.bulkhead = new Bulkhead(from.http.maxConnections(), from.http.connectTimeout(), client.failures())
                .measuredBy(client.metrics());
        this.pool = new SessionPool(settings, this::open);
        this.own = new ServiceAccountSession(pool);
        client.metrics().gauge("apikit.backend.sessions", "Callers' sessions kept now", Tags.empty(), pool::size);
    }

    /**
     * Makes a caller's session, and the pipeline that all its requests go through, from the session to the wire. The gates
     * are shared by all sessions; a request passes them in this order.
     */
    private CallerSession open(Account account, SessionPool.Entry entry) {
        var login = new CurrentLogin(loginAttempt(account), loginThreads, settings, entry);
        var gates = List.of(metrics, breaker, pace, bulkhead);
        var gated = GatedTransport.create(gates, client.failures(), http);
        var signing = SigningTransport.create(mode, account, bare, gated);
        var authenticating = AuthenticatingTransport.create(account, login, denied, signing);
        var retrying = RetryingTransport.create(retry, retryBudget, timing(), authenticating);
        return new CallerSession(account, login, authenticating, retrying);
    }

    private LoginAttempt loginAttempt(Account account) {
        return new LoginAttempt(mode, account, bare, loginCap, options().totalTimeout(), timing(), loginMetrics);
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
     * The session of whoever sent this request: the service's own if the backend was given credentials, else that of the
     * access token that a trusted proxy sent along ({@link ForwardedIdentity}), else that of the {@code Authorization}
     * header. JSON is read and written by the context's mapper; what is sent is over by the
     * request's own deadline, if it has one ({@link RequestDeadline}).
     *
     * <p>What is sent through it carries the request's {@code X-Request-Id}, and its {@code traceparent} and
     * {@code tracestate} where it came with well-formed ones, unless the {@link io.apikit.http.BackendRequest} has such a
     * header itself; logins, which many requests may share, do not.
     *
     * @throws io.apikit.BackendError 401 with the mode's challenge if the caller sent no credentials, or malformed ones, and the
     *     mode needs some; 401 too while refused credentials are cooling down; 429 once too many passwords were refused
     *     ({@link Builder#refusalsPerUser}, {@link Builder#refusalsPerSource})
     * @throws io.javalin.http.BadRequestResponse if the request has a deadline that cannot be read
     */
    public BackendSession session(Context ctx) {
        var deadline = RequestDeadline.left(ctx).map(left -> Deadline.after(left, timing()));
        var account = accounts.of(ctx);
        var session =
                account.ofService() ? own.of(account) : pool.session(account, () -> Optional.of(ClientNetwork.of(ctx)));
        return new BackendSession(this, session, ctx.jsonMapper(), deadline, RequestPropagation.of(ctx));
    }

    /** The session of these credentials, whoever is asking; for work that no request stands behind. */
    public BackendSession session(Credentials credentials) {
        return session(accounts.of(credentials), mapper, Optional.empty(), RequestPropagation.NOTHING);
    }

    /**
     * Shows in this registry, until it is closed: calls, logins, renewals, retries, sessions, connections, the circuit.
     * {@code ApiApp} does that for the backends it was given. The tag {@code backend} of each meter is the backend's
     * origin, and {@code origin #2} for the second one of the same origin in one registry; no tag names a caller.
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        client.metrics().bindTo(registry);
    }

    /**
     * Whether the backend answers at all, for a soft readiness check:
     *
     * <pre>{@code
     * .operations(ops -> ops.softCheck("backend", backend::isReachable))
     * }</pre>
     *
     * <p>One HEAD to the base URL, without credentials, login or retry, past the circuit breaker; for 1 s at most. Any answer
     * counts, a refusal or a redirect too, but 502, 503 and 504, which a proxy gives for a backend that is away. Throws
     * nothing.
     *
     * <p>Not for liveness: a restart mends no backend, and starts all sessions anew when it is back. In readiness softly at
     * most: a backend that is down takes all instances out of service at the same moment otherwise, also for what they could
     * answer without it, and callers get a connection refused in place of an error that says what is wrong.
     */
    public boolean isReachable() {
        try {
            var status =
                    bare.send(BackendRequest.head("").timeout(REACHED_WITHIN)).status();
            return status < 502 || status > 504;
        } catch (BackendError ignored) {
            return false;
        }
    }

    /** Ends the connections and forgets every session. Requests in flight fail; call it after they are done. */
    @Override
    public void close() {
        client.metrics().close();
        pool.clear();
        denied.clear();
        loginThreads.shutdownNow();
        client.close();
    }

    /** Where it is and how it logs in; nothing of anybody's credentials. */
    @Override
    public String toString() {
        return "Backend[" + client.origin() + ", " + mode.name() + "]";
    }

    HttpOptions options() {
        return client.options();
    }

    Timing timing() {
        return settings.timing();
    }

    BackendSession session(
            Account account, JsonMapper json, Optional<Deadline> deadline, RequestPropagation propagation) {
        var session = account.ofService() ? own.of(account) : pool.session(account);
        return new BackendSession(this, session, json, deadline, propagation);
    }

    /** How many sessions are kept now. */
    long sessions() {
        return pool.size();
    }

    CallerSession pooled(Credentials callers) {
        return pool.session(accounts.of(callers));
    }

    AccountResolver accounts() {
        return accounts;
    }

    /** Settings of a {@link Backend}; each has a default but the base URL. Not threadsafe. */
    public static final class Builder {
        private final String baseUrl;
        private Authenticator authenticator = Authenticator.none();
        private HttpOptions http = HttpOptions.defaults();
        private @Nullable RetryPolicy retry;
        private @Nullable Pace pace;
        private BreakerPolicy breaker = BreakerPolicy.standard();
        private JsonMapper mapper = DefaultJson.MAPPER;
        private @Nullable Supplier<Credentials> service;
        private final SessionSettings.Builder settings = SessionSettings.builder();

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
         * ones mean a new login with the next request. Where only the password has changed, requests go on under the old
         * one until the new one has proven good, so it does not matter whether the service or the backend learns of it first. As with {@link #credentials(Credentials)}, whoever can reach the service is answered.
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

        /**
         * When the backend is left alone because it fails or is slow. Logins are not held up by it, nor do they count.
         * Default: {@link BreakerPolicy#standard()}.
         */
        public Builder breaker(BreakerPolicy policy) {
            this.breaker = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /** How many callers' sessions are kept at most. Default: 10,000. */
        public Builder maxSessions(int max) {
            settings.maxSessions(max);
            return this;
        }

        /** A session unused for this long is forgotten. Default: 30 min. */
        public Builder sessionIdle(Duration idle) {
            settings.idle(idle);
            return this;
        }

        /** A session is forgotten at this age, however busy. Default: 12 h. */
        public Builder sessionAge(Duration age) {
            settings.age(age);
            return this;
        }

        /** For how long refused credentials are not tried again, against account lock-out. Default: 30 s. */
        public Builder loginCoolDown(Duration coolDown) {
            settings.coolDown(coolDown);
            return this;
        }

        /** How often one session may renew its login. Default: a burst of 5, then one more per 5 s. */
        public Builder renewals(int burst, Duration refill) {
            settings.renewals(burst, refill);
            return this;
        }

        /**
         * How often all sessions together may log in, the first time and again; further logins wait up to 5 s for their
         * turn, or half of the total timeout if that is less, and fail with a 503 and {@code Retry-After} if it comes
         * later. Only logins that ask a server count. Default: a burst of 500, then one more per 20 ms.
         *
         * @param burst 1 to 1,000,000
         * @param refill at most 2 h
         */
        public Builder logins(int burst, Duration refill) {
            settings.logins(burst, refill);
            return this;
        }

        /**
         * How many wrong passwords for one user name are tried, wherever they come from; more are a 429 with
         * {@code Retry-After}, without a login. One is taken before each first login and given back if it is good, so
         * guesses that come at the same time are no more. Default: a burst of 10, then one more per 30 s.
         *
         * <p>Only passwords that callers bring count, not tokens and not the service's own. A user who is logged in is
         * not touched by others' guesses, nor is one whose very password was accepted within the last day: what was
         * accepted is no guess. Somebody who logs in for the first time while his name is being guessed at has to wait;
         * that is the price, and the backend would lock his account else.
         */
        public Builder refusalsPerUser(int burst, Duration refill) {
            settings.refusalsPerUser(burst, refill);
            return this;
        }

        /**
         * How many wrong passwords from one address are tried, whoever they are for; more first logins from there, right
         * ones too, are a 429 with {@code Retry-After}. Only refusals count, after the fact: those under way at the same
         * time may go beyond it, as far as {@link #logins} lets them, and are then waited for, up to a burst of them. An IPv6 address counts with its /64. Default: a
         * burst of 100, then one more per 3 s.
         *
         * <p>Behind an ingress, name it to {@code Operations.forwardedFor}: else all callers have its address, and share
         * this. As above, who is logged in or was within the last day is not touched.
         */
        public Builder refusalsPerSource(int burst, Duration refill) {
            settings.refusalsPerSource(burst, refill);
            return this;
        }

        /** Reads and writes JSON where no {@code Context} brings a mapper. Default: Javalin's Jackson. */
        public Builder json(JsonMapper mapper) {
            this.mapper = Objects.requireNonNull(mapper, "mapper");
            return this;
        }

        /** The seam for tests. Default: {@link Timing#system()}. */
        public Builder timing(Timing timing) {
            settings.timing(timing);
            return this;
        }

        /**
         * Makes the backend; nothing is sent yet.
         *
         * @throws IllegalArgumentException if the base URL is no http or https URL, or has user info in it
         */
        public Backend build() {
            return new Backend(this, UnaryOperator.identity());
        }

        private RetryPolicy retry() {
            if (retry != null) {
                return retry;
            }
            return pace == null ? RetryPolicy.standard() : PACED;
        }
    }
}
