package io.apikit.auth;

import io.apikit.internal.util.SingleFlight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rules that a session's logins keep: when one may start, and that it lands. */
final class LoginRules {
    private static final Duration LEAST_AGE = Duration.ofSeconds(1);

    private final Simulation world;
    private final SessionLedger session;
    private final BackOffRule backOff;
    private final CapRule cap = new CapRule();
    private final Map<Thread, LoginRun> flown = new HashMap<>();
    private final List<LoginRun> underWay = new ArrayList<>();
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
        var run = flown.get(Thread.currentThread());
        session.require(run != null, "rule 2: a login runs on a thread of its caller's");
        return Objects.requireNonNull(run);
    }

    /** A login was decided on at this moment and is about to start: rules 1 to 5 say whether it may. */
    LoginRun takesOff(long decided, long joined) {
        var replaced = session.current();
        session.require(underWay.isEmpty(), "rule 2: a second login beside " + underWay);
        session.require(
                replaced == null || replaced.isRejected() || replaced.isDue(decided),
                "rule 1: a login though the current one is neither rejected nor due");
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

    void flies(LoginRun run, Runnable login) {
        flown.put(Thread.currentThread(), run);
        login.run();
        flown.remove(Thread.currentThread());
        run.landed(world.time().now());
        run.isFlown = true;
        requireLanded(run, run.isGivingUp);
    }

    void givesUp(LoginRun run, Runnable giveUp) {
        if (!run.isSettled) {
            world.trace().note("a login is given up", run);
            run.isGivingUp = true;
            run.givenUpNanos = world.time().now();
            giveUp.run();
            run.landed(world.time().now());
            run.isGivingUp = false;
            requireLanded(run, run.end != LoginRun.End.NONE && !run.isFlown);
        }
    }

    private void requireLanded(LoginRun run, boolean isLandedByAnother) {
        session.require(
                isLandedByAnother || (run.isSettled && world.sessions().landed(run) != null),
                "rule 2: " + run + " never lands");
    }

    /** A flight is about to land; one that no login was needed for is no run. */
    void lands(SingleFlight.Run<CurrentLogin.Outcome> flight, CurrentLogin.Outcome outcome) {
        underWay.stream().filter(run -> run.flight == flight).findFirst().ifPresent(run -> {
            underWay.remove(run);
            if (outcome.generation() != null) {
                session.replaced(run, outcome.generation());
                succeeded(run);
            } else {
                failed(run, outcome);
            }
            run.isSettled = true;
            run.isLanding = true;
        });
    }

    /** It may have landed before its leader came to wait for it. */
    boolean isSettled(SingleFlight.Run<CurrentLogin.Outcome> flight) {
        return latest != null && latest.flight == flight && latest.isSettled;
    }

    private void succeeded(LoginRun run) {
        var now = world.time().now();
        session.account().failures().forEach(failed -> failed.supersededBy(run, now));
        backOff.succeeded();
    }

    private void failed(LoginRun run, CurrentLogin.Outcome outcome) {
        session.require(outcome.error() != null, run + " ended with nothing");
        var said = Objects.requireNonNull(outcome.error()).content().orElse("");
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
    }
}
