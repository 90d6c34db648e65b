package io.apikit.http;

import io.javalin.Javalin;
import io.javalin.http.Context;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that answers with whatever status it is told to, at once or when it is told to, and counts. */
public final class StatusServer implements AutoCloseable {
    private final AtomicInteger requests = new AtomicInteger();
    private final Semaphore held = new Semaphore(0);
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile int status = 200;
    private volatile Runnable beforeResponding = () -> {};
    private final Javalin app = Javalin.create(config -> {
                config.startup.showJavalinBanner = false;
                config.startup.startupWatcherEnabled = false;
                config.routes.get("/*", this::respondWith);
                config.routes.post("/*", this::respondWith);
            })
            .start("127.0.0.1", 0);

    public String url() {
        return "http://127.0.0.1:" + app.port();
    }

    public void respondWith(int status) {
        this.status = status;
    }

    public void beforeResponding(Runnable what) {
        beforeResponding = what;
    }

    /** From now on requests to {@code /held} wait until {@link #release}. */
    public void hold() {
        gate = new CountDownLatch(1);
    }

    public void release() {
        gate.countDown();
    }

    public void awaitHeld(int count) throws InterruptedException {
        if (!held.tryAcquire(count, 10, TimeUnit.SECONDS)) {
            throw new AssertionError("no " + count + " requests came within 10 s");
        }
    }

    public int requests() {
        return requests.get();
    }

    public int requestsSince() {
        return requests.getAndSet(0);
    }

    private void respondWith(Context ctx) throws InterruptedException {
        requests.incrementAndGet();
        if (ctx.path().equals("/held")) {
            held.release();
            gate.await(20, TimeUnit.SECONDS);
        }
        beforeResponding.run();
        ctx.status(status).result("status " + status);
    }

    @Override
    public void close() {
        release();
        app.stop();
    }
}
