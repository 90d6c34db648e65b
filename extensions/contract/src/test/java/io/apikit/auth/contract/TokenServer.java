package io.apikit.auth.contract;

import io.apikit.auth.Authenticator;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A backend that gives a token for a user name and a password, as text at {@code /login} and as JSON at {@code /token},
 * and reads it in {@code X-Token}.
 */
public final class TokenServer implements RenewableBackendUnderTest {
    private static final Map<String, String> PASSWORDS = Map.of("alice", "wonderland", "bob", "builder-secret");

    private final Authenticator mode;
    private final Map<String, String> usersByToken = new ConcurrentHashMap<>();
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private final Semaphore heldLogins = new Semaphore(0);
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private final Javalin app;

    /** Starts the backend, for a mode that logs in to it. */
    public TokenServer(Authenticator mode) {
        this.mode = mode;
        this.app = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.startup.startupWatcherEnabled = false;
                    config.jetty.threadPool = new QueuedThreadPool(1200, 16);
                    config.routes.post("/login", ctx -> logIn(ctx).ifPresent(ctx::result));
                    config.routes.post(
                            "/token", ctx -> logIn(ctx).ifPresent(token -> ctx.json(Map.of("token", token))));
                    config.routes.get("/whoami", this::whoami);
                    config.routes.get("/reflect", ctx -> ctx.status(500).result("you sent " + ctx.header("X-Token")));
                })
                .start("127.0.0.1", 0);
    }

    private Optional<String> logIn(Context ctx) throws InterruptedException {
        heldLogins.release();
        gate.await(20, TimeUnit.SECONDS);
        var user = String.valueOf(ctx.formParam("user"));
        var password = String.valueOf(ctx.formParam("password"));
        if (!password.equals(PASSWORDS.get(user))) {
            refusals.incrementAndGet();
            ctx.status(403).json(Map.of("error", "denied", "error_description", "not " + password));
            return Optional.empty();
        }
        var token = "token-" + user + "-" + logins.incrementAndGet();
        usersByToken.put(token, user);
        return Optional.of(token);
    }

    private void whoami(Context ctx) {
        var user = usersByToken.get(String.valueOf(ctx.header("X-Token")));
        if (user == null) {
            ctx.status(401).result("expired");
        } else {
            ctx.result(user);
        }
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + app.port();
    }

    @Override
    public Authenticator mode() {
        return mode;
    }

    @Override
    public Optional<String> reflecting() {
        return Optional.of("/reflect");
    }

    @Override
    public int logins() {
        return logins.get();
    }

    @Override
    public int refusals() {
        return refusals.get();
    }

    @Override
    public void expireAll() {
        usersByToken.clear();
    }

    @Override
    public void hold() {
        gate = new CountDownLatch(1);
    }

    @Override
    public void awaitHeld() {
        try {
            if (!heldLogins.tryAcquire(10, TimeUnit.SECONDS)) {
                throw new AssertionError("no login was held within 10 s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void release() {
        gate.countDown();
    }

    @Override
    public List<String> secrets() {
        return List.of("wonderland", "builder-secret", "looking-glass", "token-alice");
    }

    @Override
    public void close() {
        release();
        app.stop();
    }
}
