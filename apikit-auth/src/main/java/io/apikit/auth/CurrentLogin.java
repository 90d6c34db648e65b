package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import io.apikit.internal.limits.TokenBucket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The logins of one session: the current generation, and at most one flight that will replace it. Threadsafe; no lock
 * is held while a login runs.
 *
 * <p>Why every interleaving is safe: {@code current} is written only by the login that occupies {@code flight}, and is
 * read once more after occupying it. So a generation is replaced at most once, and whoever was rejected under an older
 * one finds the replacement.
 */
final class CurrentLogin {
    /** A login that names an earlier end than this is used past it. */
    private static final Duration LEAST_LIFE = Duration.ofSeconds(1);

    private final LoginAttempt attempt;
    private final Executor threads;
    private final Timing timing;
    private final TokenBucket cap;
    private final LoginBackoff setbacks;
    private final LoginFlight.FlightScheduler patience;
    private final AtomicReference<@Nullable LoginGeneration> current = new AtomicReference<>();
    private final AtomicReference<@Nullable LoginFlight> flight = new AtomicReference<>();

    CurrentLogin(LoginAttempt attempt, Executor threads, SessionSettings settings, SessionPool.Refusals refusals) {
        this(attempt, threads, settings, refusals, LoginFlight.FlightScheduler.REAL);
    }

    CurrentLogin(
            LoginAttempt attempt,
            Executor threads,
            SessionSettings settings,
            SessionPool.Refusals refusals,
            LoginFlight.FlightScheduler patience) {
        this.attempt = attempt;
        this.threads = threads;
        this.timing = settings.timing();
        this.cap = settings.renewalBucket();
        this.setbacks = new LoginBackoff(settings, refusals);
        this.patience = patience;
    }

    /** The generation to sign with: logs in if there is none; renews ahead of its expiry, without waiting for it. */
    LoginGeneration current(Deadline deadline) {
        var now = current.get();
        if (now == null) {
            return replacing(null, deadline).orElseThrow();
        }
        if (now.isOver()) {
            return replacing(now, deadline).orElseGet(() -> sendable(now));
        }
        if (now.isDueForRenewal() && flight.get() == null && setbacks.remembered() == null) {
            join(now);
        }
        return now;
    }

    /** The same for a request that may have another way to go. */
    LoginGeneration forRequest(Deadline deadline) throws LoginUnavailable {
        try {
            return current(deadline);
        } catch (BackendError none) {
            throw new LoginUnavailable(none);
        }
    }

    /** One past its own end still beats none: the backend will judge it. One that is dead is never sent again. */
    private static LoginGeneration sendable(LoginGeneration over) {
        if (over.isDead()) {
            throw BackendError.of(503, "The login is renewed too often.").withHeader("Retry-After", "5");
        }
        return over;
    }

    /** Whether there is a good login that a server gave: it may outlive the password it was given for. */
    boolean isLive() {
        var now = current.get();
        return now != null && !now.login().isFixed() && isGood();
    }

    /** Whether there is a login that a server gave or has accepted, and that nobody has found fault with so far. */
    boolean isGood() {
        var now = current.get();
        return now != null && (!now.login().isFixed() || now.isProven()) && !now.isOver() && !now.isRejected();
    }

    /** Begins the first login, if nobody has; waits for nothing. */
    void begin() {
        if (current.get() == null && flight.get() == null && setbacks.remembered() == null) {
            join(null);
        }
    }

    /** Whether nothing has replaced it yet. */
    boolean isCurrent(LoginGeneration generation) {
        return current.get() == generation;
    }

    /**
     * The generation after one that was rejected or is over; logs in unless that has been done since.
     *
     * @return empty if the session has renewed too often of late; never for the first login
     * @throws BackendError if the login is refused or broken, or does not end by the deadline
     */
    Optional<LoginGeneration> replacing(@Nullable LoginGeneration stale, Deadline deadline) {
        while (true) {
            var outcome = patience.await(join(stale), deadline);
            if (outcome.error() != null) {
                throw LoginFailure.forOneWaiter(outcome.error());
            }
            // A flight that found its work done hands out what it found: it may be the very one that is stale.
            // And a first caller may meet a renewal that was capped: it finds the login that was to be renewed.
            var isNews = stale == null ? outcome.generation() != null : outcome.generation() != stale;
            if (isNews) {
                return Optional.ofNullable(outcome.generation());
            }
        }
    }

    /** The backend takes the credentials; a fixed login shows that no sooner than its first answer. */
    void accepted() {
        setbacks.accepted();
    }

    /** A fixed login was rejected before it was ever accepted: its credentials are no good. */
    BackendError refuse(LoginGeneration rejected, LoginRefused refusal) {
        rejected.reject();
        attempt.meters().ended(LoginMetrics.Ended.REFUSED, 0);
        var failure = setbacks.refused(attempt.refused(refusal));
        var unused = failed(rejected, failure);
        return LoginFailure.forOneWaiter(failure.error());
    }

    /** Looks once more after every look at the flight: whoever landed in between has brought what is wanted. */
    private LoginFlight join(@Nullable LoginGeneration stale) {
        var newer = newerThan(stale);
        if (newer != null) {
            return LoginFlight.landed(LoginOutcome.of(newer));
        }
        var mine = patience.flight();
        var running = flight.compareAndExchange(null, mine);
        newer = newerThan(stale);
        if (running != null) {
            return newer == null ? running : LoginFlight.landed(LoginOutcome.of(newer));
        }
        if (newer != null) {
            land(mine, LoginOutcome.of(newer));
        } else {
            takeOff(mine, stale);
        }
        return mine;
    }

    private @Nullable LoginGeneration newerThan(@Nullable LoginGeneration stale) {
        var now = current.get();
        return now == stale ? null : now;
    }

    private void takeOff(LoginFlight mine, @Nullable LoginGeneration stale) {
        try {
            var last = setbacks.remembered();
            if (last != null) {
                end(mine, () -> failed(stale, last));
            } else if (stale != null && isTooSoonAfter(stale)) {
                attempt.meters().renewalCapped();
                end(mine, LoginOutcome::capped);
            } else {
                if (stale != null) {
                    attempt.meters().renewing(stale);
                }
                threads.execute(() -> fly(mine, stale));
                patience.giveUpAfter(mine, attempt.limit(), () -> abandon(mine, stale));
            }
        } catch (Throwable noThread) {
            // Closed, or out of threads: whatever it is, a flight that never lands would hang the session for good.
            end(mine, () -> LoginOutcome.failed(BackendError.of(503, "No login can be started now.")));
        }
    }

    /** A rejection renews as often as the cap allows; an end that the login itself named, once a second at most. */
    private boolean isTooSoonAfter(LoginGeneration stale) {
        return stale.isRejected() ? !cap.tryTake() : stale.isYoungerThan(LEAST_LIFE);
    }

    private void fly(LoginFlight mine, @Nullable LoginGeneration stale) {
        try {
            var login = attempt.logIn();
            end(mine, () -> succeeded(stale, login));
        } catch (LoginRefused refusal) {
            end(mine, () -> failed(stale, setbacks.refused(attempt.refused(refusal))));
        } catch (Throwable thrown) {
            // An Error too: those who wait must be told.
            end(mine, () -> failed(stale, setbacks.broken(attempt.broken(thrown))));
        }
    }

    /** A mode that ignores its deadline must not hold the session for ever; what it brings later is thrown away. */
    private void abandon(LoginFlight mine, @Nullable LoginGeneration stale) {
        var late = BackendError.of(504, "It did not end in time.");
        end(mine, () -> failed(stale, setbacks.broken(attempt.broken(late))));
    }

    /** Whoever is first says how a flight ended; whatever goes wrong in saying it, the flight lands. */
    private void end(LoginFlight mine, Supplier<LoginOutcome> how) {
        if (mine.end()) {
            var outcome = LoginOutcome.failed(BackendError.of(502, "The login broke."));
            try {
                outcome = how.get();
            } finally {
                land(mine, outcome);
            }
        }
    }

    private LoginOutcome succeeded(@Nullable LoginGeneration stale, Login login) {
        var next = new LoginGeneration(stale == null ? 1 : stale.number() + 1, login, timing);
        current.set(next);
        setbacks.forget();
        if (!login.isFixed()) {
            accepted();
        }
        return LoginOutcome.of(next);
    }

    /** A refusal ends the session, unless it only met a renewal ahead of time and the login at hand is still good. */
    private LoginOutcome failed(@Nullable LoginGeneration stale, LoginFailure failure) {
        var told = failure.told(timing.nanoTime());
        if (failure.refused() && (stale == null || stale.isRejected() || stale.isOver())) {
            if (stale != null) {
                stale.kill();
            }
            setbacks.endSession(failure);
        }
        return LoginOutcome.failed(told);
    }

    /** Frees the place before telling anyone, so that nobody who was told can still meet this flight. */
    private void land(LoginFlight mine, LoginOutcome outcome) {
        patience.landing(mine, outcome);
        flight.compareAndSet(mine, null);
        mine.tell(outcome);
    }
}
