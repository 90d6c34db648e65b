package io.apikit.auth;

import io.apikit.bench.micro.Step;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
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
 * Calls under one login that dies of one call in a hundred, whoever makes it: all others that meet the dead login wait
 * for the one renewal, or find it done. The login is answered at once; it runs on a thread of its own, as always.
 *
 * <p>In the library's own package for what is package-private there.
 */
public class RenewalBenchmark extends Step {
    private static final int LIFE_CALLS = 100;

    /** One session for all threads. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH calls prepare before anything else
    public static class Session {
        private final AtomicLong logins = new AtomicLong();
        private volatile long accepted;
        private volatile long dead;
        private Backend backend;
        private BackendSession session;
        private final BackendRequest request = BackendRequest.get("/api");

        @Setup
        public void prepare() {
            var mode = new Numbered(logins);
            var wire = new AnsweringWire();
            wire.respondWith(this::answer);
            backend = wire.backend(Backend.at(AnsweringWire.NOWHERE)
                    .auth(mode)
                    .retry(RetryPolicy.none())
                    // A login may die before its renewer's replay is there: that target is denied no longer than this.
                    .loginCoolDown(Duration.ofNanos(1_000))
                    .renewals(1_000_000, Duration.ofNanos(1_000))
                    .logins(1_000_000, Duration.ofNanos(1_000)));
            session = backend.session(Callers.password(0));
            if (call() != 200) {
                throw new IllegalStateException("not logged in");
            }
        }

        int call() {
            return session.send(request).status();
        }

        /** No login dies of its first call: that would be a target denied, and not an end of life. */
        private BackendResponse answer(BackendRequest signed) {
            var login = Long.parseLong(signed.header("X-Login").orElse("0"));
            if (login <= dead) {
                return AnsweringWire.REJECTED;
            }
            if (login == accepted && ThreadLocalRandom.current().nextInt(LIFE_CALLS) == 0) {
                dead = login;
                return AnsweringWire.REJECTED;
            }
            accepted = login;
            return AnsweringWire.OK;
        }

        @TearDown
        public void close() {
            backend.close();
        }
    }

    /** Logins, and calls that ended with another status than 200: those that met a second dead login in a row. */
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

    private record Numbered(AtomicLong logins) implements Authenticator {
        @Override
        public String name() {
            return "numbered";
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) {
            return Login.of(Map.of("X-Login", String.valueOf(logins.incrementAndGet())));
        }
    }
}
