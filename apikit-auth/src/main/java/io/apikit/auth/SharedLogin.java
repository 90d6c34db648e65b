package io.apikit.auth;

import io.apikit.auth.LoginRecord.Known;
import io.apikit.auth.LoginRecord.Stamp;
import io.apikit.auth.LoginRun.Found;
import io.apikit.auth.LoginRun.Result;
import io.apikit.auth.SharedLogins.Written;
import io.apikit.auth.internal.logins.PasswordGuess;
import io.apikit.auth.internal.sharing.CoalescedTask;
import io.apikit.auth.internal.sharing.HeldLease;
import io.apikit.auth.internal.sharing.StoreBreaker.StoreAway;
import io.apikit.http.Deadline;
import io.apikit.internal.limits.TokenBucket;
import io.apikit.internal.util.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One session as other replicas see it: the keys under which the store has its record, and what it takes from there and
 * writes. Thread-safe; no lock is held during a command or a login.
 *
 * <p>Why every interleaving with other replicas is safe:
 *
 * <ul>
 *   <li>A login is made by the holder of the key's lease alone. Who takes it reads the record once more: the holder before
 *       may have written between the read and the lease.
 *   <li>A holder that is late, since it was stopped or cut off, is followed by another one with a greater number. Its write
 *       is refused, and it takes the login of the other one.
 *   <li>A login is passed to {@link Authenticator#renew} by one replica at most: by the holder of the number after that of
 *       its record. Another number in between belongs to a replica that may have done so.
 *   <li>Which of two logins is the later one is decided by the numbers of the store, not by a clock. The number of one that
 *       was made while the store was away says nothing. It is chosen when the login is first compared with a record, by the
 *       times since both began.
 *   <li>A write that failed may have been carried out. The record then has the login's own id, and is no news.
 *   <li>Two sessions of one key in one process, since the pool has forgotten one, share by the store as well.
 *   <li>Of two changes of one login at the same time, the first that is written stays. Both are cookies of one session.
 * </ul>
 */
final class SharedLogin {
    /** The longest time after which a session that waits for another replica looks at the store again. */
    private static final Duration POLL = Duration.ofMillis(500);

    /** How soon a command that has failed is sent again in the background. */
    private static final Duration AGAIN = Duration.ofSeconds(2);

    /** How often a session writes cookies that change with each response. */
    private static final Duration PUSHED_EVERY = Duration.ofMillis(500);

    private final @Nullable SharedLogins all;
    private final Account account;
    private final LoginAttempt attempt;
    private final SessionPool.Entry entry;
    private final AtomicBoolean isNewsExpected = new AtomicBoolean();
    /** Whether the login at hand is written with the next look at the store, where that has an older one. */
    private final AtomicBoolean isToBeWritten = new AtomicBoolean();

    private final @Nullable CoalescedTask push;
    /** Whether the logins cannot be renewed, so that there are none to be shared: their first use is. */
    private volatile boolean hasFixedLogins;
    /** Under each secret of the store, that of the first one first; null before the first login. */
    private volatile @Nullable List<String> keys;

    private volatile @Nullable CurrentLogin login;

    /** @param all null if nothing is shared */
    SharedLogin(@Nullable SharedLogins all, Account account, LoginAttempt attempt, SessionPool.Entry entry) {
        this.all = all;
        this.account = account;
        this.attempt = attempt;
        this.entry = entry;
        this.push = all == null ? null : new CoalescedTask(all.schedule(), PUSHED_EVERY, this::pushLatest);
    }

    LoginAttempt attempt() {
        return attempt;
    }

    SessionPool.Entry entry() {
        return entry;
    }

    /** Returns what all sessions of the backend share; null if nothing is shared. */
    @Nullable
    SharedLogins all() {
        return all;
    }

    boolean isShared() {
        return all != null;
    }

    /** Returns whether the mode has made a login that cannot be renewed, for this session. */
    boolean hasFixedLogins() {
        return hasFixedLogins;
    }

    void noteFixedLogins() {
        hasFixedLogins = true;
    }

    /** A login of another replica has taken the place of one of this session. */
    void countAdopted() {
        if (all != null) {
            all.metrics().adopted().increment();
        }
    }

    /** Gives the session its login, once. */
    void serve(CurrentLogin own) {
        login = own;
    }

    /**
     * Returns a run that brings a login, on the thread that asks for its result.
     *
     * @param guess the try of the credentials that has begun
     * @param renewals is asked before a login in place of another one: not before one that is adopted
     */
    LoginRun newRun(@Nullable LoginGeneration stale, PasswordGuess guess, TokenBucket renewals) {
        return new LoginRun(this, stale, guess, renewals);
    }

    /** Another replica may have written something. It is read in the background, after the run under way. */
    void expectNews() {
        isNewsExpected.set(true);
        readExpected();
    }

    /** A run has ended: what has been expected since its last read is read now. */
    void readExpected() {
        if (all != null && isNewsExpected.get()) {
            all.news().add(this);
        }
    }

    /** Takes what is newer in the store, and writes the login of this session if it is the newer one. Logs nobody in. */
    void reconcile() {
        if (all != null) {
            isToBeWritten.set(true);
            isNewsExpected.set(true);
            lookAround();
        }
    }

    /** The login at hand could not be written. */
    void reconcileSoon() {
        if (all != null) {
            all.schedule().after(AGAIN, this::reconcile);
        }
    }

    /** Does what is expected. What another run keeps it from, or a command that fails, stays expected. */
    void lookAround() {
        var known = login;
        if (known != null && isNewsExpected.get()) {
            known.lookAround(this::seen);
            if (isNewsExpected.get() && known.latest().isPresent()) {
                lookAgain();
            }
        }
    }

    /** While the store is away, nothing is sent: its return reconciles all sessions. */
    private void lookAgain() {
        var shared = Objects.requireNonNull(all);
        if (shared.isReachable() && !shared.isClosed()) {
            shared.schedule().after(AGAIN, this::readExpected);
        }
    }

    /** Returns what the store has for a session that needs no login. */
    private Result seen(LoginGeneration own) {
        var keysNow = keys;
        // Before the read, as news is: what is asked for during it is not done by it.
        var isWritten = isToBeWritten.getAndSet(false);
        if (keysNow == null || own.stamp() == null) {
            isNewsExpected.set(false);
            return Result.NOTHING;
        }
        try {
            var known = read(keysNow);
            var news = known.flatMap(record -> found(record, own));
            if (isWritten) {
                if (news.isEmpty()) {
                    putIfLater(keysNow, known, own);
                }
                Objects.requireNonNull(all).metrics().reconciled().increment();
            }
            return news.filter(result -> result.login() != null).orElse(Result.NOTHING);
        } catch (StoreAway ignored) {
            isToBeWritten.compareAndSet(false, isWritten);
            isNewsExpected.set(true);
            return Result.NOTHING;
        }
    }

    private void putIfLater(List<String> keysNow, Optional<Known> known, LoginGeneration own) {
        var stamp = own.stamp();
        if (stamp != null && own.state().isGood() && known.stream().allMatch(record -> record.isBefore(stamp))) {
            put(keysNow, own, stamp);
        }
    }

    /** Writes the login at hand. Where only a lease that brought nothing is later, it is written under the next one. */
    private void put(List<String> keysNow, LoginGeneration own, Stamp stamp) {
        var shared = Objects.requireNonNull(all);
        var key = keysNow.get(0);
        if (write(key, own, stamp) != Written.REFUSED) {
            return;
        }
        if (read(keysNow).stream().anyMatch(record -> !record.isBefore(stamp))) {
            expectNews();
            return;
        }
        var lease = shared.lease(key, stamp.number());
        if (!lease.isTaken()) {
            reconcileSoon(); // Its holder brings a newer one, or none.
            return;
        }
        try (var held = shared.hold(key, lease)) {
            if (write(key, own, new Stamp(lease.number(), stamp.change(), stamp.id(), true)) == Written.DONE) {
                held.end();
            }
        }
    }

    private Written write(String key, LoginGeneration own, Stamp stamp) {
        var before = own.stamp();
        if (before != null) {
            own.stamp(before.known()); // Also if the command fails: it may be carried out.
        }
        var kept = LoginRecord.of(own.kept(stamp.id()));
        var record =
                own.isSpent() ? kept.with(LoginFailure.past(attempt.timing().nanoTime())) : kept;
        var written = Objects.requireNonNull(all).write(key, stamp.number(), stamp.change(), record, this);
        if (written == Written.DONE) {
            own.stamp(stamp.known());
        }
        return written;
    }

    /** A response has changed how the login signs. Others get the latest change, in the background: many in a row as one. */
    void push() {
        if (push != null
                && keys != null
                && latest().filter(LoginGeneration::isNews).isPresent()) {
            push.demand();
        }
    }

    private Optional<LoginGeneration> latest() {
        var known = login;
        return known == null ? Optional.empty() : known.latest();
    }

    private void pushLatest() {
        var keysNow = keys;
        var latest = latest().orElse(null);
        var stamp = latest == null ? null : latest.stamp();
        if (latest == null || stamp == null || keysNow == null || latest.isOver()) {
            return;
        }
        if (!stamp.mayBeKnown()) {
            reconcileSoon(); // Its number is not decided yet.
            return;
        }
        try {
            put(keysNow, latest, stamp.changed());
        } catch (StoreAway ignored) {
            reconcileSoon();
        }
    }

    private Optional<Known> read(List<String> keysNow) {
        // Before the read: a change that comes during it may not be in the result.
        isNewsExpected.set(false);
        return Objects.requireNonNull(all).read(keysNow);
    }

    /** Returns what a record has for a session with this login; empty if it has no news. */
    Optional<Result> found(Known known, @Nullable LoginGeneration own) {
        var record = known.record();
        if (record == null) {
            return Optional.empty();
        }
        var now = attempt.timing().nanoTime();
        var stamp = own == null ? null : known.decided(own, now);
        if (own != null && stamp != null && record.isSpent(stamp.id())) {
            own.spend();
        }
        var kept = record.login().filter(other -> other.isLive(now)).orElse(null);
        if (kept != null) {
            var its = known.stamp(kept.id());
            if (own == null || stamp == null || stamp.isBefore(its) || kept.isInPlaceOf(own, stamp)) {
                return Optional.of(
                        Result.of(Found.adopted(kept, its, record.failure().isPresent())));
            }
        }
        return known.isFailedSince(own) ? failed(record, now) : Optional.empty();
    }

    /** Returns whether the next login still has to wait for the failure in a record. */
    boolean failed(LoginRecord record) {
        return failed(record, attempt.timing().nanoTime()).isPresent();
    }

    private Optional<Result> failed(LoginRecord record, long now) {
        var failure = record.failure().orElse(null);
        if (failure != null && failure.isFresh(now)) {
            return Optional.of(Result.failed(failure));
        }
        if (failure != null && failure.refused()) {
            entry.refuse(failure, false); // So that the next refusal lasts twice as long.
        }
        return Optional.empty();
    }

    /** Returns the key under which the session writes; null before its first login. */
    @Nullable
    String key() {
        var known = keys;
        return known == null ? null : known.get(0);
    }

    /** Returns the keys of the session; none if the password cannot be hashed before the deadline. */
    Optional<List<String>> keys(Deadline deadline) {
        var known = keys;
        if (known != null) {
            return Optional.of(known);
        }
        var shared = Objects.requireNonNull(all);
        return account.storeKeys(shared.keys(), shared.name(), deadline).map(made -> {
            keys = made;
            shared.know(made, this);
            return made;
        });
    }

    /**
     * Waits for its turn among the replicas: until a look at the record says what to do, or the lease is taken.
     *
     * @param look is asked with each record that is read; empty as long as it says nothing
     * @param above what the number of the lease must exceed
     * @throws StoreAway if a command fails
     */
    <T> Turn<T> turn(List<String> keysNow, long above, Deadline deadline, Function<Optional<Known>, Optional<T>> look)
            throws InterruptedException {
        var shared = Objects.requireNonNull(all);
        var key = keysNow.get(0);
        while (!deadline.isExpired() && !shared.isClosed()) {
            var signal = shared.signals().of(key);
            try {
                var known = read(keysNow);
                var decided = look.apply(known);
                if (decided.isPresent()) {
                    return new Turn<>(decided, null, Optional.empty());
                }
                // The record may be one under the other secret, which the store does not compare.
                var latest = known.map(record -> record.stored().number()).orElse(0L);
                var asked = shared.lease(key, Math.max(above, latest));
                if (asked.isTaken()) {
                    return leading(keysNow, shared.hold(key, asked), look);
                }
                shared.schedule()
                        .await(signal, Durations.shorter(asked.left(), Durations.shorter(POLL, deadline.left())));
            } finally {
                shared.signals().forget(key, signal);
            }
        }
        return new Turn<>(Optional.empty(), null, Optional.empty());
    }

    private <T> Turn<T> leading(List<String> keysNow, HeldLease held, Function<Optional<Known>, Optional<T>> look) {
        try {
            var known = read(keysNow);
            var decided = look.apply(known);
            if (decided.isPresent()) {
                held.close();
            }
            return new Turn<>(decided, decided.isPresent() ? null : held, known);
        } catch (StoreAway e) {
            Objects.requireNonNull(all).schedule().execute(held::close);
            throw e;
        }
    }
    /**
     * What a session does next: what the look has said; or it leads, with the lease and the record that it found under it; or
     * nothing, if the deadline is over or the backend closed.
     */
    record Turn<T>(Optional<T> decided, @Nullable HeldLease lease, Optional<Known> known) {}
}
