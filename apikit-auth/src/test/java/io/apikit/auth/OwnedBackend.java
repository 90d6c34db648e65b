package io.apikit.auth;

import io.apikit.custom.TokenMode;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A backend whose every path belongs to a user, and that counts each request for it under somebody else's token or
 * cookie. Its logins are held and let go user by user.
 */
final class OwnedBackend implements AutoCloseable {
    private final Map<String, String> owners = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> arrivals = new ConcurrentHashMap<>();
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger crossed = new AtomicInteger();
    private final Javalin app = Javalin.create(config -> {
                config.startup.showJavalinBanner = false;
                config.startup.startupWatcherEnabled = false;
                config.jetty.threadPool = new QueuedThreadPool(1200, 16);
                config.routes.post("/login", this::logIn);
                config.routes.get("/of/{user}", this::answer);
            })
            .start("127.0.0.1", 0);

    String url() {
        return "http://127.0.0.1:" + app.port();
    }

    /** The user's password is the user's name, backwards. */
    static Credentials credentials(String user) {
        return Credentials.password(user, password(user));
    }

    static String password(String user) {
        return new StringBuilder(user).reverse().toString();
    }

    /** Signs with a header and with a cookie. */
    static Authenticator mode() {
        return new Mode();
    }

    /** From now on this user's logins wait. */
    void hold(String user) {
        arrivals.put(user, new CountDownLatch(1));
        gates.put(user, new CountDownLatch(1));
    }

    void awaitHeld(String user) {
        await(arrivals.getOrDefault(user, new CountDownLatch(0)));
    }

    void release(String user) {
        gates.getOrDefault(user, new CountDownLatch(0)).countDown();
    }

    /** Every login of this user is dead. */
    void expire(String user) {
        owners.values().removeIf(user::equals);
    }

    int logins() {
        return logins.get();
    }

    /** All but logins. */
    int requests() {
        return requests.get();
    }

    /** Those that came under a token or a cookie of somebody else. */
    int crossed() {
        return crossed.get();
    }

    private void logIn(Context ctx) {
        var user = String.valueOf(ctx.formParam("user"));
        arrivals.getOrDefault(user, new CountDownLatch(0)).countDown();
        await(gates.getOrDefault(user, new CountDownLatch(0)));
        if (password(user).equals(ctx.formParam("password"))) {
            var token = user + "-" + logins.incrementAndGet();
            owners.put(token, user);
            ctx.result(token);
        } else {
            ctx.status(403);
        }
    }

    private void answer(Context ctx) {
        requests.incrementAndGet();
        var user = ctx.pathParam("user");
        var token = String.valueOf(ctx.header("X-Token"));
        if (!token.startsWith(user + "-") || !token.equals(ctx.cookie("session"))) {
            crossed.incrementAndGet();
        }
        if (user.equals(owners.get(token))) {
            ctx.result(token);
        } else {
            ctx.status(401);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody opened the gate within 10 s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        gates.values().forEach(CountDownLatch::countDown);
        app.stop();
    }

    /** Its token is its cookie too. */
    private static final class Mode extends TokenMode {
        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            var login = super.logIn(credentials, bare);
            return login.cookie("session", String.valueOf(login.signature().get("X-Token")));
        }
    }
}
