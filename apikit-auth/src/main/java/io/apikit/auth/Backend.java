package io.apikit.auth;

import io.apikit.AuthMode;
import io.apikit.auth.Account.AccountResolver;
import io.apikit.auth.internal.app.BackendUsage;
import io.apikit.auth.internal.credentials.ReloadingFile;
import io.apikit.auth.internal.secrets.ErrorTexts;
import io.apikit.auth.internal.secrets.SentRequests;
import io.apikit.http.BreakerPolicy;
import io.apikit.http.Deadline;
import io.apikit.http.HttpOptions;
import io.apikit.http.Pace;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.http.internal.client.HttpTransport;
import io.apikit.http.internal.url.BackendLabel;
import io.apikit.internal.caller.ClientNetwork;
import io.apikit.internal.util.DefaultJson;
import io.apikit.internal.util.SingleUse;
import io.apikit.internal.util.WireLogLimit;
import io.apikit.ops.ForwardedIdentity;
import io.apikit.ops.RequestDeadline;
import io.javalin.http.Context;
import io.javalin.json.JsonMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A backend, and the sessions of any number of callers that stay logged in to it. Thread-safe. A service has one per
 * backend. {@link #close} ends its connections; {@code ApiApp} closes the backends that it was given.
 */
public final class Backend implements AuthMode, MeterBinder, AutoCloseable {
    /** With a pace, five attempts follow 0, 1, 3, 7 and 15 s after the first: within the default total of 30 s. */
    private static final RetryPolicy PACED = RetryPolicy.builder().attempts(6).build();

    private final GuardedAuthenticator mode;
    private final Timing timing;
    private final JsonMapper mapper;
    private final AccountResolver accounts;
    private final HttpTransport client;
    private final BareTransport bare;
    private final SessionFactory factory;
    private final BackendUsage usage;
    private final BackendSessions sessions;

    private Backend(Builder from) {
        WireLogLimit.apply();
        var settings = from.settings.renewalWait(from.http.connectTimeout()).build();
        this.timing = settings.timing();
        this.mode = GuardedAuthenticator.of(from.authenticator, timing);
        from.requireOwnCookies(mode);
        this.mapper = from.mapper;
        this.client = HttpTransport.to(from.baseUrl, from.name, from.http, from.retry());
        var texts = new ErrorTexts(from.errorText, client.label().logged());
        this.accounts = new AccountResolver(mode, from.service, texts);
        this.usage = new BackendUsage(client.label());
        this.bare = BareTransport.create(client, timing);
        this.factory = new SessionFactory(from, mode, settings, client, bare);
        this.sessions = new BackendSessions(factory, settings, client.metrics());
        client.metrics()
                .counter(
                        "apikit.backend.errors.withheld",
                        "Error texts that cannot be compared with what the caller sent",
                        Tags.empty(),
                        texts.withheld());
        var own = from.service == null ? 0 : 1;
        client.metrics()
                .gauge(
                        "apikit.backend.service.account",
                        "1 if the service has an account of its own at the backend, 0 if each caller has one",
                        Tags.empty(),
                        () -> own);
    }

    /**
     * Begins the settings of a backend at this base URL, such as {@code https://jenkins.example.org/ci}. The paths of
     * requests are relative to it.
     */
    public static Builder at(String baseUrl) {
        return new Builder(baseUrl);
    }

    /** Returns the auth mode's name. */
    @Override
    public String name() {
        return mode.name();
    }

    /** Returns the mode's challenge; empty if the mode needs no credentials, or the backend has the service's own. */
    @Override
    public Optional<String> challenge() {
        return accounts.challenge();
    }

    /**
     * Returns the session of the caller of a request. The service's own credentials come first, if the backend was given
     * some; then the access token that a trusted proxy sent along ({@link ForwardedIdentity}); then the
     * {@code Authorization} header. If the request has a deadline ({@link RequestDeadline}), it bounds all that is sent
     * through the session.
     *
     * <p>JSON is read and written by the context's mapper, if the author gave the {@code ApiApp} one, and in any other
     * Javalin app. Else the mapper of {@link Builder#json} does it. By default, that one ignores unknown fields of the
     * backend's responses. Those of a caller's own body remain a 400.
     *
     * <p>The requests sent through it carry the caller's {@code X-Request-Id}, and its {@code traceparent} and
     * {@code tracestate} if those are well-formed, unless they have such a header themselves. Logins do not carry them.
     *
     * @throws io.apikit.BackendError 401 with the mode's challenge if the mode needs credentials and the caller sent none,
     *     or malformed ones; 401 too while refused credentials are cooling down; 429 once too many passwords were refused
     *     ({@link Builder#refusalsPerUser}, {@link Builder#refusalsPerSource}); 503 if the backend is closed
     * @throws IllegalStateException if the request is over
     * @throws io.javalin.http.BadRequestResponse if the request has a deadline that cannot be read
     */
    public BackendSession session(Context ctx) {
        var deadline = usage.begin(this, ctx).map(left -> Deadline.after(left, timing));
        var session = sessions.of(accounts.of(ctx), () -> Optional.of(ClientNetwork.of(ctx)));
        var json = DefaultJson.chosen(ctx.jsonMapper(), mapper);
        // What a caller sends to any backend, one with a service account may quote.
        var sent = SentRequests.of(ctx);
        return new BackendSession(this, session, json, deadline, BackendSession.RequestPropagation.of(ctx), sent);
    }

    /** Returns the session of these credentials, for work that belongs to no request. */
    public BackendSession session(Credentials credentials) {
        return session(accounts.of(credentials), mapper, Optional.empty(), BackendSession.RequestPropagation.NOTHING);
    }

    /**
     * Shows this backend in a registry until it is closed: calls, logins, renewals, retries, sessions, connections and the
     * circuit. {@code ApiApp} does that for the backends that it was given. The tag {@code backend} of each meter is the
     * backend's name ({@link Builder#name}); for a second backend of the same name in one registry it is {@code name #2}, and so on. No
     * tag names a caller.
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        usage.markKnown();
        client.metrics().bindTo(registry);
    }

    /**
     * Returns whether the backend responds at all, for a soft readiness check:
     *
     * <pre>{@code
     * .operations(ops -> ops.softCheck("backend", backend::isReachable))
     * }</pre>
     *
     * <p>Sends one HEAD to the base URL, without credentials, login or retry, past the circuit breaker; it takes 1 s at
     * most. Any response counts, a refusal or a redirect too, except 502, 503 and 504, which a proxy gives for a backend
     * that is down. Throws nothing.
     *
     * <p>Not for liveness: a restart repairs no backend, and all sessions would begin anew once it is back. As a hard check
     * of readiness, a backend that is down would take all instances out of service at the same moment.
     */
    public boolean isReachable() {
        return bare.isReachable();
    }

    /**
     * Returns whether the {@link Builder#loginStore} can be reached, for a soft readiness check:
     *
     * <pre>{@code
     * .operations(ops -> ops.softCheck("login-store", backend::isStoreReachable))
     * }</pre>
     *
     * <p>Sends nothing: it returns what the last heartbeat has found, one each 2 s, and the commands since. True for a backend
     * without a store, and before the first heartbeat. Throws nothing.
     *
     * <p>Not as a hard check, and not for liveness. While the store is away, all sessions go on, and each replica logs in
     * alone.
     */
    public boolean isStoreReachable() {
        return factory.isStoreReachable();
    }

    /**
     * Logs out, closes the connections and forgets every session. With a {@link Builder#loginStore} nobody is logged out,
     * since other replicas may use the logins, and the store stays open. Requests under way fail: call it after they have ended.
     * Later ones get a 503 that says that the backend is closed. Log-outs ({@link Authenticator#logOut}) take 2 s at most
     * in all, 16 at a time.
     */
    @Override
    public void close() {
        usage.close();
        sessions.close();
        client.metrics().close();
        client.close();
    }

    /** Returns the backend's name if it has one, its origin and its auth mode, and nothing of any credentials. */
    @Override
    public String toString() {
        return "Backend[" + client.label().logged() + ", " + mode.name() + "]";
    }

    BackendUsage usage() {
        return usage;
    }

    HttpOptions options() {
        return client.options();
    }

    Timing timing() {
        return timing;
    }

    /** Returns a chance from 0 to 1. */
    double chance() {
        return factory.settings().random().getAsDouble();
    }

    BackendSession session(
            Account account,
            JsonMapper json,
            Optional<Deadline> deadline,
            BackendSession.RequestPropagation propagation) {
        return new BackendSession(this, sessions.of(account), json, deadline, propagation, null);
    }

    BackendSessions sessions() {
        return sessions;
    }

    AccountResolver accounts() {
        return accounts;
    }

    /** Settings of a {@link Backend}. Each has a default, except the base URL. Not thread-safe. */
    public static final class Builder {
        private final String baseUrl;
        Authenticator authenticator = Authenticator.none();
        HttpOptions http = HttpOptions.defaults();
        private @Nullable RetryPolicy retry;

        @Nullable
        Pace pace;

        BreakerPolicy breaker = BreakerPolicy.standard();
        private JsonMapper mapper = DefaultJson.MAPPER;
        private @Nullable Supplier<Credentials> service;
        private boolean errorText = true;
        private boolean cookies;
        private @Nullable String name;
        private final SessionSettings.Builder settings = SessionSettings.builder();
        final SharedLogins.Settings sharing = new SharedLogins.Settings();

        private final SingleUse modeSet = new SingleUse();
        private final SingleUse built = new SingleUse();

        private Builder(String baseUrl) {
            this.baseUrl = Objects.requireNonNull(baseUrl, "baseUrl");
        }

        /**
         * Sets how to log in. Default: {@link Authenticator#none()}.
         *
         * @throws IllegalStateException if it is set already: a backend has one mode
         */
        public Builder auth(Authenticator authenticator) {
            modeSet.begin("auth(..) of a backend is set to the mode " + this.authenticator.name()
                    + " already, and cannot be set twice: build a second backend for another mode");
            this.authenticator = Objects.requireNonNull(authenticator, "authenticator");
            return this;
        }

        /** Sets the mode that {@link #auth} replaces, for tests. */
        Builder defaultAuth(Authenticator authenticator) {
            this.authenticator = authenticator;
            return this;
        }

        /**
         * Sets a service account, in place of each caller's own credentials. Every client that can reach the service then
         * has this account's rights: make sure that only permitted clients can reach it. Default: none, each caller
         * brings its own.
         */
        public Builder credentials(Credentials service) {
            Objects.requireNonNull(service, "service");
            return credentials(() -> service);
        }

        /**
         * Sets a service account whose credentials may change. The supplier is called for every session, so it must be
         * quick. Changed credentials cause a new login with the next request. If only the password has changed, requests
         * go on under the old one until the new one is accepted, so it does not matter whether the service or the backend
         * has it first. As with {@link #credentials(Credentials)}, every client that can reach the service has this
         * account's rights.
         */
        public Builder credentials(Supplier<Credentials> rotating) {
            this.service = Objects.requireNonNull(rotating, "rotating");
            return this;
        }

        /**
         * Sets whether callers get the text of this backend's errors where it has a service account
         * ({@link #credentials(Credentials)}). Without it they get the status, its standard reason phrase and
         * {@code Retry-After}, and the text is in the log at DEBUG, cut and masked. Default: true.
         *
         * <p>Secrets in such a text are masked, except in the spelling in which the caller has sent them itself. That
         * hides no secret from a caller who guesses it in the very spelling in which the backend prints it. Where
         * callers must not learn the password of the service account by guessing, and a backend may print what it was
         * sent, {@code errorText(false)} is right. The text never passes where it cannot be compared with what the caller
         * has sent: the body was a stream, compressed or longer than 1 MiB, or one request of a caller has sent more than
         * 64 to backends. What a handler reads itself, with
         * {@link io.apikit.http.BackendRequest#allowErrors()} for example, is not masked at all. Has no effect on errors
         * that concern a caller's own credentials.
         */
        public Builder errorText(boolean passed) {
            this.errorText = passed;
            return this;
        }

        /** Sets timeouts, limits and TLS. Default: {@link HttpOptions#defaults()}. */
        public Builder http(HttpOptions options) {
            this.http = Objects.requireNonNull(options, "options");
            return this;
        }

        /**
         * Sets how idempotent requests are retried. Logins are never retried by it. Default: {@link RetryPolicy#standard()};
         * with a {@link #pace}, it has 6 attempts in place of 3, since a pace learns by trying.
         */
        public Builder retry(RetryPolicy policy) {
            this.retry = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets how the requests of all callers, each attempt and each replay, are spaced out once the backend reports
         * that they come too fast. Logins, and other requests of a mode itself, do not wait: they are few, by rules of
         * their own, and often go elsewhere. A route that needs a pace of its own is a second {@code Backend}. Replicas
         * with the same {@link #loginStore} share it. Default: none.
         */
        public Builder pace(Pace pace) {
            this.pace = Objects.requireNonNull(pace, "pace");
            return this;
        }

        /**
         * Sets when no more requests are sent to a backend that fails or is slow. It does not stop logins, and they do not
         * count. Default: {@link BreakerPolicy#standard()}.
         */
        public Builder breaker(BreakerPolicy policy) {
            this.breaker = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets whether each session keeps the cookies that the backend sets besides those of its login, and sends them by
         * domain and path (RFC 6265). For a crumb that is valid with its {@code JSESSIONID} alone, and for load balancers
         * that keep a session on one node. A service account has one session, whose cookies all callers share. Default:
         * false.
         *
         * <p>They are kept when the login is renewed, and end with the session. A cookie with the name of one of the login
         * is not taken, and neither is one of a rejection. One that a handler sends is left out if the session has one of its
         * name.
         * If a request with them is rejected, and none with them was accepted under the same login, or if it is refused for
         * the size of its headers (431), they are forgotten. Under a login that cannot be renewed, such as Basic, each
         * rejection counts. Then an idempotent request is sent once more. The limits are those of
         * {@link Authenticator#refreshed}, and 50 cookies.
         */
        public Builder cookies(boolean kept) {
            this.cookies = kept;
            return this;
        }

        boolean keepsCookies() {
            return cookies;
        }

        /**
         * Sets the backend's name, such as {@code pele}: what metrics, logs, errors and the status page call it, and a part of
         * the keys in a {@link #loginStore}. Errors name it in place of the base URL's origin, and the log names both. Two
         * backends of one service that share a store need different names, also two at one host: with one name they take each
         * other's logins. Default: the host and the port of the base URL; errors and the log name its origin then.
         *
         * @param name 1 to 64 letters, digits, {@code .}, {@code _}, {@code -} and {@code :}
         * @throws IllegalArgumentException for any other name
         */
        public Builder name(String name) {
            this.name = BackendLabel.checked(name);
            return this;
        }

        /**
         * Sets what the replicas of the service share: logins, refusals, and the limits on both. All replicas need the same
         * store, the same {@link #storeKey}, the same {@link #name} and the same mode with the same options. The store stays
         * open when the backend is closed: who has made it closes it afterwards. Default: {@link LoginStore#inMemory()}, one of
         * the backend's own.
         */
        public Builder loginStore(LoginStore store) {
            sharing.store(store);
            return this;
        }

        /**
         * Adds a file with the secret of the {@link #loginStore}: 32 random bytes, or these in Base64 or hexadecimal digits.
         * It seals what is stored, and makes the keys under which that is found. The first file seals, all of them open: to
         * change the secret, add the new file as the second one in all replicas, then make it the first one, then remove the
         * other. Needed by each store that is not in memory. {@link #build} reads it, once. Default: none.
         */
        public Builder storeKey(Path file) {
            sharing.key(file);
            return this;
        }

        /**
         * Sets how many replicas share the {@link #loginStore}. While it cannot be reached, each of them uses this part of the
         * limits on logins and on wrong passwords. A limit of {@link Pace#atMost} is always divided by the number that are
         * alive, and by this number if that is greater. Default: 1.
         *
         * @param number 1 to 1,000
         */
        public Builder replicas(int number) {
            sharing.replicas(number);
            return this;
        }

        /** Sets how many callers' sessions are kept at most. Default: 10,000. */
        public Builder maxSessions(int max) {
            settings.maxSessions(max);
            return this;
        }

        /**
         * Sets how long an unused session is kept. Each replica counts for itself; a {@link #loginStore} keeps a login for this
         * time after its end, so that it can be renewed. Default: 30 min.
         */
        public Builder sessionIdle(Duration idle) {
            settings.idle(idle);
            return this;
        }

        /**
         * Sets the age at which a session is forgotten, however busy it is. Each replica counts for itself; a
         * {@link #loginStore} keeps no login for longer after its last change. Default: 12 h.
         */
        public Builder sessionAge(Duration age) {
            settings.age(age);
            return this;
        }

        /**
         * Sets how long refused credentials are not tried again, against account lock-out. The time doubles with each
         * further refusal of the same credentials, up to 15 min or this time if that is longer. Their own success ends
         * that, and so does a day without a refusal. The 401 says in {@code Retry-After} how long it is. This is also the
         * longest time for which a session renews no login for a target (method and path) that rejects new logins.
         * Default: 30 s.
         */
        public Builder loginCoolDown(Duration coolDown) {
            settings.coolDown(coolDown);
            return this;
        }

        /** Sets how often one session may renew its login. Default: a burst of 5, then one more per 5 s. */
        public Builder renewals(int burst, Duration refill) {
            settings.renewals(burst, refill);
            return this;
        }

        /**
         * Sets how often all sessions together may log in, first logins and renewals. Further logins wait for their turn,
         * up to 5 s or half of the total timeout if that is less. If it comes later, they fail with a 503 and
         * {@code Retry-After}. Only logins that send requests count. Replicas with one {@link #loginStore} count together;
         * while it is away, each of them has its part. Default: a burst of 500, then one more per 20 ms.
         *
         * @param burst 1 to 1,000,000
         * @param refill at most 2 h
         */
        public Builder logins(int burst, Duration refill) {
            settings.logins(burst, refill);
            return this;
        }

        /**
         * Sets how many wrong passwords for one user name are tried, from all addresses together. Beyond that, a first
         * login is a 429 with {@code Retry-After}, and nothing is sent. One try is taken before each first login and given
         * back unless the password is refused. A login waits for others under way, until its request's deadline, if one of
         * these may give its try back. Default: a burst of 3, then one more per 20 min: below the five wrong passwords in
         * 15 min after which many backends lock an account.
         *
         * <p>One address uses all tries but the last, which is kept for other addresses. An IPv6 address counts with its
         * /64. Credentials that were refused before leave the last try to others, too.
         *
         * <p>Replicas with one {@link #loginStore} count together. While it is away, what is left is divided by their number
         * ({@link #replicas}): of a full limit each has one try at least. Without a store each replica counts on its own. For
         * another policy of the backend, keep {@code burst + 1} below the number of wrong passwords that it allows, or that
         * times the number of replicas without a store, and the refill above its time. With a store, keep the number of
         * replicas below it as well.
         *
         * <p>Only passwords of callers count: no tokens, and not the service's own. A user who is logged in is not limited
         * by others' guesses, and neither is one whose very password was accepted within the last day, until the backend
         * refuses it. A user who logs in for the first time while the name is being guessed at from several addresses has
         * to wait. Otherwise the backend would lock the account.
         *
         * @param burst 1 to 1,000,000
         * @param refill at most 2 h
         */
        public Builder refusalsPerUser(int burst, Duration refill) {
            settings.refusalsPerUser(burst, refill);
            return this;
        }

        /**
         * Sets how many wrong passwords from one address are tried, for all user names together. Beyond that, all first
         * logins from there are a 429 with {@code Retry-After}, also with a right password. Only refused logins are
         * counted. As many logins run at the same time; further ones wait for one of these to end, until their request's
         * deadline. An IPv6 address counts with its /64. Replicas with one {@link #loginStore} count together. Default: a
         * burst of 100, then one more per 3 s.
         *
         * <p>Behind an ingress, name it to {@code Operations.forwardedFor}. Otherwise all callers have its address, and
         * share this limit. As above, users who are logged in, or were within the last day, are not limited.
         */
        public Builder refusalsPerSource(int burst, Duration refill) {
            settings.refusalsPerSource(burst, refill);
            return this;
        }

        /**
         * Sets what reads and writes JSON where no {@code Context} brings a mapper that the author gave its app. It has
         * its own rules for unknown fields. Default: Javalin's Jackson, which here ignores unknown fields.
         */
        public Builder json(JsonMapper mapper) {
            this.mapper = Objects.requireNonNull(mapper, "mapper");
            return this;
        }

        /** Sets the time source, for tests. Default: {@link Timing#system()}. */
        public Builder timing(Timing timing) {
            settings.timing(timing);
            return this;
        }

        /** Sets what decides on the jitter of renewals, from 0 to 1, for tests. */
        Builder random(DoubleSupplier chance) {
            settings.random(chance);
            return this;
        }

        /**
         * Makes the backend; nothing is sent yet. A builder makes one backend.
         *
         * @throws IllegalArgumentException if the base URL is no http or https URL, or has user info in it; if the service's
         *     own credentials are in a file that cannot be used ({@link Credentials#passwordFile},
         *     {@link Credentials#netrc}); if there is a {@link #loginStore} outside this process without a {@link #storeKey}, a
         *     {@code storeKey} without a store, or such a file that cannot be read or is no secret. The message names the
         *     value or the file, and quotes no secret
         * @throws IllegalArgumentException if {@link #cookies} are kept, and all callers would share them: the mode needs no
         *     credentials, so that there is one session for all
         * @throws IllegalStateException if this builder has made a backend already
         */
        public Backend build() {
            built.begin("this builder has been built already: each backend needs a Backend.at(..) of its own");
            if (service instanceof ReloadingFile<?> file) {
                file.requireUsable();
            }
            return new Backend(this);
        }

        /** What a backend gives to one caller must not be sent for another one. */
        private void requireOwnCookies(Authenticator mode) {
            if (cookies && service == null && mode.challenge().isEmpty()) {
                throw new IllegalArgumentException("cookies(true): the mode " + mode.name()
                        + " has one session for all callers, who would share the backend's cookies: set a mode with"
                        + " credentials by auth(..), or one account for all callers by credentials(..)");
            }
        }

        RetryPolicy retry() {
            if (retry != null) {
                return retry;
            }
            return pace == null ? RetryPolicy.standard() : PACED;
        }
    }
}
