package io.apikit.oauth2;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An authorization server on loopback, and on a port of its own a backend that takes its tokens. It rotates refresh
 * tokens, and takes a second use of one for a theft: all tokens of that user end. Thread-safe.
 */
final class FakeIssuer implements AutoCloseable {
    static final String CLIENT = "my-service";
    static final String SECRET = "services-own-secret";

    private static final Map<String, String> PASSWORDS = Map.of("alice", "wonderland", "bob", "builder-secret");
    private static final int THREADS = 1200;

    private final Map<String, String> access = new ConcurrentHashMap<>();
    private final Map<String, String> refresh = new ConcurrentHashMap<>();
    private final Set<String> usedRefreshTokens = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> granted = new ConcurrentHashMap<>();
    private final List<String> backendHeaders = new CopyOnWriteArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger thefts = new AtomicInteger();
    private final Semaphore held = new Semaphore(0);
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private final Javalin issuer = app(config -> {
        config.routes.post("/token", this::token);
        config.routes.get("/.well-known/openid-configuration", this::metadata);
    });
    private final Javalin backend = app(config -> {
        config.routes.get("/whoami", this::whoami);
        config.routes.get("/reflect", ctx -> ctx.status(500).result("you sent " + ctx.header("Authorization")));
    });

    private static Javalin app(Consumer<JavalinConfig> routes) {
        return Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.startup.startupWatcherEnabled = false;
                    config.jetty.threadPool = new QueuedThreadPool(THREADS, 8);
                    routes.accept(config);
                })
                .start("127.0.0.1", 0);
    }

    String issuer() {
        return "http://127.0.0.1:" + issuer.port();
    }

    String backend() {
        return "http://127.0.0.1:" + backend.port();
    }

    private void metadata(Context ctx) {
        ctx.json(Map.of("issuer", issuer(), "token_endpoint", issuer() + "/token"));
    }

    /** A client that logs in as itself is a user here. The response is held after the token was made. */
    private void token(Context ctx) throws InterruptedException {
        var type = String.valueOf(ctx.formParam("grant_type"));
        var isClients = type.equals("client_credentials");
        if (!isClients && !SECRET.equals(ctx.formParam("client_secret"))) {
            ctx.status(401).json(Map.of("error", "invalid_client"));
            return;
        }
        var user = user(ctx, type);
        user.ifPresent(name -> granted(name, type).incrementAndGet());
        var response = user.map(name -> issue(name, type));
        held.release();
        gate.await(20, TimeUnit.SECONDS);
        response.ifPresentOrElse(ctx::json, () -> refuse(ctx, isClients));
    }

    private void refuse(Context ctx, boolean isClients) {
        refusals.incrementAndGet();
        var words = "not " + ctx.formParam("password") + ctx.formParam("client_secret");
        ctx.status(isClients ? 401 : 400)
                .json(Map.of("error", isClients ? "invalid_client" : "invalid_grant", "error_description", words));
    }

    private Optional<String> user(Context ctx, String type) {
        return switch (type) {
            case "client_credentials" -> user(ctx, "client_id", "client_secret");
            case "password" -> user(ctx, "username", "password");
            case "refresh_token" -> refreshed(String.valueOf(ctx.formParam("refresh_token")));
            default -> Optional.ofNullable(access.get(String.valueOf(ctx.formParam("subject_token"))));
        };
    }

    private static Optional<String> user(Context ctx, String name, String password) {
        var user = String.valueOf(ctx.formParam(name));
        return Optional.of(user)
                .filter(known -> String.valueOf(ctx.formParam(password)).equals(PASSWORDS.get(known)));
    }

    private Optional<String> refreshed(String token) {
        var user = Optional.ofNullable(refresh.get(token));
        if (user.isPresent() && !usedRefreshTokens.add(token)) {
            thefts.incrementAndGet();
            signOut(user.get());
            return Optional.empty();
        }
        return user;
    }

    private Map<String, Object> issue(String user, String type) {
        var body = new HashMap<String, Object>();
        body.put("access_token", token(user));
        body.put("token_type", "Bearer");
        body.put("expires_in", 300);
        if (type.equals("password") || type.equals("refresh_token")) {
            var token = "refresh-" + user + numbers.incrementAndGet();
            refresh.put(token, user);
            body.put("refresh_token", token);
        }
        if (type.endsWith("token-exchange")) {
            body.put("issued_token_type", "urn:ietf:params:oauth:token-type:access_token");
        }
        return body;
    }

    /** Returns a new token of this user, such as a caller has. */
    String token(String user) {
        var token = "access-" + user + numbers.incrementAndGet();
        access.put(token, user);
        return token;
    }

    private void whoami(Context ctx) {
        var header = String.valueOf(ctx.header("Authorization"));
        backendHeaders.add(header);
        var user = access.get(header.replaceFirst("^Bearer ", ""));
        if (user == null) {
            ctx.status(401).result("expired");
        } else {
            ctx.result(user);
        }
    }

    /** Forgets all tokens and counts, for the next test: a start takes longer than most tests. */
    FakeIssuer reset() {
        release();
        access.clear();
        refresh.clear();
        usedRefreshTokens.clear();
        granted.clear();
        backendHeaders.clear();
        refusals.set(0);
        thefts.set(0);
        return this;
    }

    /** Ends the access tokens, and keeps the refresh tokens. */
    void expireAccessTokens() {
        access.clear();
    }

    /** Ends all tokens of this user. */
    void signOut(String user) {
        access.values().removeIf(user::equals);
        refresh.values().removeIf(user::equals);
    }

    /** Returns how often this user got a token by this grant. */
    int grants(String user, String grantType) {
        return granted(user, grantType).get();
    }

    private AtomicInteger granted(String user, String grantType) {
        return granted.computeIfAbsent(user + ' ' + grantType, key -> new AtomicInteger());
    }

    int grantedInAll() {
        return granted.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    int refusals() {
        return refusals.get();
    }

    int thefts() {
        return thefts.get();
    }

    /** Returns what the backend was sent as {@code Authorization}. */
    List<String> backendHeaders() {
        return backendHeaders;
    }

    /** Holds the responses of the token endpoint from now on, after the tokens were made. */
    void hold() {
        held.drainPermits();
        gate = new CountDownLatch(1);
    }

    void awaitHeld() {
        try {
            if (!held.tryAcquire(10, TimeUnit.SECONDS)) {
                throw new AssertionError("no token request was held within 10 s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void release() {
        gate.countDown();
    }

    @Override
    public void close() {
        release();
        issuer.stop();
        backend.stop();
    }
}
