package io.apikit.auth.simulation;

import io.apikit.auth.SessionCore;
import io.apikit.internal.util.SingleFlight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rules that a session's logins keep: when one may start, and that it ends. */
final class LoginRules {
    private static final Duration LEAST_AGE = Duration.ofSeconds(1);

    private final Simulation world;
    private final SessionLedger session;
    private final BackOffRule backOff;
    private final CapRule cap = new CapRule();
    private final Map<Thread, LoginRun> threads = new HashMap<>();
    private final List<LoginRun> underWay = new ArrayList<>();
    private final List<LoginRun> hanging = new ArrayList<>();
    private @Nullable LoginRun latest;
    private long lastNoThread = Long.MIN_VALUE;

    LoginRules(Simulation world, SessionLedger session) {
        this.world = world;
        this.session = session;
        this.backOff = new BackOffRule(session.account());
    }

    CapRule cap() {
        return cap;
    }

    LoginRun latest() {
        return Objects.requireNonNull(latest);
    }

    LoginRun ofThisThread() {
        var run = threads.get(Thread.currentThread());
        session.require(run != null, "rule 2: a login runs on a thread of its caller's");
        return Objects.requireNonNull(run);
    }

    /** A login was decided on at this moment and is about to start: rules 1 to 5 say whether it may. */
    LoginRun starts(long decided, long joined) {
        var replaced = session.current();
        session.require(underWay.isEmpty(), "rule 2: a second login beside " + underWay);
        session.require(
                replaced == null || replaced.isRejected() || replaced.isDue(decided),
                "rule 1: a login though the current one is neither rejected nor due");
        // One that has just ended lets the next one start, on its own thread.
        var others = hanging.stream().filter(run -> run != threads.get(Thread.currentThread()));
        session.require(others.count() < 2, "rule 2: a third login beside " + hanging);
        requireSpaced(decided, joined);
        if (replaced != null) {
            requireCapped(decided);
        }
        var run = new LoginRun(world.nextNumber(), session, replaced);
        run.wasRejected = session.isNotedAsRejected();
        underWay.add(run);
        latest = run;
        world.trace().note(kind(replaced, decided), run, session.account());
        return run;
    }

    private static String kind(@Nullable ModelToken replaced, long now) {
        if (replaced == null) {
            return "first login";
        }
        if (replaced.isRejected()) {
            return "reactive login";
        }
        return replaced.isOver(now) ? "login after its end" : "renewal ahead";
    }

    private void requireSpaced(long now, long joined) {
        session.require(now >= backOff.notBefore(), "rule 5: a login too soon after one that failed");
        if (now < session.account().refusedUntil()) {
            // Two sessions of the same credentials, one of them forgotten by the pool: both may be at it by then.
            var isTwin = session.isOpenedBefore(session.account().refusalNotedAtStep())
                    && joined <= session.account().refusalNotedNanos();
            session.require(isTwin, "rule 5: refused credentials within the cool-down");
            world.trace().note("a twin session asked within the cool-down", session.account());
        }
    }

    private void requireCapped(long now) {
        session.require(
                session.isNotedAsRejected() || session.isCurrentSince(now - LEAST_AGE.toNanos()),
                "rule 4: renewed ahead at once");
        if (session.isNotedAsRejected()) {
            cap.maybeTaken(now);
        }
        if (!session.isDue()) {
            session.require(cap.taken(now), "rule 3: reactive renewals beyond the cap: " + cap);
        }
    }

    /** No thread could be had for a login that was decided on. */
    void noThread(long decided) {
        lastNoThread = world.time().now();
        if (session.isNotedAsRejected()) {
            cap.maybeTaken(decided);
        }
    }

    boolean hadNoThreadSince(long nanos) {
        return lastNoThread >= nanos;
    }

    void runs(LoginRun run, Runnable login) {
        threads.put(Thread.currentThread(), run);
        login.run();
        threads.remove(Thread.currentThread());
        run.waitersHaveIt(world.time().now());
        run.hasRun = true;
        hanging.remove(run);
        requireEnded(run, run.isGivingUp);
    }

    void givesUp(LoginRun run, Runnable giveUp) {
        if (!run.isSettled) {
            world.trace().note("a login is given up", run);
            run.isGivingUp = true;
            run.givenUpNanos = world.time().now();
            hanging.add(run);
            giveUp.run();
            run.waitersHaveIt(world.time().now());
            run.isGivingUp = false;
            requireEnded(run, run.end != LoginRun.End.NONE && !run.hasRun);
        }
    }

    private void requireEnded(LoginRun run, boolean isEndedByAnother) {
        session.require(isEndedByAnother || (run.isSettled && run.hasResult()), "rule 2: " + run + " never ends");
    }

    /** A run is about to end; one that no login was needed for is not among those under way. */
    void ends(SingleFlight.Run<?> flight, SessionCore.Result result) {
        underWay.stream().filter(run -> run.flight == flight).findFirst().ifPresent(run -> {
            underWay.remove(run);
            if (result.generation().isPresent()) {
                session.replaced(run, result.generation().get());
                succeeded(run);
            } else {
                failed(run, result);
            }
            run.isSettled = true;
            run.isEnding = true;
        });
    }

    /** It may have ended before its leader came to wait for it. */
    boolean isSettled(SingleFlight.Run<?> flight) {
        return latest != null && latest.flight == flight && latest.isSettled;
    }

    private void succeeded(LoginRun run) {
        var now = world.time().now();
        session.account().failures().forEach(failed -> failed.supersededBy(run, now));
        backOff.succeeded(now);
    }

    private void failed(LoginRun run, SessionCore.Result result) {
        session.require(result.error().isPresent(), run + " ended with nothing");
        var said = result.error().orElseThrow().content().orElse("");
        if (!run.hasSaid(said)) {
            session.require(run.isGivenUp(said), run + " failed with \"" + said + "\", which nobody said");
        }
        backOff.failed(run, world.time().now(), world.baton().steps());
        if (run.isRefusal() && (run.replaces == null || run.wasRejected)) {
            session.account().dropped(backOff.notBefore());
            if (run.replaces != null) {
                run.replaces.dies(world.baton().steps());
            }
        }
        world.trace().note(run.isRefusal() ? "refused" : "broken", run, session.account(), run.toldStatus);
    }

    /** When all is quiet, no login may be under way. */
    void requireQuiet() {
        session.require(underWay.isEmpty(), "rule 2: logins are left: " + underWay);
        session.require(hanging.isEmpty(), "rule 2: logins hang: " + hanging);
    }
}
