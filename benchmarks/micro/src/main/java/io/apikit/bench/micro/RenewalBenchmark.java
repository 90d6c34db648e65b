package io.apikit.bench.micro;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.BackendSession;
import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginTransport;
import io.apikit.http.BackendRequest;
import io.apikit.http.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Calls under one login that expires at one call in a hundred. All other calls that meet the expired login wait for the
 * one renewal, or find it done. A login sends nothing and runs on a thread of its own. The calls go to a server on a
 * loopback port.
 */
public class RenewalBenchmark extends Step {
    private static final int CALLS_PER_LOGIN = 100;

    /** One session for all threads. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH calls prepare before anything else
    public static class Session {
        private final AtomicLong logins = new AtomicLong();
        private volatile long accepted;
        private volatile long expired;
        private LoopbackBackend server;
        private Backend backend;
        private BackendSession session;
        private final BackendRequest request = BackendRequest.get("/api");

        @Setup
        public void prepare() {
            server = LoopbackBackend.start();
            server.respondWith(this::response);
            backend = Backend.at(server.url())
                    .auth(new NumberedLogins(logins))
                    .retry(RetryPolicy.none())
                    // Logins may expire before the replays of their renewers arrive. A target is denied for this time
                    // only.
                    .loginCoolDown(Duration.ofNanos(1_000))
                    .renewals(1_000_000, Duration.ofNanos(1_000))
                    .logins(1_000_000, Duration.ofNanos(1_000))
                    .build();
            session = backend.session(LoggedInCallers.password(0));
            if (call() != 200) {
                throw new IllegalStateException("not logged in");
            }
        }

        int call() {
            return session.send(request).status();
        }

        /** No login expires at its first call: the session would count that against the target. */
        private byte[] response(LoopbackBackend.RequestHead head) {
            var login = Long.parseLong(head.header("X-Login").orElse("0"));
            if (login <= expired) {
                return LoopbackBackend.UNAUTHORIZED;
            }
            if (login == accepted && ThreadLocalRandom.current().nextInt(CALLS_PER_LOGIN) == 0) {
                expired = login;
                return LoopbackBackend.UNAUTHORIZED;
            }
            accepted = login;
            return LoopbackBackend.OK;
        }

        @TearDown
        public void close() {
            backend.close();
            server.close();
        }
    }

    /** Logins, and calls that ended with another status than 200: those that met two expired logins in a row. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // JMH calls prepare before anything else
    public static class Counts {
        private Session session;
        private boolean isFirst;
        private long before;
        public long calls;
        public long rejected;

        @Setup(Level.Iteration)
        public void prepare(Session shared, ThreadParams thread) {
            session = shared;
            isFirst = thread.getThreadIndex() == 0;
            before = shared.logins.get();
        }

        public long logins() {
            return isFirst ? session.logins.get() - before : 0;
        }

        int counted(int status) {
            calls++;
            rejected += status == 200 ? 0 : 1;
            return status;
        }
    }

    @Benchmark
    @Threads(1)
    public int thread01(Session session, Counts counts) {
        return counts.counted(session.call());
    }

    @Benchmark
    @Threads(8)
    public int threads08(Session session, Counts counts) {
        return counts.counted(session.call());
    }

    @Benchmark
    @Threads(64)
    public int threads64(Session session, Counts counts) {
        return counts.counted(session.call());
    }

    private record NumberedLogins(AtomicLong logins) implements Authenticator {
        @Override
        public String name() {
            return "numbered";
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport transport) {
            return Login.of(Map.of("X-Login", String.valueOf(logins.incrementAndGet())));
        }
    }
}
