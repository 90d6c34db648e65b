package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.LoginFailure.LoginUnavailable;
import io.apikit.auth.LoginRecord.Known;
import io.apikit.auth.SharedLogin.Turn;
import io.apikit.auth.SharedLogins.Written;
import io.apikit.auth.internal.logins.PasswordGuess;
import io.apikit.auth.internal.sharing.HeldLease;
import io.apikit.auth.internal.sharing.StoreBreaker.StoreAway;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Transport;
import io.apikit.internal.util.SingleFlight;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests under a login that cannot be renewed, until the backend has accepted it once. One request at a time
 * tries it: a wrong password reaches the backend once, however many requests bring it. If the trial decides nothing,
 * because the backend failed, the requests that waited for it are sent without waiting for each other. Thread-safe. No
 * lock is held while a request tries it.
 *
 * <p>Of all replicas that share their logins, one makes the trial, with the lease of the session. The others wait for what
 * it brings, each to its request's deadline. The store has the result alone: accepted or refused.
 */
final class UnverifiedLogin {
    private static final Turn<Optional<LoginRecord>> NO_TURN = new Turn<>(Optional.empty(), null, Optional.empty());

    private final CurrentLogin login;
    private final SharedLogin shared;
    private final Transport next;

    /** The result of a trial: whether the response decided about the credentials. */
    private final SingleFlight<Boolean> trials = new SingleFlight<>();

    /** The number of the latest login that the backend has accepted; 0 before. */
    private final AtomicLong accepted = new AtomicLong();

    UnverifiedLogin(CurrentLogin login, Transport next) {
        this.login = login;
        this.shared = login.shared();
        this.next = next;
    }

    /** Returns whether this is a login that cannot be renewed, and that the backend has not accepted so far. */
    boolean isUnverified(LoginGeneration generation) {
        return generation.login().isFixed() && !isSettled(generation);
    }

    /** Returns whether a response has shown that the backend accepts this login. */
    boolean isAccepted(LoginGeneration generation) {
        return accepted.get() == generation.number();
    }

    /** Where nothing is signed, there is nothing that the backend could refuse. */
    private boolean isSettled(LoginGeneration generation) {
        return isAccepted(generation) || generation.login().signature().isEmpty();
    }

    /** @throws LoginUnavailable if the credentials are refused, now or by the request that was waited for */
    BackendResponse send(BackendRequest request, SessionCall call, LoginGeneration first) throws LoginUnavailable {
        var deadline = request.deadline().orElseThrow();
        var generation = first;
        while (!isSettled(generation)) {
            var own = trials.newRun();
            var run = trials.enter(own);
            if (run == own) {
                return lead(own, request, call);
            }
            if (!LoginFailure.await(trials, run, deadline)) {
                // If the backend failed, the waiters do not wait for each other.
                return sendBesideOthers(request, call);
            }
            generation = login.forRequest(request);
        }
        call.signWith(generation, login, request);
        return next.send(request);
    }

    private BackendResponse lead(SingleFlight.Run<Boolean> own, BackendRequest request, SessionCall call)
            throws LoginUnavailable {
        var isDecided = true; // A leader that leaves before its turn has sent nothing: one of the waiters leads next.
        try (var trial = begin(true, request.deadline().orElseThrow())) {
            isDecided = false;
            var response = send(request, call, trial);
            isDecided = isAccepted(call.generation());
            return response;
        } catch (LoginUnavailable e) {
            isDecided = true;
            throw e;
        } finally {
            // Also if the leader is cancelled or its connection breaks: otherwise the waiters would wait for nothing.
            end(own, isDecided);
        }
    }

    private void end(SingleFlight.Run<Boolean> trial, boolean isDecided) {
        trials.end(trial, () -> isDecided);
    }

    private BackendResponse sendBesideOthers(BackendRequest request, SessionCall call) throws LoginUnavailable {
        try (var trial = begin(false, request.deadline().orElseThrow())) {
            return send(request, call, trial);
        }
    }

    private BackendResponse send(BackendRequest request, SessionCall call, Trial trial) throws LoginUnavailable {
        // Once more, since another trial may have ended meanwhile: it may have been accepted or refused since.
        var generation = login.forRequest(request);
        var failure = trial.failure();
        if (failure != null && !isSettled(generation)) {
            trial.refusedElsewhere();
            throw new LoginUnavailable(login.refuse(generation, failure));
        }
        call.signWith(generation, login, request);
        var response = next.send(request);
        // A request that was carried out must not be sent again under other credentials.
        if (call.isRejected() && !call.isOver(request) && !isSettled(generation)) {
            var refusal = login.refusal(new LoginRefused("The backend refused these credentials."));
            trial.refused(refusal);
            throw new LoginUnavailable(login.refuse(generation, refusal));
        }
        if (call.isAccepted()) {
            accept(generation);
            trial.accepted();
        }
        return response;
    }

    private void accept(LoginGeneration generation) {
        // The greater one stays: a response to an earlier login may come late.
        accepted.accumulateAndGet(generation.number(), Math::max);
        shared.entry().accept();
    }

    private Trial begin(boolean isLeading, Deadline deadline) throws LoginUnavailable {
        var guess = begin(deadline);
        try {
            return beginTrial(isLeading, guess, deadline);
        } catch (Throwable e) {
            guess.undecided();
            throw e;
        }
    }

    /** Waits until the credentials may be tried, at most until the deadline. Those that are not tried have no session. */
    private PasswordGuess begin(Deadline deadline) throws LoginUnavailable {
        var guess = shared.entry().beginGuess();
        try {
            return guess.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            shared.entry().drop();
            throw new LoginUnavailable((BackendError) Objects.requireNonNull(e.getCause()));
        } catch (TimeoutException | InterruptedException e) {
            if (!guess.cancel(false)) {
                var unused = guess.thenAccept(PasswordGuess::undecided);
            }
            throw left(e);
        }
    }

    /** Waits, on another thread, until this replica may try the credentials, or another one has. */
    private Trial beginTrial(boolean isLeading, PasswordGuess guess, Deadline deadline) throws LoginUnavailable {
        var all = shared.all();
        if (all == null) {
            return Trial.alone(guess);
        }
        var begun = new CompletableFuture<Trial>();
        all.schedule().execute(() -> begin(begun, isLeading, guess, deadline));
        if (all.isClosed()) {
            begun.complete(Trial.alone(guess)); // Nothing is executed any more.
        }
        try {
            return begun.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            guess.refused(); // Otherwise guesses could buy slow hashes.
            shared.entry().drop();
            throw new LoginUnavailable(
                    e.getCause() instanceof BackendError error ? error : BackendError.of(502, "The login broke."));
        } catch (TimeoutException | InterruptedException e) {
            if (!begun.cancel(false)) {
                var unused = begun.thenAccept(Trial::close);
            }
            throw left(e);
        }
    }

    /** The request has no time left, or is cancelled: its credentials are not tried. */
    private BackendError left(Exception e) {
        shared.entry().drop();
        return e instanceof TimeoutException ? LoginFailure.late() : LoginFailure.cancelled();
    }

    private void begin(CompletableFuture<Trial> begun, boolean isLeading, PasswordGuess guess, Deadline deadline) {
        try {
            var turn = isLeading ? turn(deadline) : NO_TURN;
            var decided = turn.decided().flatMap(known -> known).orElse(null);
            var trial = new Trial(shared, guess, decided, turn.lease());
            trial.begin(deadline);
            if (!begun.complete(trial)) {
                trial.close();
            }
        } catch (Throwable e) {
            begun.completeExceptionally(e);
        }
    }

    private Turn<Optional<LoginRecord>> turn(Deadline deadline) {
        try {
            var keys = shared.keys(deadline);
            return keys.isEmpty() ? NO_TURN : shared.turn(keys.get(), 0, deadline, this::look);
        } catch (StoreAway ignored) {
            return NO_TURN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return NO_TURN;
        }
    }

    /** Returns a record that decides; none in a result if this replica cannot read it, and makes its trial alone. */
    private Optional<Optional<LoginRecord>> look(Optional<Known> found) {
        return found.flatMap(known -> {
            var record = known.record();
            if (record == null) {
                return Optional.of(Optional.empty());
            }
            return record.isAccepted() || shared.failed(record) ? Optional.of(Optional.of(record)) : Optional.empty();
        });
    }

    /** The first use of credentials, in this replica or in another one. Thread-safe. */
    private static final class Trial implements AutoCloseable {
        private final @Nullable SharedLogin session;
        private final PasswordGuess guess;
        private final @Nullable LoginRecord decided;
        private final @Nullable HeldLease lease;
        private final AtomicBoolean isDecided = new AtomicBoolean();
        private volatile PasswordGuess guessOfAll = PasswordGuess.unlimited();

        private Trial(
                @Nullable SharedLogin session,
                PasswordGuess guess,
                @Nullable LoginRecord decided,
                @Nullable HeldLease lease) {
            this.session = session;
            this.guess = guess;
            this.decided = decided;
            this.lease = lease;
        }

        /** Returns one of which other replicas know nothing. */
        static Trial alone(PasswordGuess guess) {
            return new Trial(null, guess, null, null);
        }

        /** Takes its place within the limits that all replicas share. */
        private void begin(Deadline deadline) {
            try {
                if (session != null && failure() == null) {
                    guessOfAll = session.entry().beginShared(isAcceptedElsewhere(), deadline);
                }
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }

        boolean isAcceptedElsewhere() {
            return decided != null && decided.isAccepted();
        }

        /** Returns the refusal that another replica has met; null if there is none. */
        @Nullable
        LoginFailure failure() {
            return decided == null || decided.isAccepted()
                    ? null
                    : decided.failure().orElse(null);
        }

        void accepted() {
            guess.accepted();
            guessOfAll.accepted();
            decide(LoginRecord.accepted());
        }

        void refused(LoginFailure refusal) {
            guess.refused();
            guessOfAll.refused();
            decide(LoginRecord.of(refusal));
        }

        /** The replica that has met the refusal has counted it for all. */
        void refusedElsewhere() {
            guess.refused();
        }

        private void decide(LoginRecord record) {
            inBackground(held -> {
                try (held) {
                    write(Objects.requireNonNull(session), record, held);
                } catch (StoreAway ignored) {
                    // The lease ends by itself.
                }
            });
        }

        private static void write(SharedLogin session, LoginRecord record, HeldLease held) {
            var all = Objects.requireNonNull(session.all());
            var key = Objects.requireNonNull(session.key());
            if (all.write(key, held.number(), 0, record, session) == Written.DONE) {
                held.end();
            }
        }

        /** Gives back what it has taken, unless it is decided. */
        @Override
        public void close() {
            guess.undecided();
            guessOfAll.undecided();
            inBackground(HeldLease::close);
        }

        /** Ends the lease, once. */
        private void inBackground(Consumer<HeldLease> end) {
            var held = lease;
            if (session != null && held != null && isDecided.compareAndSet(false, true)) {
                Objects.requireNonNull(session.all()).schedule().execute(() -> end.accept(held));
            }
        }
    }
}
