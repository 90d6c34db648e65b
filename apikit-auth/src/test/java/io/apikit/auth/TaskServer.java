package io.apikit.auth;

import io.apikit.http.Timing;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A backend with a form login whose tasks answer by a script, the last line of it again and again; it notes when it was
 * asked, on the test's clock.
 */
final class TaskServer implements AutoCloseable {
    private final Timing clock;
    private final long began;
    private final Deque<Consumer<Context>> script = new ConcurrentLinkedDeque<>();
    private final List<Duration> asked = new ArrayList<>();
    private final AtomicInteger logins = new AtomicInteger();
    private final Javalin app;
    private volatile Runnable duringLogin = () -> {};

    TaskServer(Timing clock) {
        this.clock = clock;
        this.began = clock.nanoTime();
        this.app = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.startup.startupWatcherEnabled = false;
                    config.routes.post("/login", this::logIn);
                    config.routes.get("/tasks/{id}", this::answer);
                })
                .start("127.0.0.1", 0);
    }

    String url() {
        return "http://127.0.0.1:" + app.port();
    }

    TaskServer answers(String... bodies) {
        for (var body : bodies) {
            then(ctx -> ctx.result(body));
        }
        return this;
    }

    TaskServer answers(int status, String body) {
        return then(ctx -> ctx.status(status).result(body));
    }

    TaskServer refuses(int status, String retryAfter) {
        return then(ctx -> ctx.status(status).header("Retry-After", retryAfter).result("not now"));
    }

    /** The token at hand is dead when it is used next. */
    TaskServer expires() {
        return then(ctx -> ctx.status(401).result("expired"));
    }

    TaskServer then(Consumer<Context> answer) {
        script.add(answer);
        return this;
    }

    void duringLogin(Runnable work) {
        duringLogin = work;
    }

    int logins() {
        return logins.get();
    }

    /** When tasks were asked after, counted from the start. */
    synchronized List<Duration> asked() {
        return List.copyOf(asked);
    }

    private void logIn(Context ctx) {
        duringLogin.run();
        ctx.result("token-" + logins.incrementAndGet());
    }

    private synchronized void answer(Context ctx) {
        asked.add(Duration.ofNanos(clock.nanoTime() - began));
        if (!("token-" + logins).equals(ctx.header("X-Token"))) {
            ctx.status(401).result("unknown token");
            return;
        }
        (script.size() > 1 ? script.remove() : script.element()).accept(ctx);
    }

    @Override
    public void close() {
        app.stop();
    }
}
