package io.apikit.bench.micro;

import io.apikit.auth.BackendSession;
import io.apikit.auth.Credentials;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.ThreadParams;

/** Sessions looked up by two threads at a time: the cost of contention, for one caller and for two. */
@Threads(2)
public class PoolBenchmark extends Step {
    /** One pool for both threads. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH calls prepare before anything else
    public static class Pool {
        private LoggedInCallers callers;

        @Setup
        public void prepare() {
            callers = new LoggedInCallers(MeasuredMode.TOKEN_LOGIN, 2);
        }

        private BackendSession session(Credentials credentials) {
            return callers.backend().session(credentials);
        }

        @TearDown
        public void close() {
            callers.close();
        }
    }

    /** The credentials of a thread's own caller, and of one that both threads share. */
    @State(Scope.Thread)
    public static class ThreadCredentials {
        private final Credentials shared = LoggedInCallers.password(0);
        private Credentials own = shared;

        @Setup
        public void prepare(ThreadParams thread) {
            own = LoggedInCallers.password(thread.getThreadIndex() % 2);
        }
    }

    @Benchmark
    public BackendSession sameCaller(Pool pool, ThreadCredentials credentials) {
        return pool.session(credentials.shared);
    }

    @Benchmark
    public BackendSession ownCaller(Pool pool, ThreadCredentials credentials) {
        return pool.session(credentials.own);
    }
}
