package io.apikit.ops;

import io.javalin.http.Context;
import io.javalin.http.Header;
import io.micrometer.core.instrument.Tags;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A page that shows people how an app is, and the data it asks for again and again: no secret, no caller's name, no path
 * but routes. From {@link #start} to {@link #close} it looks at the meters every 5 s and keeps ten minutes of that.
 * Threadsafe.
 */
public final class StatusPage implements AutoCloseable {
    private static final PageFile PAGE = PageFile.read("status.html");

    private final String path;
    private final byte[] html = PAGE.bytes();
    private final String policy = PAGE.policy();
    private final Probes probes;
    private final @Nullable Watch watch;
    private final LongSupplier clock;
    private volatile long startedNanos;

    private StatusPage(String path, Probes probes, @Nullable Watch watch, LongSupplier clock) {
        this.path = path;
        this.probes = probes;
        this.watch = watch;
        this.clock = clock;
        this.startedNanos = clock.getAsLong();
    }

    /** At the path that these settings name, with the numbers of these metrics; empty if they switch it off. */
    public static Optional<StatusPage> of(Operations operations, Optional<Metrics> metrics, Probes probes) {
        var clock = operations.clock();
        var watch = metrics.map(on -> Watch.of(on, ownRoutes(operations, probes), operations));
        return operations.status().map(path -> new StatusPage(path, probes, watch.orElse(null), clock));
    }

    private static Set<String> ownRoutes(Operations operations, Probes probes) {
        var pages = operations.status().stream().flatMap(path -> Stream.of(path, dataPath(path)));
        var others = Stream.of(operations.metrics(), probes.livePath(), probes.readyPath())
                .flatMap(Optional::stream);
        return Stream.concat(pages, others).collect(Collectors.toUnmodifiableSet());
    }

    /** Where people find it. */
    public String path() {
        return path;
    }

    /** Where the page finds its data. */
    public String dataPath() {
        return dataPath(path);
    }

    private static String dataPath(String path) {
        return path + ".json";
    }

    /** From now on it remembers. */
    public void start() {
        startedNanos = clock.getAsLong();
        if (watch != null) {
            watch.sampler.start();
        }
    }

    /** Answers with the page, which may show nothing but itself and nowhere but in a window of its own. */
    public void answer(Context ctx) {
        ctx.contentType("text/html; charset=utf-8")
                .header(Header.CONTENT_SECURITY_POLICY, policy)
                .header(Header.X_FRAME_OPTIONS, "DENY")
                .header(Header.REFERRER_POLICY, "no-referrer")
                .result(html);
    }

    /** What there is to show now, but for the metadata; the checks are asked as seldom as readiness asks them. */
    public Map<String, @Nullable Object> data() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("uptime_seconds", TimeUnit.NANOSECONDS.toSeconds(clock.getAsLong() - startedNanos));
        var ready = probes.look();
        fields.put("status", ready.status().text());
        fields.put("checks", ready.checks());
        fields.put("measured", watch != null);
        if (watch != null) {
            fields.putAll(watch.data());
        }
        return fields;
    }

    /** Remembers no more. */
    @Override
    public void close() {
        if (watch != null) {
            watch.sampler.close();
        }
    }

    /** What is measured, and its past. */
    private record Watch(Readings readings, History history, Sampler sampler) {
        static Watch of(Metrics metrics, Set<String> ownRoutes, Operations operations) {
            var readings = new Readings(metrics.registry());
            var history = new History(readings, ownRoutes, operations.clock());
            return new Watch(readings, history, new Sampler(history::look, operations.sampling()));
        }

        Map<String, @Nullable Object> data() {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("in_flight", othersInFlight());
            fields.put("requests", RequestStatus.of(history));
            fields.put(
                    "backends",
                    readings.backends().stream()
                            .map(name -> BackendStatus.of(readings, history, name))
                            .toList());
            return fields;
        }

        /** But for the request that asks. */
        private long othersInFlight() {
            var all = readings.gauge("http.server.requests.active", Tags.empty());
            return Math.max(0, Math.round(all.orElse(1)) - 1);
        }
    }
}
