package io.apikit.http.internal.client;

import io.apikit.http.Timing;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A server that answers 503, in HTML, whoever comes less than its patience after the last access of anybody, refused
 * ones included; its clock is the test's.
 */
public final class SlowServer implements AutoCloseable {
    /** An access: when, in nanoseconds, and what it was answered. */
    public record Access(long at, int status) {}

    private final Timing clock;
    private final Supplier<Duration> patience;
    private final List<Access> accesses = new ArrayList<>();
    private final Javalin app;
    private long last;
    private volatile String retryAfter = "";

    /** The patience is asked for anew with each access. */
    public SlowServer(Timing clock, Supplier<Duration> patience) {
        this.clock = clock;
        this.patience = patience;
        this.last = clock.nanoTime();
        this.app = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.startup.startupWatcherEnabled = false;
                    config.routes.get("/slow", this::answer);
                })
                .start("127.0.0.1", 0);
    }

    public String url() {
        return "http://127.0.0.1:" + app.port();
    }

    public void sayRetryAfter(String value) {
        retryAfter = value;
    }

    public synchronized List<Access> accesses() {
        return List.copyOf(accesses);
    }

    /** The gaps between accesses, in the order they came. */
    public synchronized List<Duration> gaps() {
        var gaps = new ArrayList<Duration>();
        for (int i = 1; i < accesses.size(); i++) {
            gaps.add(Duration.ofNanos(accesses.get(i).at - accesses.get(i - 1).at));
        }
        return gaps;
    }

    public synchronized long count(int status) {
        return accesses.stream().filter(access -> access.status == status).count();
    }

    public synchronized void forget() {
        accesses.clear();
    }

    private synchronized void answer(Context ctx) {
        long now = clock.nanoTime();
        boolean isTooSoon = now - last < patience.get().toNanos();
        last = now;
        accesses.add(new Access(now, isTooSoon ? 503 : 200));
        if (!isTooSoon) {
            ctx.result("here you are");
            return;
        }
        ctx.status(503).html("<h1>Service Unavailable</h1>");
        if (!retryAfter.isEmpty()) {
            ctx.header("Retry-After", retryAfter);
        }
    }

    @Override
    public void close() {
        app.stop();
    }
}
