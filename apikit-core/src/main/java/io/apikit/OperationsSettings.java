package io.apikit;

import io.apikit.internal.caller.CorsOrigins;
import io.apikit.internal.caller.ForwardedFor;
import io.apikit.internal.caller.TrustedProxies;
import io.apikit.internal.health.HealthCheck;
import io.apikit.internal.health.Probes;
import io.apikit.ops.AppPage;
import io.apikit.ops.Limits;
import io.apikit.ops.Operations;
import io.apikit.ops.callers.CallerCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The operations that an author has set, and the defaults of the others. Not thread-safe. */
final class OperationsSettings implements Operations {
    private static final Duration LONGEST = Duration.ofDays(1);
    /** Characters that stand for themselves both in a URL's path (RFC 3986, section 3.3) and in Javalin's patterns. */
    private static final Pattern LITERAL_PATH = Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~!$&'()+,;=@-]+)+");

    private final LimitSettings limits = new LimitSettings();
    private final List<AppPage> pages = new ArrayList<>();
    private final List<HealthCheck> checks = new ArrayList<>();
    private Duration grace = Duration.ofSeconds(10);
    private int maxConcurrentRequests = 10_000;
    private OptionalInt port = OptionalInt.empty();
    private TrustedProxies trustedProxies = TrustedProxies.none();
    private ForwardedFor forwardedFor = ForwardedFor.none();
    private CorsOrigins allowedOrigins = CorsOrigins.none();
    private boolean refusesCrossSite = true;
    private @Nullable CallerCheck callers;
    private boolean readAhead = true;
    private boolean accessLog = true;
    private Duration warnAfter = Duration.ofSeconds(30);
    private @Nullable String metrics = "/metrics";
    private @Nullable String live = "/health/live";
    private @Nullable String ready = "/health/ready";
    private Duration checkTimeout = Duration.ofSeconds(1);
    private Duration stopDelay = Duration.ofSeconds(5);
    private boolean isStopDelaySet;
    private LongSupplier clock = System::nanoTime;

    @Override
    public Operations grace(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative, but is " + grace);
        }
        this.grace = grace;
        return this;
    }

    @Override
    public Operations maxConcurrentRequests(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("maxConcurrentRequests must be 1 or more, but is " + max);
        }
        this.maxConcurrentRequests = max;
        return this;
    }

    @Override
    public Operations port(int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535, but is " + port);
        }
        this.port = OptionalInt.of(port);
        return this;
    }

    @Override
    public Operations trustedProxies(String... peers) {
        this.trustedProxies = TrustedProxies.of(peers);
        return this;
    }

    @Override
    public Operations forwardedFor(String... peers) {
        this.forwardedFor = ForwardedFor.of(peers);
        return this;
    }

    @Override
    public Operations allowOrigins(String... origins) {
        this.allowedOrigins = CorsOrigins.of(origins);
        return this;
    }

    @Override
    public Operations refuseCrossSite(boolean on) {
        this.refusesCrossSite = on;
        return this;
    }

    @Override
    public Operations callers(CallerCheck check) {
        if (callers != null) {
            throw new IllegalStateException("callers(..) is set already: one check decides who may call, and"
                    + " Callers.anyOf(..) of apikit-callers combines several");
        }
        this.callers = Objects.requireNonNull(check, "check");
        return this;
    }

    @Override
    public Operations limits(Consumer<Limits> settings) {
        settings.accept(limits);
        return this;
    }

    @Override
    public Operations readAhead(boolean on) {
        this.readAhead = on;
        return this;
    }

    @Override
    public Operations accessLog(boolean on) {
        this.accessLog = on;
        return this;
    }

    @Override
    public Operations warnAfter(Duration after) {
        if (after.isNegative() || after.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("warnAfter must not be negative, at most a day, but is " + after);
        }
        this.warnAfter = after;
        return this;
    }

    @Override
    public Operations metrics(@Nullable String path) {
        this.metrics = literalOrNull("metrics", path);
        return this;
    }

    @Override
    public Operations page(AppPage page) {
        requireLiteral("a page", page.path());
        page.files().forEach(file -> requireLiteral("a page's file", file));
        pages.add(page);
        return this;
    }

    private static void requireLiteral(String what, String path) {
        if (!LITERAL_PATH.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "the path of " + what + " must be a literal one such as /status, not \"" + path + '"');
        }
    }

    @Override
    public Operations live(@Nullable String path) {
        this.live = literalOrNull("live", path);
        return this;
    }

    @Override
    public Operations ready(@Nullable String path) {
        this.ready = literalOrNull("ready", path);
        return this;
    }

    @Override
    public Operations check(String name, Callable<Boolean> check) {
        return add(new HealthCheck(name, true, check));
    }

    @Override
    public Operations softCheck(String name, Callable<Boolean> check) {
        return add(new HealthCheck(name, false, check));
    }

    private Operations add(HealthCheck check) {
        if (checks.stream().anyMatch(other -> other.name().equals(check.name()))) {
            throw new IllegalArgumentException("there is a check named " + check.name() + " already");
        }
        checks.add(check);
        return this;
    }

    @Override
    public Operations checkTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("checkTimeout must be positive, at most a day, but is " + timeout);
        }
        this.checkTimeout = timeout;
        return this;
    }

    @Override
    public Operations stopDelay(Duration delay) {
        if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("stopDelay must not be negative, at most a day, but is " + delay);
        }
        this.stopDelay = delay;
        this.isStopDelaySet = true;
        return this;
    }

    /** For tests: replaces the default delay, which is skipped if no probe has asked. */
    OperationsSettings defaultStopDelay(Duration delay) {
        this.stopDelay = delay;
        return this;
    }

    /** For tests: replaces the clock of the probes, in monotonic nanoseconds. */
    OperationsSettings clock(LongSupplier nanos) {
        this.clock = nanos;
        return this;
    }

    private static @Nullable String literalOrNull(String setting, @Nullable String path) {
        if (path != null && !LITERAL_PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("the path of " + setting
                    + " must be a literal one such as /health/live, or null for none, not \"" + path + '"');
        }
        return path;
    }

    Duration grace() {
        return grace;
    }

    int maxConcurrentRequests() {
        return maxConcurrentRequests;
    }

    OptionalInt port() {
        return port;
    }

    TrustedProxies trustedProxies() {
        return trustedProxies;
    }

    ForwardedFor forwardedFor() {
        return forwardedFor;
    }

    CorsOrigins allowedOrigins() {
        return allowedOrigins;
    }

    boolean refusesCrossSite() {
        return refusesCrossSite;
    }

    Optional<CallerCheck> callers() {
        return Optional.ofNullable(callers);
    }

    LimitSettings limits() {
        return limits;
    }

    boolean readAhead() {
        return readAhead;
    }

    Duration warnAfter() {
        return warnAfter;
    }

    boolean accessLog() {
        return accessLog;
    }

    Optional<String> metricsPath() {
        return Optional.ofNullable(metrics);
    }

    List<AppPage> pages() {
        return List.copyOf(pages);
    }

    Optional<String> livePath() {
        return Optional.ofNullable(live);
    }

    Optional<String> readyPath() {
        return Optional.ofNullable(ready);
    }

    /** Returns new probes with the checks that are set so far. */
    Probes probes() {
        if (live != null && live.equals(ready)) {
            throw new IllegalArgumentException("live and ready have the same path, " + live);
        }
        return new Probes(checks, checkTimeout, stopDelay, isStopDelaySet, clock);
    }
}
