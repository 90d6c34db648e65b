package io.apikit.auth;

import io.javalin.Javalin;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A backend that hands out a token for a form login and answers with the name of whoever's token a request carries:
 * real HTTP, with gates in place of time.
 */
public final class TokenBackend implements AutoCloseable {
    private final Map<String, String> passwords = new ConcurrentHashMap<>();
    private final Map<String, String> usersByToken = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger loginPosts = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger tokens = new AtomicInteger();
    private final Semaphore heldLogins = new Semaphore(0);
    private final Semaphore heldAnswers = new Semaphore(0);
    private final Semaphore counted = new Semaphore(0);
    private final Set<String> inFlight = ConcurrentHashMap.newKeySet();
    private final List<String> loggedOut = new CopyOnWriteArrayList<>();
    private final AtomicInteger rejections = new AtomicInteger();
    private final AtomicInteger cutOff = new AtomicInteger();
    private volatile CountDownLatch logOuts = new CountDownLatch(0);
    private volatile CountDownLatch answers = new CountDownLatch(0);
    private final Javalin app;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile int loginStatus = 200;
    private volatile boolean reflects;

    public TokenBackend() {
        app = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.startupWatcherEnabled = false;
            config.jetty.threadPool = new org.eclipse.jetty.util.thread.QueuedThreadPool(1200, 16);
            config.routes.post("/login", ctx -> logIn(ctx, token -> ctx.result(token)));
            config.routes.post("/token", ctx -> {
                logIn(ctx, token -> ctx.json(Map.of("token", token)));
                if (ctx.statusCode() == 403) {
                    ctx.json(Map.of("error", "denied", "error_description", "not " + ctx.formParam("password")));
                }
            });
            config.routes.post("/logout", this::logOut);
            config.routes.get("/gated", this::gated);
            config.routes.get("/streamed", this::streamed);
            config.routes.get("/whoami", ctx -> guarded(ctx, 200));
            config.routes.post("/echo", ctx -> guarded(ctx, 200));
            config.routes.get("/always401", ctx -> counted(ctx).status(401).result("no"));
            config.routes.get("/always302", ctx -> counted(ctx).redirect("/login"));
            config.routes.get("/reflect", ctx -> counted(ctx).status(500).result("you sent " + ctx.header("X-Token")));
            config.routes.get("/forbidden", ctx -> counted(ctx).status(403).result("not for you"));
        });
        app.start("127.0.0.1", 0);
    }

    public String url() {
        return "http://127.0.0.1:" + app.port();
    }

    public TokenBackend user(String name, String password) {
        passwords.put(name, password);
        return this;
    }

    /** Every token handed out so far is dead. */
    public void expireAll() {
        usersByToken.clear();
    }

    /** This token is dead. */
    public void expire(String token) {
        usersByToken.remove(token);
    }

    /** Every token handed out so far is dead but the one of this login, counted from 1. */
    public void expireAllBut(int login) {
        usersByToken.keySet().removeIf(token -> !token.endsWith("-" + login));
    }

    /** What the login answers from now on; 200 is its usual self. */
    public void loginStatus(int status) {
        loginStatus = status;
    }

    /** Whether a login that answers otherwise quotes the password. */
    public void reflect(boolean password) {
        reflects = password;
    }

    public void hold() {
        gate = new CountDownLatch(1);
    }

    public void release() {
        gate.countDown();
    }

    public void awaitHeld(int logins) {
        try {
            if (!heldLogins.tryAcquire(logins, 10, TimeUnit.SECONDS)) {
                throw new AssertionError("no " + logins + " logins were held within 10 s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns once so many requests but logins have come, those of earlier calls not counted again. */
    public void awaitRequests(int count) {
        try {
            if (!counted.tryAcquire(count, 10, TimeUnit.SECONDS)) {
                throw new AssertionError("no " + count + " requests came within 10 s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** From now on {@code /gated} answers only once {@link #answer} is called. */
    public void holdAnswers() {
        answers = new CountDownLatch(1);
    }

    public void awaitHeldAnswer() {
        try {
            if (!heldAnswers.tryAcquire(10, TimeUnit.SECONDS)) {
                throw new AssertionError("no answer was held within 10 s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public void answer() {
        answers.countDown();
    }

    /** From now on log-outs are answered only once {@link #answerLogOuts} is called. */
    public void holdLogOuts() {
        logOuts = new CountDownLatch(1);
    }

    public void answerLogOuts() {
        logOuts.countDown();
    }

    /** The tokens that were logged out, in order. */
    public List<String> loggedOut() {
        return loggedOut;
    }

    /** How many of them were while a held request was under way with them. */
    public int cutOff() {
        return cutOff.get();
    }

    public int loginPosts() {
        return loginPosts.get();
    }

    /** How many of them brought a wrong password. */
    public int refusals() {
        return refusals.get();
    }

    /** How many requests came with a token that is dead. */
    public int rejections() {
        return rejections.get();
    }

    /** "method path token" of every request but logins. */
    public List<String> requests() {
        return requests;
    }

    private void logIn(Context ctx, Consumer<String> answer) throws InterruptedException {
        loginPosts.incrementAndGet();
        heldLogins.release();
        gate.await(20, TimeUnit.SECONDS);
        var user = String.valueOf(ctx.formParam("user"));
        if (loginStatus != 200) {
            ctx.status(loginStatus)
                    .result("login says " + loginStatus + (reflects ? " to " + ctx.formParam("password") : ""));
        } else if (String.valueOf(ctx.formParam("password")).equals(passwords.get(user))) {
            var token = "token-" + user + "-" + tokens.incrementAndGet();
            usersByToken.put(token, user);
            answer.accept(token);
        } else {
            refusals.incrementAndGet();
            ctx.status(403).result("bad password " + ctx.formParam("password"));
        }
    }

    private void logOut(Context ctx) throws InterruptedException {
        var token = String.valueOf(ctx.header("X-Token"));
        if (inFlight.contains(token)) {
            cutOff.incrementAndGet();
        }
        loggedOut.add(token);
        logOuts.await(20, TimeUnit.SECONDS);
        ctx.status(usersByToken.remove(token) == null ? 404 : 204);
    }

    private void guarded(Context ctx, int status) {
        counted(ctx);
        var user = usersByToken.get(String.valueOf(ctx.header("X-Token")));
        if (user == null) {
            rejections.incrementAndGet();
            ctx.status(401).result("expired");
        } else {
            ctx.status(status).result(user + ctx.body());
        }
    }

    /** Judges the token as it comes, and says so later. */
    private void gated(Context ctx) throws InterruptedException {
        var token = String.valueOf(counted(ctx).header("X-Token"));
        var user = usersByToken.get(token);
        inFlight.add(token);
        heldAnswers.release();
        answers.await(20, TimeUnit.SECONDS);
        inFlight.remove(token);
        ctx.status(user == null ? 401 : 200).result(String.valueOf(user));
    }

    /** The first byte comes at once, and the rest later. */
    private void streamed(Context ctx) throws InterruptedException, IOException {
        var token = String.valueOf(counted(ctx).header("X-Token"));
        inFlight.add(token);
        ctx.res().getOutputStream().write('<');
        ctx.res().flushBuffer();
        heldAnswers.release();
        answers.await(20, TimeUnit.SECONDS);
        inFlight.remove(token);
        ctx.res().getOutputStream().write('>');
    }

    private Context counted(Context ctx) {
        requests.add(ctx.method() + " " + ctx.path() + " " + ctx.header("X-Token"));
        counted.release();
        return ctx;
    }

    @Override
    public void close() {
        release();
        answer();
        answerLogOuts();
        app.stop();
    }
}
