package io.apikit.auth;

import io.apikit.bench.micro.Step;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Sessions looked up by two threads at a time: what they cost each other, for the same caller and for two.
 *
 * <p>In the library's own package for what is package-private there.
 */
@Threads(2)
public class PoolBenchmark extends Step {
    /** One pool for both. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH calls prepare before anything else
    public static class Pool {
        private Callers callers;

        @Setup
        public void prepare() {
            callers = new Callers(BenchedMode.TOKEN_LOGIN, 2);
        }

        @TearDown
        public void close() {
            callers.close();
        }
    }

    /** A thread's own caller, and one that is everybody's. */
    @State(Scope.Thread)
    public static class Who {
        private final Account everybodys = account(0);
        private Account own = everybodys;

        @Setup
        public void prepare(ThreadParams thread) {
            own = account(thread.getThreadIndex() % 2);
        }

        private static Account account(int number) {
            return new Account(Callers.password(number), false, Optional.of(PassThroughAuthenticators.Basic.CHALLENGE));
        }
    }

    @Benchmark
    public Object sameCaller(Pool pool, Who who) {
        return pool.callers.backend().pooled(who.everybodys.credentials());
    }

    @Benchmark
    public Object ownCaller(Pool pool, Who who) {
        return pool.callers.backend().pooled(who.own.credentials());
    }
}
