package io.apikit.redis.replicas;

import io.javalin.Javalin;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * A backend of many replicas, which reach it by paths of their own. It gives a token for a user name and a password, counts
 * per user, and locks a user after five wrong passwords. Thread-safe.
 */
final class CountingBackend implements AutoCloseable {
    private static final int LOCKING = 5;
    private static final long LIMIT_SECONDS = 20;

    private final Map<String, User> users = new ConcurrentHashMap<>();
    private final Map<String, String> usersByToken = new ConcurrentHashMap<>();
    private final AtomicInteger tokens = new AtomicInteger();
    private final Deque<Long> loginNanos = new ConcurrentLinkedDeque<>();
    private final Javalin app = Javalin.create(config -> {
                config.startup.showJavalinBanner = false;
                config.startup.startupWatcherEnabled = false;
                config.jetty.threadPool = new QueuedThreadPool(1_200, 16);
                config.jetty.addConnector((server, http) -> {
                    var connector = new ServerConnector(server, new HttpConnectionFactory(http));
                    connector.setHost("127.0.0.1");
                    // Hundreds of connections of each replica come at the same moment.
                    connector.setAcceptQueueSize(4_000);
                    return connector;
                });
                config.routes.post("/{replica}/login", this::logIn);
                config.routes.post("/{replica}/logout", this::logOut);
                config.routes.get("/{replica}/whoami", this::whoami);
            })
            .start();

    String url() {
        return "http://127.0.0.1:" + app.port();
    }

    /** Adds a user, whose password is the name backwards. */
    User user(String name) {
        var user = new User(name);
        users.put(name, user);
        return user;
    }

    /** Returns when logins succeeded, by {@link System#nanoTime}, in order. */
    List<Long> loginNanos() {
        return List.copyOf(loginNanos);
    }

    /** Returns all tokens that were given, dead or alive. */
    Set<String> tokens() {
        return Set.copyOf(usersByToken.keySet());
    }

    private void logIn(Context ctx) throws InterruptedException {
        var user = users.get(String.valueOf(ctx.formParam("user")));
        if (user == null || !user.admits(String.valueOf(ctx.formParam("password")))) {
            ctx.status(403).result("refused");
            return;
        }
        user.logins.incrementAndGet();
        user.awaitLogin(ctx.pathParam("replica"));
        loginNanos.add(System.nanoTime());
        var token = "t0ken-" + user.name + "-" + tokens.incrementAndGet();
        usersByToken.put(token, user.name);
        user.live.add(token);
        ctx.json(user.life == 0 ? Map.of("token", token) : Map.of("token", token, "expires_in", user.life));
    }

    private void logOut(Context ctx) {
        var name = usersByToken.get(String.valueOf(ctx.header("X-Token")));
        Optional.ofNullable(users.get(String.valueOf(name))).ifPresent(user -> user.logOuts.incrementAndGet());
        ctx.status(204);
    }

    private void whoami(Context ctx) throws InterruptedException {
        var token = String.valueOf(ctx.header("X-Token"));
        var user = users.get(String.valueOf(usersByToken.get(token)));
        if (user == null) {
            ctx.status(401).result("unknown");
        } else if (user.accepts(token)) {
            user.acceptedAt.add(ctx.pathParam("replica"));
            ctx.result(user.name);
        } else {
            user.rejections.incrementAndGet();
            user.awaitRejection();
            ctx.status(401).result("expired");
        }
    }

    @Override
    public void close() {
        users.values().forEach(User::release);
        app.stop();
    }

    /** A user, and what has happened to this user. Thread-safe. */
    static final class User {
        final String name;
        private final AtomicInteger logins = new AtomicInteger();
        private final AtomicInteger wrong = new AtomicInteger();
        private final AtomicInteger rejections = new AtomicInteger();
        private final AtomicInteger logOuts = new AtomicInteger();
        private final Set<String> acceptedAt = ConcurrentHashMap.newKeySet();
        private final BlockingQueue<Held> heldLogins = new LinkedBlockingQueue<>();
        private final BlockingQueue<CountDownLatch> heldRejections = new LinkedBlockingQueue<>();
        private final Set<String> live = ConcurrentHashMap.newKeySet();
        private final Set<String> used = ConcurrentHashMap.newKeySet();
        private volatile boolean holdsLogins;
        private volatile boolean holdsRejections;
        private volatile int life;
        private volatile boolean hasPassword;

        private User(String name) {
            this.name = name;
        }

        String password() {
            return "s3cret-" + new StringBuilder(name).reverse();
        }

        /** Has callers send the password. Default: a bearer token, which costs the replicas no slow hash. */
        User withPassword() {
            hasPassword = true;
            return this;
        }

        /** Returns what callers send as {@code Authorization}. */
        String authorization() {
            var pair = (name + ':' + password()).getBytes(StandardCharsets.UTF_8);
            return hasPassword
                    ? "Basic " + Base64.getEncoder().encodeToString(pair)
                    : "Bearer " + name + '.' + password();
        }

        /** Sets how many seconds a token is said to live. Default: the response does not say it. */
        User life(int seconds) {
            life = seconds;
            return this;
        }

        /** Ends all tokens of the user. */
        void expire() {
            acceptedAt.clear();
            live.clear();
        }

        /** Forgets which tokens were used. */
        void forgetUsed() {
            used.clear();
        }

        /** Returns the tokens under which requests were accepted. */
        Set<String> used() {
            return used;
        }

        /** Returns whether so many replicas have had a request accepted under the token. */
        boolean isKnownTo(int replicas) {
            return acceptedAt.size() >= replicas;
        }

        /** Holds each login from now on, until it is released. */
        void holdLogins() {
            holdsLogins = true;
        }

        /** Waits for a login that is held. */
        Held awaitHeldLogin() throws InterruptedException {
            return present(heldLogins.poll(LIMIT_SECONDS, TimeUnit.SECONDS), "a held login");
        }

        /** Lets further logins pass. */
        void passLogins() {
            holdsLogins = false;
        }

        /** Holds each rejection from now on, until {@link #release}. */
        void holdRejections() {
            holdsRejections = true;
        }

        /** Waits for a rejection that is held. */
        CountDownLatch awaitHeldRejection() throws InterruptedException {
            return present(heldRejections.poll(LIMIT_SECONDS, TimeUnit.SECONDS), "a held rejection");
        }

        int logins() {
            return logins.get();
        }

        int wrongPasswords() {
            return wrong.get();
        }

        int rejections() {
            return rejections.get();
        }

        int logOuts() {
            return logOuts.get();
        }

        boolean isLocked() {
            return wrong.get() >= LOCKING;
        }

        private boolean admits(String password) {
            var isRight = password.equals(password());
            if (!isRight) {
                wrong.incrementAndGet();
            }
            return isRight && !isLocked();
        }

        private boolean accepts(String shown) {
            if (live.contains(shown)) {
                used.add(shown);
                return true;
            }
            return false;
        }

        private void awaitLogin(String replica) throws InterruptedException {
            if (holdsLogins) {
                var held = new Held(replica, new CountDownLatch(1));
                heldLogins.add(held);
                held.gate.await(LIMIT_SECONDS, TimeUnit.SECONDS);
            }
        }

        private void awaitRejection() throws InterruptedException {
            if (holdsRejections) {
                var gate = new CountDownLatch(1);
                heldRejections.add(gate);
                gate.await(LIMIT_SECONDS, TimeUnit.SECONDS);
            }
        }

        private void release() {
            holdsLogins = false;
            holdsRejections = false;
            heldLogins.forEach(Held::release);
            heldRejections.forEach(CountDownLatch::countDown);
        }

        private static <T> T present(@Nullable T held, String what) {
            if (held == null) {
                throw new AssertionError("there was not " + what + " within " + LIMIT_SECONDS + " s");
            }
            return held;
        }
    }

    /**
     * A login that waits for its response.
     *
     * @param replica which replica has sent it
     */
    record Held(String replica, CountDownLatch gate) {
        void release() {
            gate.countDown();
        }
    }
}
