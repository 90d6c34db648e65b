package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.LoginAttempt.Outcome;
import io.apikit.auth.LoginRecord.KeptLogin;
import io.apikit.auth.LoginRecord.Known;
import io.apikit.auth.LoginRecord.Stamp;
import io.apikit.auth.SharedLogin.Turn;
import io.apikit.auth.SharedLogins.Written;
import io.apikit.auth.internal.logins.PasswordGuess;
import io.apikit.auth.internal.sharing.HeldLease;
import io.apikit.auth.internal.sharing.StoreBreaker.StoreAway;
import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import io.apikit.internal.limits.TokenBucket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One run that brings a login to a session: that of another replica, or one of its own. Its result belongs to one thread.
 * The timer that gives it up asks whether it logs in, and abandons it.
 */
final class LoginRun implements AutoCloseable {
    private final SharedLogin session;
    private final LoginAttempt attempt;
    private final @Nullable SharedLogins all;
    private final @Nullable LoginGeneration stale;
    private final PasswordGuess guess;
    private final TokenBucket renewals;
    private final List<Login> dropped = new ArrayList<>();
    private boolean isAllowed;
    private volatile boolean isAlone;
    private volatile boolean isLoggingIn;
    private volatile boolean isGivenUp;
    private volatile @Nullable HeldLease lease;
    private volatile @Nullable Login ended;
    private volatile @Nullable LoginFailure noted;
    private volatile @Nullable BackendError heldUp;

    LoginRun(SharedLogin session, @Nullable LoginGeneration stale, PasswordGuess guess, TokenBucket renewals) {
        this.session = session;
        this.attempt = session.attempt();
        this.all = session.all();
        this.stale = stale;
        this.guess = guess;
        this.renewals = renewals;
        this.isLoggingIn = all == null;
    }

    /** Returns the login to be replaced; null for the first one of a session. */
    @Nullable
    LoginGeneration stale() {
        return stale;
    }

    PasswordGuess guess() {
        return guess;
    }

    /** It begins no login from now on. Returns whether one has begun: then its end is that of the login. */
    boolean giveUp() {
        isGivenUp = true;
        return isLoggingIn;
    }

    /** Returns the login that was passed to the mode; null if none was. */
    @Nullable
    Login ended() {
        return ended;
    }

    /** Returns the error of a limit that all replicas share, which has not let it log in; null if none has. */
    @Nullable
    BackendError heldUp() {
        return heldUp;
    }

    /** Returns the logins of its own that nobody can use, since others have replaced them. */
    List<Login> dropped() {
        return dropped;
    }

    /** Its own login has failed. Others get to know it at the end of the run. */
    LoginFailure noted(LoginFailure failure) {
        noted = failure;
        return failure;
    }

    /** @throws LoginRefused if its own login is refused */
    Result result() throws LoginRefused {
        var deadline = attempt.newDeadline();
        if (all == null) {
            return Result.of(Found.local(logIn(takenForRenewal(), deadline)));
        }
        if (session.hasFixedLogins()) {
            return alone(deadline);
        }
        try {
            all.awaitStart(deadline);
            var keys = session.keys(deadline);
            return keys.isEmpty() ? Result.NOTHING : together(all, keys.get(), deadline);
        } catch (StoreAway ignored) {
            return alone(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Result.NOTHING;
        }
    }

    private Result together(SharedLogins shared, List<String> keys, Deadline deadline)
            throws LoginRefused, InterruptedException {
        while (!shared.isClosed()) {
            var turn = session.turn(keys, above(), deadline, this::look);
            var held = turn.lease();
            if (held == null) {
                var decided = turn.decided().orElse(shared.isClosed() ? Result.CLOSED : Result.NOTHING);
                return decided.isUnreadable() ? alone(deadline) : decided;
            }
            lease = held;
            if (!begins(deadline)) {
                return Result.NOTHING;
            }
            if (!isAllowed()) {
                return Result.CAPPED;
            }
            var result = lead(shared, keys.get(0), turn, held, deadline);
            if (result.isPresent()) {
                return result.get();
            }
        }
        return Result.CLOSED;
    }

    /** Returns what a record says; empty if this session has to log in. */
    private Optional<Result> look(Optional<Known> known) {
        var news = known.flatMap(record -> session.found(record, stale));
        if (news.isPresent()) {
            return news;
        }
        if (known.filter(Known::isForeign).isPresent()) {
            return Optional.of(Result.UNREADABLE);
        }
        return stale == null || attempt.isRenewalLeft(stale, renewals) ? Optional.empty() : Optional.of(Result.CAPPED);
    }

    /** Returns empty if a later holder is there: the store is read again for its login. */
    private Optional<Result> lead(SharedLogins shared, String key, Turn<Result> turn, HeldLease held, Deadline deadline)
            throws LoginRefused {
        var renewed = turn.known().map(known -> ended(known, held.number())).orElseGet(this::endedUnknown);
        var isAccepted = turn.known().filter(Known::isAccepted).isPresent();
        var made = guessed(renewed.login, isAccepted, deadline);
        if (made.isFixed()) {
            session.noteFixedLogins();
            return Optional.of(Result.of(Found.local(made)));
        }
        var stamp = new Stamp(held.number(), 0, ThreadLocalRandom.current().nextLong(), true);
        var found = new Found(made, stamp, attempt.timing().nanoTime(), false, false);
        if (!isPublished(shared, key, found, held)) {
            return Optional.empty();
        }
        turn.known().ifPresent(this::drop);
        return Optional.of(Result.of(found));
    }

    /** The login that is replaced for all replicas is logged out by this one, though no session here may have used it. */
    private void drop(Known replaced) {
        var record = replaced.record();
        var stamp = stale == null ? null : stale.stamp();
        if (record != null) {
            record.login()
                    .filter(kept -> stamp == null || stamp.id() != kept.id())
                    .ifPresent(kept -> dropped.add(kept.login()));
        }
    }

    private boolean isPublished(SharedLogins shared, String key, Found found, HeldLease held) {
        var stamp = Objects.requireNonNull(found.stamp());
        var record = LoginRecord.of(new KeptLogin(found.login(), stamp.id(), found.sinceNanos()));
        try {
            var written = shared.write(key, stamp.number(), stamp.change(), record, session);
            if (written == Written.REFUSED) {
                dropped.add(found.login());
                isLoggingIn = false;
            }
            if (written != Written.UNFIT) {
                held.end();
            }
            return written != Written.REFUSED;
        } catch (StoreAway ignored) {
            session.reconcileSoon();
            return true;
        }
    }

    /** Without the store: it is away, or has a record that this replica cannot read. */
    private Result alone(Deadline deadline) throws LoginRefused {
        if (!begins(deadline)) {
            return Result.NOTHING;
        }
        if (!isAllowed()) {
            return Result.CAPPED;
        }
        isAlone = true;
        var renewed = endedUnknown().login;
        var made = session.hasFixedLogins() ? logIn(renewed, deadline) : guessed(renewed, false, deadline);
        if (made.isFixed()) {
            return Result.of(Found.local(made));
        }
        session.reconcileSoon();
        var stamp = new Stamp(above() + 1, 0, ThreadLocalRandom.current().nextLong(), false);
        return Result.of(new Found(made, stamp, attempt.timing().nanoTime(), false, false));
    }

    /** Logs in, within the limits that all replicas share. */
    private Login guessed(@Nullable Login renewed, boolean isAccepted, Deadline deadline) throws LoginRefused {
        var shared = sharedGuess(isAccepted, deadline);
        try {
            var made = logIn(renewed, deadline);
            if (!made.isFixed()) {
                shared.accepted();
            }
            return made;
        } catch (LoginRefused e) {
            shared.refused();
            throw e;
        } finally {
            shared.undecided();
        }
    }

    private PasswordGuess sharedGuess(boolean isAccepted, Deadline deadline) {
        try {
            return session.entry().beginShared(isAccepted, deadline);
        } catch (BackendError e) {
            heldUp = e;
            throw e;
        }
    }

    /** Returns false if another run may have brought a login by now. Its thread, and its deadline, may have begun late. */
    private boolean begins(Deadline deadline) {
        isLoggingIn = !deadline.isExpired();
        return isLoggingIn && !isGivenUp;
    }

    private boolean isAllowed() {
        isAllowed = isAllowed || stale == null || attempt.mayRenew(stale, renewals);
        return isAllowed;
    }

    private long above() {
        var stamp = stale == null ? null : stale.stamp();
        return stamp == null ? 0 : stamp.number();
    }

    private Login logIn(@Nullable Login renewed, Deadline deadline) throws LoginRefused {
        ended = renewed;
        return attempt.logIn(renewed, deadline);
    }

    /** Another holder since the record, or a renewal that has failed, may have used what the login is renewed with. */
    private Renewed ended(Known known, long number) {
        var record = known.record();
        var kept = record == null ? null : record.login().orElse(null);
        var stamp = stale == null ? null : stale.stamp();
        if (record == null
                || kept == null
                || record.failure().isPresent()
                || number != known.stored().number() + 1) {
            return endedUnknown();
        }
        return stamp != null && stamp.id() == kept.id() ? new Renewed(takenForRenewal()) : new Renewed(kept.login());
    }

    /** Without a record, the login at hand is renewed only if no other replica can have it. */
    private Renewed endedUnknown() {
        var stamp = stale == null ? null : stale.stamp();
        return new Renewed(stamp == null || !stamp.mayBeKnown() ? takenForRenewal() : null);
    }

    private @Nullable Login takenForRenewal() {
        return stale != null && stale.takeForRenewal() ? stale.login() : null;
    }

    /** It hangs, or nobody waits for it: others need not wait for it either. */
    void abandon() {
        if (all != null) {
            all.schedule().execute(this::close);
        }
    }

    /** Writes the failure, if there is one, or gives the lease back, if nothing was written under it. */
    @Override
    public void close() {
        var held = lease;
        if (all == null || held == null) {
            return;
        }
        if (isAlone) {
            all.schedule().execute(held::close); // No second command in vain on this thread.
            return;
        }
        var failure = noted;
        // The end of the backend interrupts its logins, which says nothing to others.
        if (failure != null && held.isHeld() && !all.isClosed()) {
            publish(all, failure, held);
        }
        held.close();
    }

    private void publish(SharedLogins shared, LoginFailure failure, HeldLease held) {
        var key = Objects.requireNonNull(session.key());
        try {
            if (shared.write(key, held.number(), change(), record(failure), session) != Written.UNFIT) {
                held.end();
            }
        } catch (StoreAway ignored) {
            // The lease ends by itself.
        }
    }

    /** The changes of a login are counted on. */
    private long change() {
        var stamp = stale == null ? null : stale.stamp();
        return stamp == null ? 0 : stamp.change();
    }

    /** A login that is still good stays in the record. */
    private LoginRecord record(LoginFailure failure) {
        var stamp = stale == null ? null : stale.stamp();
        return stale == null || stamp == null || !stale.state().isGood()
                ? LoginRecord.of(failure)
                : LoginRecord.of(stale.kept(stamp.id())).with(failure);
    }

    /** The login to be renewed; null if there is none. */
    private record Renewed(@Nullable Login login) {}

    /**
     * A login that has come. Immutable.
     *
     * @param stamp null if nothing is shared
     * @param isSpent whether it may have been passed to {@link Authenticator#renew} before
     */
    record Found(Login login, @Nullable Stamp stamp, long sinceNanos, boolean isSpent, boolean isAdopted) {
        /** Returns one that nobody else has, or gets. Its life begins when it is used first. */
        static Found local(Login login) {
            return new Found(login, null, 0, false, false);
        }

        static Found adopted(KeptLogin kept, Stamp stamp, boolean isSpent) {
            return new Found(kept.login(), stamp, kept.sinceNanos(), isSpent, true);
        }

        /** Returns the moment at which its life began. */
        long sinceNanos(Timing timing) {
            return stamp == null ? timing.nanoTime() : sinceNanos;
        }

        /** Returns whether another replica may have it as well. */
        boolean mayBeKnown() {
            return stamp != null && stamp.mayBeKnown();
        }
    }

    /** What a run has brought: a login, a failure that another replica has met, or neither. */
    record Result(@Nullable Found login, @Nullable LoginFailure failure, Outcome outcome, boolean isUnreadable) {
        /** There is nothing new, or no time for it: who waits looks again. */
        static final Result NOTHING = new Result(null, null, Outcome.LEFT, false);

        /** The backend is closed: nobody who waits looks again. */
        private static final Result CLOSED = new Result(null, null, Outcome.failed(LoginFailure.notStarted()), false);

        private static final Result CAPPED = new Result(null, null, Outcome.CAPPED, false);

        /** The store has something that this replica cannot read. */
        private static final Result UNREADABLE = new Result(null, null, Outcome.LEFT, true);

        static Result of(Found login) {
            return new Result(login, null, Outcome.LEFT, false);
        }

        static Result failed(LoginFailure failure) {
            return new Result(null, failure, Outcome.LEFT, false);
        }

        /** A login of another replica shows as much about the credentials as an own one, and so does its refusal. */
        void decide(PasswordGuess guess) {
            if (login != null && !login.login().isFixed()) {
                guess.accepted();
            } else if (failure != null && failure.refused()) {
                guess.refused();
            }
        }
    }
}
