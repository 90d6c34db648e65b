package io.apikit.auth.simulation;

import io.apikit.auth.Login;
import io.apikit.auth.LoginStore.Stored;
import io.apikit.auth.SessionCore;
import io.apikit.auth.internal.sharing.StoreSchedule;
import io.apikit.http.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One process with the library in it: a clock of its own, sessions, threads, and a connection to the store. */
final class ModelReplica {
    private final ReplicatedSimulation world;
    private final long number;
    private final Clock clock;
    private final StoreConnection store;
    private final SessionCore core;
    private final List<Actor> threads = new ArrayList<>();
    private final Map<Thread, StoreRun> runs = new HashMap<>();
    private final Map<SharedAccount, ReplicaSession> sessions = new HashMap<>();
    private boolean isKilled;
    private long stoppedUntilStep;

    ModelReplica(ReplicatedSimulation world, long number) {
        this.world = world;
        this.number = number;
        this.clock = new Clock(world);
        this.store = new StoreConnection(world, this);
        this.core = new SessionCore(new SessionCore.Settings(
                ModelBackend.ORIGIN,
                clock,
                clock.still(),
                world.dice()::fraction,
                SimulatedSessions.COOL_DOWN,
                SimulatedSessions.LONGEST_COOL_DOWN,
                CapRule.BURST,
                CapRule.REFILL,
                SimulatedSessions.LOGIN_TOTAL,
                false,
                new SessionCore.Sharing(store, world.key(), new Schedule())));
    }

    StoreConnection store() {
        return store;
    }

    Clock clock() {
        return clock;
    }

    boolean isKilled() {
        return isKilled;
    }

    /** Whether it asks the store, by what it has met. */
    boolean isStoreReachable() {
        return world.baton().quietly(core::isStoreReachable);
    }

    Optional<Login> stored(String key, Stored record) {
        return world.baton().quietly(() -> core.stored(key, record));
    }

    /** Starts a thread of this process. */
    void start(String name, Runnable work) {
        if (isKilled) {
            return;
        }
        threads.removeIf(thread -> !world.baton().actors().contains(thread));
        var thread = world.baton().start(name, work);
        thread.freezeUntil(stoppedUntilStep);
        threads.add(thread);
    }

    /** The process is stopped for a while, and goes on where it was: it does not know how long that took. */
    void stopUntil(long step) {
        stoppedUntilStep = step;
        threads.forEach(thread -> thread.freezeUntil(step));
    }

    /** A thread of a caller is in this process for a call. */
    void enters(Actor caller) {
        caller.freezeUntil(stoppedUntilStep);
        threads.add(caller);
    }

    void leaves(Actor caller) {
        threads.remove(caller);
        caller.revive();
    }

    /** As the operating system ends a process: no thread of it does anything more. */
    void kill() {
        isKilled = true;
        threads.forEach(Actor::kill);
    }

    ReplicaSession session(SharedAccount account) {
        var found = (ReplicaSession) world.baton()
                .quietly(() -> core.session(
                        account.credentials(),
                        false,
                        ReplicaSession.CHALLENGE,
                        () -> new ReplicaSession(world, this, account)));
        world.baton()
                .require(
                        found.account() == account,
                        () -> "rule 6: the session of " + found.account() + " for " + account);
        sessions.put(account, found);
        return found;
    }

    /** The latest sessions, by their accounts. */
    Map<SharedAccount, ReplicaSession> sessions() {
        return sessions;
    }

    @Nullable
    StoreRun runOfThisThread() {
        return runs.get(Thread.currentThread());
    }

    void runs(StoreRun run, Runnable login) {
        runs.put(Thread.currentThread(), run);
        try {
            login.run();
            if (!isKilled) {
                world.rules().ends(run);
            }
        } finally {
            runs.remove(Thread.currentThread());
        }
    }

    /** Calls back after some time by its own clock, unless it is killed by then. */
    void ringIn(Duration own, Runnable rings) {
        world.time().ringIn(clock.global(own), () -> {
            if (!isKilled) {
                rings.run();
            }
        });
    }

    void close() {
        core.close();
    }

    @Override
    public String toString() {
        return "replica " + number;
    }

    /** What the library does in the background, on threads and time of the simulation. */
    private final class Schedule extends StoreSchedule {
        @Override
        public void execute(Runnable task) {
            start("background-of-" + ModelReplica.this, task);
        }

        @Override
        public void after(Duration wait, Runnable task) {
            ringIn(wait, () -> execute(task));
        }

        @Override
        public void await(CompletableFuture<Void> signal, Duration longest) throws InterruptedException {
            var until = world.time().in(clock.global(longest));
            world.baton().await(() -> signal.isDone() || world.time().now() >= until);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** Monotonic time with an offset and a rate of its own. */
    static final class Clock implements Timing {
        /** Real clocks differ by a hundredth of that at most. */
        private static final double MOST_DRIFT = 0.05;

        private static final long MOST_OFFSET = Duration.ofDays(3).toNanos();

        private final ReplicatedSimulation world;
        private final double rate;
        private final long offset;

        private Clock(ReplicatedSimulation world) {
            this.world = world;
            this.rate = 1 + MOST_DRIFT * (2 * world.dice().fraction() - 1);
            this.offset = (long) (MOST_OFFSET * (2 * world.dice().fraction() - 1));
        }

        @Override
        public long nanoTime() {
            world.baton().pass();
            return own(world.time().now());
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            world.time().sleep(global(duration));
        }

        /** The same time for those who ask under a lock. */
        Timing still() {
            return new Timing() {
                @Override
                public long nanoTime() {
                    return own(world.time().now());
                }

                @Override
                public void sleep(Duration duration) {
                    throw new IllegalStateException("nobody sleeps under a lock");
                }
            };
        }

        private long own(long nanos) {
            return (long) (nanos * rate) + offset;
        }

        Duration global(Duration own) {
            return Duration.ofNanos((long) (own.toNanos() / rate));
        }
    }
}
