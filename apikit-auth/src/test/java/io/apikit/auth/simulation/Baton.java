package io.apikit.auth.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets real threads run one at a time. Whoever has the baton gives it, where time is asked for or the world is met, to
 * one that the dice choose among those that can go on; so a seed replays a run, step by step.
 */
final class Baton {
    private static final int MOST_IDLE = 100_000;

    private final Dice dice;
    private final Trace trace;
    private final long mostSteps;
    private final List<Actor> actors = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Map<Thread, Actor> self = new ConcurrentHashMap<>();
    private final AtomicInteger alive = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private Runnable weather = () -> {};
    private Runnable idle = () -> {};
    private long steps;
    private boolean deciding;
    private volatile @Nullable AssertionError failure;

    Baton(Dice dice, Trace trace, long mostSteps) {
        this.dice = dice;
        this.trace = trace;
        this.mostSteps = mostSteps;
    }

    /** What happens in the world at each step, and what makes time pass when everybody waits for it. */
    void world(Runnable weather, Runnable idle) {
        this.weather = weather;
        this.idle = idle;
    }

    long steps() {
        return steps;
    }

    boolean isLastOne() {
        return actors.size() == 1;
    }

    List<Actor> actors() {
        return actors;
    }

    Actor self() {
        var actor = self.get(Thread.currentThread());
        if (actor == null) {
            throw new IllegalStateException("not a thread of the simulation");
        }
        return actor;
    }

    Actor start(String name, Runnable work) {
        goOn(); // Nobody would wake it up any more.
        alive.incrementAndGet();
        var started = new Actor[1];
        var actor = new Actor(name, () -> live(started, work));
        started[0] = actor;
        actors.add(actor);
        threads.add(actor.thread());
        return actor;
    }

    /** Starts the first thread, and waits in real time for the last to end. */
    void run(long limitSeconds) {
        actors.get(0).go();
        try {
            if (!ended.await(limitSeconds, TimeUnit.SECONDS)) {
                throw new AssertionError(trace.told("the threads do not end: " + stuck()), failure);
            }
            for (var thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(limitSeconds));
                if (thread.isAlive()) {
                    throw new AssertionError(trace.told("a thread is left: " + thread));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Goes on at once or later, as the dice fall. */
    void pass() {
        await(() -> true);
    }

    /** Goes on once the condition holds, or an interrupt has come. */
    void await(BooleanSupplier condition) {
        var actor = self.get(Thread.currentThread());
        if (actor == null || deciding || actor.isQuiet()) {
            return;
        }
        goOn();
        live(actor);
        actor.waitsFor(Thread.currentThread().isInterrupted() ? () -> true : condition);
        step();
        var next = next();
        if (next != actor) {
            next.go();
            actor.awaitTurn();
        }
        goOn();
        actor.resumed();
        live(actor);
    }

    private static void live(Actor actor) {
        if (actor.isKilled()) {
            throw new Killed();
        }
    }

    /** With no hand-over in between: what is done under a lock, where a thread that waits for it would be lost. */
    <T> T quietly(Supplier<T> work) {
        var actor = self.get(Thread.currentThread());
        if (actor == null) {
            return work.get();
        }
        actor.quiet(1);
        try {
            return work.get();
        } finally {
            actor.quiet(-1);
        }
    }

    /** The first rule that is broken ends it all. */
    void require(boolean holds, Supplier<String> rule) {
        if (!holds) {
            throw broken(new AssertionError(trace.told(rule.get())));
        }
    }

    SimulationOver broken(AssertionError first) {
        if (failure == null) {
            failure = first;
            actors.forEach(Actor::go);
        }
        return new SimulationOver();
    }

    private void live(Actor[] started, Runnable work) {
        self.put(Thread.currentThread(), started[0]);
        try {
            goOn();
            live(started[0]);
            work.run();
        } catch (SimulationOver over) {
            // It is told elsewhere.
        } catch (Killed e) {
            // Nothing is left of it.
        } catch (Throwable thrown) {
            broken(new AssertionError(trace.told("thrown: " + thrown), thrown));
        } finally {
            self.remove(Thread.currentThread());
            end(started[0]);
        }
    }

    private void end(Actor actor) {
        try {
            if (failure == null) {
                actors.remove(actor);
                if (!actors.isEmpty()) {
                    next().go();
                }
            }
        } catch (SimulationOver over) {
            // As above.
        } finally {
            if (alive.decrementAndGet() == 0) {
                ended.countDown();
            }
        }
    }

    private void goOn() {
        if (failure != null) {
            throw new SimulationOver();
        }
    }

    private void step() {
        steps++;
        require(steps < mostSteps, () -> "somebody goes round and round: no end after " + steps + " steps");
        decided(() -> {
            weather.run();
            return this;
        });
    }

    private Actor next() {
        return decided(() -> {
            for (var waits = 0; waits < MOST_IDLE; waits++) {
                var next = oneThatIsReady();
                if (next != null) {
                    return next;
                }
                idle.run();
            }
            throw broken(new AssertionError(trace.told("everybody waits, and no time that passes ends it")));
        });
    }

    /** Those who are frozen run all the same where nobody else can. */
    private @Nullable Actor oneThatIsReady() {
        Actor frozen = null;
        var first = dice.below(actors.size());
        for (var i = 0; i < actors.size(); i++) {
            var actor = actors.get((first + i) % actors.size());
            if (actor.isReady()) {
                if (!actor.isFrozen(steps)) {
                    return actor;
                }
                frozen = frozen == null ? actor : frozen;
            }
        }
        return frozen;
    }

    private <T> T decided(Supplier<T> decision) {
        deciding = true;
        try {
            return decision.get();
        } finally {
            deciding = false;
        }
    }

    private String stuck() {
        var told = new StringBuilder();
        for (var thread : threads) {
            if (thread.isAlive()) {
                told.append('\n').append(thread).append(' ').append(thread.getState());
                for (var frame : thread.getStackTrace()) {
                    told.append("\n    ").append(frame);
                }
            }
        }
        return told.toString();
    }

    /** Ends what a killed replica was doing; an Error, so that hardly anything takes it for its own. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        private Killed() {
            super("the replica is killed", null, false, false);
        }
    }
}
