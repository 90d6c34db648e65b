package io.apikit.status;

import io.apikit.ops.AppPage;
import io.apikit.ops.AppView;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A page that shows people how the app is doing, and the data that it loads every 2 s.
 *
 * <pre>{@code
 * .operations(ops -> ops.page(StatusPage.at("/status")))
 * }</pre>
 *
 * <p>It shows the metadata, the readiness checks, and what the app's meters measure: requests by route, and for each
 * backend its calls, logins, sessions and circuit breaker. Ten minutes are kept in memory: from start to stop, a daemon
 * thread reads the meters every 5 s. Where {@code Operations.metrics} is null, the page says that nothing is measured.
 *
 * <p>The page contains no secret, no caller's name and no path other than the routes as they are registered. It does
 * contain the names of the backends (host and port where an author has set none), and everybody who can reach the service can read it. Immutable and threadsafe.
 */
public final class StatusPage implements AppPage {
    private static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(5);

    private final String path;
    private final Duration sampleInterval;
    private final LongSupplier nanoClock;

    /** For tests: another interval between two samples, and another monotonic clock. */
    StatusPage(String path, Duration sampleInterval, LongSupplier nanoClock) {
        this.path = path;
        this.sampleInterval = sampleInterval;
        this.nanoClock = nanoClock;
    }

    /**
     * Returns the page at this path; its data is at the same path with {@code .json} appended.
     *
     * @param path a literal path such as {@code /status}, independent of the route prefixes; {@code Operations.page} throws
     *     an {@link IllegalArgumentException} for any other
     */
    public static StatusPage at(String path) {
        return new StatusPage(path, SAMPLE_INTERVAL, System::nanoTime);
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Content contentFor(AppView app) {
        return new StatusContent(app, sampleInterval, nanoClock);
    }

    /** The page of one app, with the history of its meters. */
    private static final class StatusContent implements Content {
        private static final PageResource PAGE = PageResource.read("status.html");

        private final AppView app;
        private final byte[] html = PAGE.bytes();
        private final String policy = PAGE.contentSecurityPolicy();
        private final @Nullable MeterHistory history;
        private final Duration sampleInterval;
        private final LongSupplier nanoClock;
        private volatile long startedNanos;

        StatusContent(AppView app, Duration sampleInterval, LongSupplier nanoClock) {
            this.app = app;
            this.history = app.meters()
                    .map(registry -> new MeterHistory(new MeterReader(registry), app.operationsPaths(), nanoClock))
                    .orElse(null);
            this.sampleInterval = sampleInterval;
            this.nanoClock = nanoClock;
            this.startedNanos = nanoClock.getAsLong();
        }

        @Override
        public void start() {
            startedNanos = nanoClock.getAsLong();
            if (history != null) {
                history.start(sampleInterval);
            }
        }

        @Override
        public void respond(Context ctx) {
            ctx.contentType("text/html; charset=utf-8")
                    .header(Header.CONTENT_SECURITY_POLICY, policy)
                    .header(Header.X_FRAME_OPTIONS, "DENY")
                    .header(Header.REFERRER_POLICY, "no-referrer")
                    .result(html);
        }

        @Override
        public Map<String, @Nullable Object> data() {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("service", app.metadata());
            fields.put("uptime_seconds", TimeUnit.NANOSECONDS.toSeconds(nanoClock.getAsLong() - startedNanos));
            var readiness = app.readiness();
            fields.put("status", readiness.status());
            fields.put("checks", readiness.checks());
            fields.put("measured", history != null);
            if (history != null) {
                fields.put("in_flight", otherRequestsInFlight(history.reader()));
                fields.put("requests", RequestReport.fields(history));
                fields.put("backends", BackendReport.all(history));
            }
            return fields;
        }

        /** Without the request for this data. */
        private static long otherRequestsInFlight(MeterReader reader) {
            var all = reader.gauge("http.server.requests.active", Tags.empty());
            return Math.max(0, Math.round(all.orElse(1)) - 1);
        }

        @Override
        public void close() {
            if (history != null) {
                history.close();
            }
        }
    }
}
