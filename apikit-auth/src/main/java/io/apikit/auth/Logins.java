package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The logins of one session: the current generation, and at most one flight that will replace it. Threadsafe; no lock
 * is held while a login runs.
 *
 * <p>Why every interleaving is safe: {@code current} is written only by the login that occupies {@code flight}, and is
 * read once more after occupying it. So a generation is replaced at most once, and whoever was rejected under an older
 * one finds the replacement.
 */
final class Logins {
    private final LoginAttempt attempt;
    private final Executor threads;
    private final Timing timing;
    private final RenewalCap cap;
    private final Duration coolDown;
    private final Consumer<LoginFailure> onRefused;
    private final AtomicReference<@Nullable Generation> current = new AtomicReference<>();
    private final AtomicReference<@Nullable Flight> flight = new AtomicReference<>();
    private volatile @Nullable LoginFailure failure;

    Logins(LoginAttempt attempt, Executor threads, SessionSettings settings, Consumer<LoginFailure> onRefused) {
        this.attempt = attempt;
        this.threads = threads;
        this.timing = settings.timing();
        this.cap = settings.renewalCap();
        this.coolDown = settings.coolDown();
        this.onRefused = onRefused;
    }

    /** The generation to sign with: logs in if there is none; renews ahead of its expiry, without waiting for it. */
    Generation current(Deadline deadline) {
        var now = current.get();
        if (now == null) {
            return replacing(null, deadline).orElseThrow();
        }
        if (now.isOver()) {
            // One past its own expiry still beats none, once renewals are capped: the backend will judge it.
            return replacing(now, deadline).orElse(now);
        }
        if (now.isDueForRenewal() && flight.get() == null && remembered() == null) {
            join(now);
        }
        return now;
    }

    /**
     * The generation after one that was rejected or is over; logs in unless that has been done since.
     *
     * @return empty if the session has renewed too often of late; never for the first login
     * @throws BackendError if the login is refused or broken, or does not end by the deadline
     */
    Optional<Generation> replacing(@Nullable Generation stale, Deadline deadline) {
        while (true) {
            var outcome = join(stale).await(deadline);
            if (outcome.error() != null) {
                throw LoginFailure.forOneWaiter(outcome.error());
            }
            // A flight that found its work done hands out what it found: it may be the very one that is stale.
            if (stale == null || outcome.generation() != stale) {
                return Optional.ofNullable(outcome.generation());
            }
        }
    }

    /** A fixed login was rejected before it was ever accepted: its credentials are no good. */
    BackendError refuse(Generation rejected, LoginRefused refusal) {
        rejected.reject();
        var failed = refused(refusal);
        drop(rejected, failed);
        return LoginFailure.forOneWaiter(failed.error());
    }

    private Flight join(@Nullable Generation stale) {
        var newer = newerThan(stale);
        if (newer != null) {
            return Flight.landed(Outcome.of(newer));
        }
        var mine = new Flight();
        var running = flight.compareAndExchange(null, mine);
        if (running != null) {
            return running;
        }
        newer = newerThan(stale);
        if (newer != null) {
            land(mine, Outcome.of(newer));
        } else {
            takeOff(mine, stale);
        }
        return mine;
    }

    private @Nullable Generation newerThan(@Nullable Generation stale) {
        var now = current.get();
        return now == stale ? null : now;
    }

    private void takeOff(Flight mine, @Nullable Generation stale) {
        var last = remembered();
        if (last != null) {
            drop(stale, last);
            land(mine, Outcome.failed(last.error()));
        } else if (stale != null && !cap.tryTake()) {
            land(mine, Outcome.capped());
        } else {
            try {
                threads.execute(() -> fly(mine, stale));
                mine.giveUpAfter(attempt.limit(), () -> abandon(mine));
            } catch (RejectedExecutionException closed) {
                land(mine, Outcome.failed(BackendError.of(503, "This service is stopping.")));
            }
        }
    }

    private void fly(Flight mine, @Nullable Generation stale) {
        try {
            var next = new Generation(stale == null ? 1 : stale.number() + 1, attempt.logIn(), timing);
            if (mine.end()) {
                current.set(next);
                failure = null;
                land(mine, Outcome.of(next));
            }
        } catch (LoginRefused refusal) {
            if (mine.end()) {
                var failed = refused(refusal);
                drop(stale, failed);
                land(mine, Outcome.failed(failed.error()));
            }
        } catch (Throwable thrown) {
            // An Error too: whatever it is, those who wait must be told, and the flight must land.
            if (mine.end()) {
                land(mine, Outcome.failed(broken(attempt.broken(thrown)).error()));
            }
        }
    }

    /** A mode that ignores its deadline must not hold the session for ever; what it brings later is thrown away. */
    private void abandon(Flight mine) {
        if (mine.end()) {
            var late = BackendError.of(504, "It did not end in time.");
            land(mine, Outcome.failed(broken(attempt.broken(late)).error()));
        }
    }

    private LoginFailure refused(LoginRefused refusal) {
        var failed = LoginFailure.refused(attempt.refused(refusal), coolDown, timing.nanoTime());
        failure = failed;
        return failed;
    }

    private LoginFailure broken(BackendError error) {
        var last = failure;
        var failed = last == null
                ? LoginFailure.broken(error, timing.nanoTime())
                : last.brokenAgain(error, timing.nanoTime());
        failure = failed;
        return failed;
    }

    /** A refusal ends the session, unless it only met a renewal ahead of time and the login at hand is still good. */
    private void drop(@Nullable Generation stale, LoginFailure failed) {
        if (failed.refused() && (stale == null || stale.isRejected() || stale.isOver())) {
            if (stale != null) {
                stale.kill();
            }
            onRefused.accept(failed);
        }
    }

    private @Nullable LoginFailure remembered() {
        var last = failure;
        return last != null && last.isFresh(timing.nanoTime()) ? last : null;
    }

    /** Frees the place before telling anyone, so that nobody who was told can still meet this flight. */
    private void land(Flight mine, Outcome outcome) {
        flight.compareAndSet(mine, null);
        mine.tell(outcome);
    }
}
