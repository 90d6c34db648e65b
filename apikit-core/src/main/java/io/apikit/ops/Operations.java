package io.apikit.ops;

import io.apikit.internal.caller.CorsOrigins;
import io.apikit.internal.caller.ForwardedFor;
import io.apikit.internal.caller.TrustedProxies;
import io.apikit.internal.health.HealthCheck;
import io.apikit.internal.health.ProbeSettings;
import io.apikit.internal.health.Probes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How an app is run. Settings are read once, when the app is built; not threadsafe.
 *
 * <pre>{@code
 * .operations(ops -> ops.grace(Duration.ofSeconds(25)).maxConcurrentRequests(500))
 * }</pre>
 */
public final class Operations {
    private static final Duration LONGEST = Duration.ofDays(1);

    private Duration grace = Duration.ofSeconds(10);
    private int maxConcurrentRequests = 10_000;
    private TrustedProxies trustedProxies = TrustedProxies.none();
    private @Nullable String metrics = "/metrics";
    private final List<AppPage> pages = new ArrayList<>();
    private final ProbeSettings probes = new ProbeSettings();
    private boolean accessLog = true;
    private ForwardedFor forwardedFor = ForwardedFor.none();
    private CorsOrigins allowedOrigins = CorsOrigins.none();
    private final Limits limits = new Limits();

    /** The defaults, as each setter names them. */
    public Operations() {}

    /**
     * How long stopping waits for the requests in flight; those that take longer are cut off. Default 10 s; zero waits
     * for none. Keep it and {@link #stopDelay} together below the time the platform leaves between SIGTERM and SIGKILL
     * (30 s in Kubernetes, 10 s in Docker).
     *
     * @throws IllegalArgumentException for a negative duration
     */
    public Operations grace(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative, but is " + grace);
        }
        this.grace = grace;
        return this;
    }

    /**
     * How many requests run at the same time; further ones wait. Default 10,000, one virtual thread each. On platform
     * threads (Java before 21) at most 1,016 run at the same time, whatever this says.
     *
     * @throws IllegalArgumentException for a number below 1
     */
    public Operations maxConcurrentRequests(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("maxConcurrentRequests must be 1 or more, but is " + max);
        }
        this.maxConcurrentRequests = max;
        return this;
    }

    /**
     * The addresses, or blocks of them ({@code 10.1.0.0/16}, {@code fd00::/8}), from which an oauth2-proxy in front of
     * the service connects. It says who the caller is: {@code X-Forwarded-Access-Token} becomes the caller's bearer
     * token, {@code X-Forwarded-User} and {@code -Email} its name ({@link ForwardedIdentity}). Default none: then no
     * header names anybody.
     *
     * <p>With some, every request is checked before anything else sees it, also one for metadata or health. An identity
     * header from another peer is a 401; one that is duplicated, malformed or spelled with an underscore is a 400,
     * whoever sent it. A request without any is served as ever. The peer is that of the TCP connection, whatever
     * {@code X-Forwarded-For} or the PROXY protocol says. {@code X-Auth-Request-*} headers name nobody.
     *
     * <p>The proxy must run with {@code --pass-access-token}: without it a client's own token passes through it, and is
     * believed.
     *
     * @throws IllegalArgumentException for what is no address or block, such as a host name
     */
    public Operations trustedProxies(String... peers) {
        this.trustedProxies = TrustedProxies.of(peers);
        return this;
    }

    /**
     * Where Prometheus reads what is measured ({@link io.micrometer.core.instrument.MeterRegistry Micrometer}'s text):
     * one literal path, whatever the route prefixes. Default {@code /metrics}; null switches it off, and then nothing is
     * measured either. Whoever can reach the service can read it; there is no secret and no caller's name in it.
     *
     * @throws IllegalArgumentException for what is no literal path
     */
    public Operations metrics(@Nullable String path) {
        this.metrics = OperationsPath.checked("metrics", path);
        return this;
    }

    /**
     * The addresses, or blocks of them, of the proxies that say in {@code X-Forwarded-For} where a request comes from:
     * an ingress, a load balancer. Read from the right, it is the first address that is not itself one of these. Default
     * none: then the peer of the TCP connection is where it comes from, whatever a header says.
     *
     * <p>A client may write what it likes into the header; the proxy appends what it sees, and so only that counts. What
     * cannot be read ends the reading: the last proxy known is then the address. {@code Forwarded} (RFC 7239) is not
     * read: a proxy that writes the one header lets a client's other pass.
     *
     * <p>It is for limits only ({@link Limits}): nobody is believed to be somebody for his address.
     *
     * @throws IllegalArgumentException for what is no address or block, such as a host name
     */
    public Operations forwardedFor(String... peers) {
        this.forwardedFor = ForwardedFor.of(peers);
        return this;
    }

    /**
     * Adds a page about the app, such as that of the module {@code apikit-status}. May be called again for more pages.
     * Default: none. Everybody who can reach the service can read a page.
     *
     * <pre>{@code
     * .operations(ops -> ops.page(StatusPage.at("/status")))
     * }</pre>
     *
     * @throws IllegalArgumentException for a page whose path is not literal
     */
    public Operations page(AppPage page) {
        if (!OperationsPath.isLiteral(page.path())) {
            throw new IllegalArgumentException(
                    "the path of a page must be a literal one such as /status, not \"" + page.path() + '"');
        }
        pages.add(page);
        return this;
    }

    /**
     * Where liveness is asked, by GET or HEAD; null nowhere. Default {@code /health/live}, whatever the route prefixes.
     * The answer is always 200 and {@code {"status":"up"}}: whoever gets none should restart the process.
     *
     * @throws IllegalArgumentException for what is no literal path with a slash before it and none behind
     */
    public Operations live(@Nullable String path) {
        probes.live = OperationsPath.checked("live", path);
        return this;
    }

    /**
     * Where readiness is asked, by GET or HEAD; null nowhere. Default {@code /health/ready}, whatever the route prefixes.
     * The answer is JSON with a {@code status} and the {@code checks} by name: 200 if {@code up} or {@code degraded}, 503 if
     * {@code down} or {@code stopping}, then with the fields of every error beside them (for a caller that asks for problem
     * details, those alone).
     *
     * @throws IllegalArgumentException for what is no literal path with a slash before it and none behind
     */
    public Operations ready(@Nullable String path) {
        probes.ready = OperationsPath.checked("ready", path);
        return this;
    }

    /**
     * A check without which the service is not ready: while it says no, throws or is late, readiness is 503. It is for
     * what this one instance lacks and others may have. What all instances share, the backend above all, belongs in
     * {@link #softCheck} at most: as a hard check its outage takes away every instance at once, and with them the errors
     * that callers could understand.
     *
     * <p>Checks run only when readiness is asked, at the same time as each other, at most once a second, and never again
     * while the last run still goes on. They should not log in anywhere: the session renews itself when it is used. The log
     * tells when one goes down, with its exception's class and not its message, and when it is up again.
     *
     * @throws IllegalArgumentException for a name that is blank, has control characters or is there already
     */
    public Operations check(String name, Callable<Boolean> check) {
        probes.add(new HealthCheck(name, true, check));
        return this;
    }

    /**
     * A check whose failure is told and changes nothing else: readiness is 200 and {@code degraded}. As {@link #check} in all
     * else.
     *
     * <pre>{@code
     * .operations(ops -> ops.softCheck("backend", backend::isReachable))
     * }</pre>
     *
     * @throws IllegalArgumentException for a name that is blank, has control characters or is there already
     */
    public Operations softCheck(String name, Callable<Boolean> check) {
        probes.add(new HealthCheck(name, false, check));
        return this;
    }

    /**
     * How long a probe waits for each check; one that takes longer is told as {@code timeout}, at once from then on, until
     * it has come back in time. Default 1 s. Where the platform gives a probe no more than that (1 s in Kubernetes, unless
     * told otherwise), a check that hangs costs one probe.
     *
     * @throws IllegalArgumentException unless it is positive and at most a day
     */
    public Operations checkTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("checkTimeout must be positive, at most a day, but is " + timeout);
        }
        probes.checkTimeout = timeout;
        return this;
    }

    /**
     * How long stopping goes on serving as ever once readiness says {@code stopping}, so that whoever sends requests here
     * learns it and sends none any more. In the second half of it each answer closes its connection. It should be
     * longer than the prober's period, times the failures it wants to see. Default 5 s, but none where nobody has asked
     * readiness in the last 60 s, since nobody would learn anything; what is set here is always kept.
     *
     * <p>After it comes {@link #grace}. Both together must stay below the time the platform leaves between SIGTERM and
     * SIGKILL (30 s in Kubernetes, 10 s in Docker). Interrupting the thread that stops the app ends the delay, not the grace.
     *
     * @throws IllegalArgumentException for a negative duration, or one of more than a day
     */
    public Operations stopDelay(Duration delay) {
        if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("stopDelay must not be negative, at most a day, but is " + delay);
        }
        probes.stopDelay = delay;
        probes.isDelayChosen = true;
        return this;
    }

    /** The seam for tests: the default delay, of another length. */
    Operations stopDelayIfAsked(Duration delay) {
        probes.stopDelay = delay;
        return this;
    }

    /** The seam for tests: monotonic nanoseconds. */
    public Operations clock(LongSupplier nanos) {
        probes.clock = nanos;
        return this;
    }

    /** Whether each request that is over is a line in the log ({@link AccessLog}). Default true. */
    public Operations accessLog(boolean on) {
        this.accessLog = on;
        return this;
    }

    /**
     * The origins of web pages, such as {@code https://portal.example.org}, whose scripts may call the service with
     * their users' credentials (CORS). They may read the answers, errors too, and send any method and header. Default
     * none. Every answer then varies by {@code Origin}; other pages' requests are served without leave to read the
     * answer, as browsers expect it. Preflight requests are answered before anything of the app sees them.
     *
     * @throws IllegalArgumentException for what is no origin: a path, a wildcard, {@code null}
     */
    public Operations allowOrigins(String... origins) {
        this.allowedOrigins = CorsOrigins.of(origins);
        return this;
    }

    /** What the service takes from outside before it refuses. May be called again for more. */
    public Operations limits(Consumer<Limits> settings) {
        settings.accept(limits);
        return this;
    }

    /** How long stopping waits for the requests in flight. */
    public Duration grace() {
        return grace;
    }

    /** How many requests run at the same time. */
    public int maxConcurrentRequests() {
        return maxConcurrentRequests;
    }

    /** Where Prometheus reads what is measured; empty if nothing is. */
    public Optional<String> metrics() {
        return Optional.ofNullable(metrics);
    }

    /** The pages about the app, in the order they were added. */
    public List<AppPage> pages() {
        return List.copyOf(pages);
    }

    /** Who may say who a caller is. */
    public TrustedProxies trustedProxies() {
        return trustedProxies;
    }

    /** What probes are told of one app, as set so far. */
    public Probes probes() {
        return probes.probes();
    }

    /** Whether each request that is over is a line in the log. */
    public boolean accessLog() {
        return accessLog;
    }

    /** Whose word counts for where a request comes from. */
    public ForwardedFor forwardedFor() {
        return forwardedFor;
    }

    /** The web pages that may call. */
    public CorsOrigins allowedOrigins() {
        return allowedOrigins;
    }

    /** What the service takes from outside. */
    public Limits limits() {
        return limits;
    }
}
