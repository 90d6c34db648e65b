package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.LoginAttempt.LoginMetrics;
import io.apikit.auth.LoginAttempt.Outcome;
import io.apikit.auth.LoginFailure.LoginUnavailable;
import io.apikit.auth.LoginGeneration.State;
import io.apikit.auth.internal.logins.LoginThreads;
import io.apikit.auth.internal.logins.PasswordGuess;
import io.apikit.http.BackendRequest;
import io.apikit.http.Deadline;
import io.apikit.internal.limits.TokenBucket;
import io.apikit.internal.util.Durations;
import io.apikit.internal.util.SingleFlight;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The login of one session: the current generation, and at most one login under way that will replace it. Threadsafe; no
 * lock is held while a login runs.
 *
 * <p>Why every interleaving is safe:
 *
 * <ul>
 *   <li>Only the login that has the place in {@code flight} writes {@code current}, and it does so before it leaves the
 *       place. So two logins never run for one session, and never write one after the other unseen.
 *   <li>A caller that has entered the place reads {@code current} once more, and starts a login only if the generation to be
 *       replaced is still there. So a generation is replaced at most once, and a request that was rejected under an older
 *       one finds the replacement.
 *   <li>A caller that finds the place taken reads {@code current} once more as well: the login that has it may have written
 *       {@code current} before, and then its result may be the very generation that is to be replaced. A waiter that gets
 *       such a result looks again.
 *   <li>A login has one result, of the thread that runs it or of the timer that gives it up, whichever is first. The
 *       other one writes nothing.
 *   <li>The place is free before the waiters get the result, so a waiter that comes again starts a login of its own.
 * </ul>
 */
final class CurrentLogin {
    private final SharedLogin shared;
    private final LoginAttempt attempt;
    private final LoginThreads threads;
    private final SessionSettings settings;
    private final LogOutAttempt.OfSession logOuts;
    private final TokenBucket cap;
    private final LoginFailure.LoginBackoff backoff;
    private final SingleFlight<Outcome> flight;
    private final AtomicReference<@Nullable LoginGeneration> current = new AtomicReference<>();

    CurrentLogin(
            SharedLogin shared,
            LoginThreads threads,
            SessionSettings settings,
            LogOutAttempt.OfSession logOuts,
            SingleFlight<Outcome> flight) {
        this.shared = shared;
        this.attempt = shared.attempt();
        this.threads = threads;
        this.settings = settings;
        this.logOuts = logOuts;
        this.cap = settings.renewalBucket();
        this.backoff = new LoginFailure.LoginBackoff(settings, shared.entry());
        this.flight = flight;
        shared.serve(this);
    }

    /** Returns the generation to sign with. Logs in if there is none; renews ahead of its expiry without waiting for it. */
    LoginGeneration currentOrNew(Deadline deadline) {
        return currentOrNew(deadline, true);
    }

    private LoginGeneration currentOrNew(Deadline deadline, boolean isRenewedAhead) {
        var now = current.get();
        if (now == null) {
            return replacing(null, deadline, () -> {}).orElseThrow();
        }
        return switch (now.stateForSigning()) {
            case EXPIRED, ENDED, DEAD -> replacing(now, deadline, () -> {}).orElseGet(now::sendable);
            case STALE -> {
                if (isRenewedAhead) {
                    startIfReady(now);
                }
                yield now;
            }
            case FRESH, REJECTED -> now;
        };
    }

    /** The same for a request that may be sent without this login, and may have to wait for a renewal ahead of time. */
    LoginGeneration forRequest(BackendRequest request) throws LoginUnavailable {
        var deadline = request.deadline().orElseThrow();
        try {
            var login = currentOrNew(deadline);
            return login.isRenewedBefore(request) ? renewedInTime(deadline) : login;
        } catch (BackendError e) {
            throw new LoginUnavailable(e);
        }
    }

    /**
     * Returns the login after the renewal under way, or after the longest wait: the old one, while that is valid. The wait
     * takes at most half of the time that is left, since the request itself needs time too.
     */
    private LoginGeneration renewedInTime(Deadline deadline) {
        var half = deadline.left().dividedBy(2);
        var longest = settings.renewalWait();
        LoginFailure.awaitEnd(flight, Deadline.after(Durations.shorter(half, longest), settings.timing()));
        return currentOrNew(deadline, false);
    }

    /**
     * Returns the generation to send a request with once more after a rejection that was late. Starts no renewal, but
     * waits for one that other requests need.
     */
    LoginGeneration afterLateRejection(BackendRequest request) {
        var deadline = request.deadline().orElseThrow();
        var now = current.get();
        if (now != null && now.state() == State.REJECTED) {
            LoginFailure.awaitEnd(flight, deadline);
        }
        return currentOrNew(deadline, false);
    }

    /** Returns the generation there is at the moment; starts no login. */
    Optional<LoginGeneration> latest() {
        return Optional.ofNullable(current.get());
    }

    /** Starts the first login, if there is none and none is under way; waits for nothing. */
    void start() {
        if (current.get() == null) {
            startIfReady(null);
        }
    }

    private void startIfReady(@Nullable LoginGeneration stale) {
        if (flight.isIdle() && backoff.remembered() == null) {
            join(stale, () -> {}, attempt::limit);
        }
    }

    /** Returns whether nothing has replaced it yet. */
    boolean isCurrent(LoginGeneration generation) {
        return current.get() == generation;
    }

    /**
     * Returns the generation after one that was rejected or is over. Logs in unless another request has done so since.
     *
     * @param leading is run before a login that this caller starts
     * @return empty if the session has renewed too often; never for the first login
     * @throws BackendError if the login is refused or broken, or does not end by the deadline
     */
    Optional<LoginGeneration> replacing(@Nullable LoginGeneration stale, Deadline deadline, Runnable leading) {
        while (true) {
            var outcome = LoginFailure.await(flight, join(stale, leading, deadline::left), deadline);
            if (outcome.equals(Outcome.LEFT) && !deadline.isExpired()) {
                continue; // The request that started it has left, and this one has more time.
            }
            if (outcome.error() != null) {
                throw LoginFailure.forOneWaiter(outcome.error());
            }
            // A run that found its work done hands out what it found: it may be the very one that is stale.
            // And a first caller may meet a renewal that was capped: it finds the login that was to be renewed.
            var isNews = stale == null ? outcome.generation() != null : outcome.generation() != stale;
            if (isNews) {
                return Optional.ofNullable(outcome.generation());
            }
        }
    }

    /** Returns what logs out the logins of the session. */
    LogOutAttempt.OfSession logOuts() {
        return logOuts;
    }

    /** The session has ended: no request needs its login any more, nor one that is under way. */
    void end() {
        logOuts.endSession(this::latest);
    }

    /** Returns the failure of credentials that were refused with their first use. */
    LoginFailure refusal(LoginRefused refusal) {
        attempt.metrics().ended(LoginMetrics.Ended.REFUSED, 0);
        return backoff.refused(attempt.refused(refusal));
    }

    /** Ends the session of a fixed login that was rejected before it was ever accepted: its credentials are wrong. */
    BackendError refuse(LoginGeneration rejected, LoginFailure failure) {
        rejected.reject();
        var unused = failed(rejected, backoff.adopted(failure));
        return LoginFailure.forOneWaiter(failure.errorAt(settings.timing().nanoTime()));
    }

    /** Returns what the session shares with other replicas. */
    SharedLogin shared() {
        return shared;
    }

    /** Returns the run to wait for: the one under way, one of this caller's own, or one that has ended already. */
    private SingleFlight.Run<Outcome> join(@Nullable LoginGeneration stale, Runnable leading, Supplier<Duration> left) {
        var newer = newerThan(stale);
        if (newer != null) {
            return SingleFlight.ended(Outcome.of(newer));
        }
        var mine = flight.newRun();
        var run = flight.enter(mine);
        newer = newerThan(stale);
        if (newer == null) {
            if (run == mine) {
                leading.run();
                startSafely(mine, () -> start(mine, stale, left));
            }
            return run;
        }
        if (run == mine) {
            end(mine, Outcome.of(newer));
        }
        return SingleFlight.ended(Outcome.of(newer));
    }

    private @Nullable LoginGeneration newerThan(@Nullable LoginGeneration stale) {
        var now = current.get();
        return now == stale ? null : now;
    }

    private void start(SingleFlight.Run<Outcome> mine, @Nullable LoginGeneration stale, Supplier<Duration> left) {
        var unused = threads.nextTurn((longest, turn) -> flight.after(mine, longest, turn))
                .thenRun(() -> startSafely(mine, () -> startInTurn(mine, stale, left)));
    }

    private void startInTurn(SingleFlight.Run<Outcome> mine, @Nullable LoginGeneration stale, Supplier<Duration> left) {
        var last = backoff.remembered();
        if (last != null) {
            flight.end(mine, () -> failed(stale, last));
        } else if (stale != null && !shared.isShared() && !attempt.mayRenew(stale, cap)) {
            end(mine, Outcome.CAPPED);
        } else {
            tryCredentials(mine, stale, left);
        }
    }

    /** Waits for other tries of the user or the source, without a thread, as long as the request that leads has left. */
    private void tryCredentials(
            SingleFlight.Run<Outcome> mine, @Nullable LoginGeneration stale, Supplier<Duration> left) {
        shared.entry()
                .beginGuess(
                        late -> flight.after(mine, left.get(), late),
                        guess -> startSafely(mine, () -> startThread(mine, stale, guess)),
                        error -> end(mine, heldUp(stale, error)),
                        () -> {
                            var unused = heldUp(stale, LoginFailure.late());
                            end(mine, Outcome.LEFT);
                        });
    }

    /** Credentials that are not tried have no session, so that guesses remove no other one from the pool. */
    private Outcome heldUp(@Nullable LoginGeneration stale, BackendError error) {
        if (stale == null || !stale.state().isGood()) {
            shared.entry().drop();
        } else {
            var unused = backoff.broken(error, error); // The next renewal waits: the login at hand is good.
        }
        return Outcome.failed(error);
    }

    private void startThread(SingleFlight.Run<Outcome> mine, @Nullable LoginGeneration stale, PasswordGuess guess) {
        var run = shared.newRun(stale, guess, cap);
        try {
            var thread = threads.start(() -> logIn(mine, run));
            flight.giveUpAfter(mine, attempt.limit(), () -> timeOut(mine, run, thread));
        } catch (Throwable e) {
            guess.undecided();
            throw e;
        }
    }

    /** Closed, or out of threads. A run that never ended would hang the session for good. */
    private void startSafely(SingleFlight.Run<Outcome> mine, Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            end(mine, Outcome.failed(e instanceof BackendError error ? error : LoginFailure.notStarted()));
        }
    }

    private void logIn(SingleFlight.Run<Outcome> mine, LoginRun run) {
        try {
            var result = run.result();
            result.decide(run.guess());
            var isInTime = flight.end(mine, () -> come(run.stale(), result));
            var found = result.login();
            // One that the store has is used by others, or by this session as soon as it looks.
            if (!isInTime && found != null && !found.mayBeKnown()) {
                logOuts.late(found.login());
            }
            run.dropped().forEach(logOuts::replacedByOthers);
        } catch (LoginRefused e) {
            run.guess().refused();
            flight.end(mine, () -> failed(run.stale(), run.noted(backoff.refused(attempt.refused(e)))));
        } catch (Throwable e) {
            // An Error too: the waiters need a result.
            flight.end(mine, () -> broken(run, e));
        } finally {
            run.guess().undecided();
            run.close();
            shared.readExpected();
        }
    }

    private Outcome broken(LoginRun run, Throwable thrown) {
        if (run.heldUp() != null) {
            run.guess().refused(); // Otherwise guesses could buy slow hashes.
            return heldUp(run.stale(), run.heldUp());
        }
        var error = attempt.broken(thrown, run.stale(), run.ended());
        return failed(run.stale(), run.noted(backoff.broken(error, thrown)));
    }

    /**
     * A mode that ignores its deadline must not hold the session for ever; what it brings later is ignored. The place stays
     * taken if no other login may run meanwhile. A run that only waits for another replica has not failed.
     */
    private void timeOut(SingleFlight.Run<Outcome> mine, LoginRun run, LoginThreads.LoginThread thread) {
        var late = BackendError.of(504, "It did not end in time.");
        if (flight.complete(mine, () -> run.giveUp() ? broken(run, late) : Outcome.LEFT)) {
            thread.abandon(() -> flight.leave(mine));
            run.guess().undecided();
            run.abandon();
        }
    }

    /**
     * Takes over what the store has for this session, on this thread; not while a login runs, which reads it as well. Logs
     * nobody in.
     *
     * @param look returns what there is in place of the login at hand
     */
    void lookAround(Function<LoginGeneration, LoginRun.Result> look) {
        var mine = flight.newRun();
        if (current.get() == null || flight.enter(mine) != mine) {
            return;
        }
        flight.giveUpAfter(mine, attempt.limit(), () -> end(mine, Outcome.LEFT));
        var own = current.get();
        try {
            var result = own == null ? LoginRun.Result.NOTHING : look.apply(own);
            flight.end(mine, () -> come(own, result));
        } finally {
            end(mine, Outcome.LEFT);
        }
    }

    private void end(SingleFlight.Run<Outcome> mine, Outcome outcome) {
        flight.end(mine, () -> outcome);
    }

    private Outcome come(@Nullable LoginGeneration stale, LoginRun.Result result) {
        if (result.failure() != null) {
            return failed(stale, backoff.adopted(result.failure()));
        }
        return result.login() == null ? result.outcome() : succeeded(stale, result.login());
    }

    private Outcome succeeded(@Nullable LoginGeneration stale, LoginRun.Found found) {
        if (stale != null && stale.isChangedBy(found) && stale.state().isGood()) {
            stale.adopt(found);
            return Outcome.LEFT;
        }
        var number = stale == null ? 1 : stale.number() + 1;
        var uses = logOuts.countFor(found.login(), stale);
        var next = new LoginGeneration(number, found, settings.timing(), settings.random(), uses, shared::push);
        current.set(next);
        if (found.isAdopted()) {
            shared.countAdopted();
        }
        logOuts.replaced(stale, next, found.isAdopted());
        backoff.forget();
        if (!found.login().isFixed()) {
            shared.entry().accept();
        }
        return Outcome.of(next);
    }

    /** A refusal ends the session, unless it only met a renewal ahead of time and the login at hand is still good. */
    private Outcome failed(@Nullable LoginGeneration stale, LoginFailure failure) {
        var error = failure.errorAt(settings.timing().nanoTime());
        var isOver = stale == null || !stale.state().isGood();
        if (stale != null && failure.refused() && isOver) {
            stale.kill();
        }
        if (failure.refused()) {
            shared.entry().refuse(failure, isOver);
        }
        return Outcome.failed(error);
    }
}
