package io.apikit.auth;

import io.apikit.auth.CurrentLogin.Outcome;
import io.apikit.auth.LoginGeneration.Stamp;
import io.apikit.auth.LoginRecord.KeptLogin;
import io.apikit.auth.SharedLogins.Known;
import io.apikit.auth.SharedLogins.Written;
import io.apikit.auth.internal.sharing.HeldLease;
import io.apikit.auth.internal.sharing.SlowPasswordHash;
import io.apikit.auth.internal.sharing.StoreBreaker.StoreAway;
import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The logins of one session as those of other replicas see them: where a login comes from, and what becomes of it.
 * Thread-safe; no lock is held during a command or a login.
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
 *   <li>A login is told from an older one by the numbers of the store, not by a clock. Two of the same number were made
 *       while the store was away. The one that is written first stays.
 *   <li>A write that failed may have been carried out. The record then has the login's own id, and is no news.
 *   <li>Two sessions of one key in one process, since the pool has forgotten one, share by the store as well.
 * </ul>
 */
final class SharedLogin {
    /** The longest time after which a session that waits for another replica looks at the store again. */
    private static final Duration POLL = Duration.ofMillis(500);

    /** How soon a login that could not be written is written. */
    private static final Duration WRITTEN_AGAIN = Duration.ofSeconds(2);

    private final @Nullable SharedLogins all;
    private final Account account;
    private final LoginAttempt attempt;
    private final SessionPool.Entry entry;
    private final AtomicBoolean isNewsExpected = new AtomicBoolean();
    private final AtomicInteger pushes = new AtomicInteger();
    /** Under each secret of the store, that of the first one first; null before the first login. */
    private volatile @Nullable List<String> keys;

    private volatile @Nullable CurrentLogin login;

    /** @param all null if nothing is shared */
    SharedLogin(@Nullable SharedLogins all, Account account, LoginAttempt attempt, SessionPool.Entry entry) {
        this.all = all;
        this.account = account;
        this.attempt = attempt;
        this.entry = entry;
    }

    LoginAttempt attempt() {
        return attempt;
    }

    SessionPool.Entry entry() {
        return entry;
    }

    boolean isShared() {
        return all != null;
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
     * @param mayRenew is asked before a login in place of another one, once at most: not before one that is adopted
     */
    LoginRun newRun(@Nullable LoginGeneration stale, BooleanSupplier mayRenew) {
        return new LoginRun(stale, mayRenew);
    }

    /** Another replica may have written something. It is read in the background, after the run under way. */
    void expectNews() {
        isNewsExpected.set(true);
        readExpected();
    }

    /** A run has ended: what has been expected since its last read is read now. */
    void readExpected() {
        if (all != null && isNewsExpected.get()) {
            all.schedule().execute(() -> {
                if (isNewsExpected.get()) {
                    lookAround(false);
                }
            });
        }
    }

    /** Takes what is newer in the store, and writes the login of this session if it is the newer one. Logs nobody in. */
    void reconcile() {
        if (all != null) {
            all.metrics().reconciled().increment();
            lookAround(true);
        }
    }

    private void lookAround(boolean isWritten) {
        var known = login;
        if (known != null) {
            known.lookAround(stale -> seen(stale, isWritten));
        }
    }

    /** Returns what the store has for a session that needs no login. */
    private Result seen(LoginGeneration own, boolean isWritten) {
        var keysNow = keys;
        if (all == null || keysNow == null) {
            return Result.NOTHING;
        }
        try {
            var known = read(keysNow);
            var news = known.flatMap(record -> found(record, own));
            var stamp = own.stamp();
            if (news.isPresent() || stamp == null) {
                return news.filter(result -> result.login != null).orElse(Result.NOTHING);
            }
            var isNewer = known.isEmpty() || (!known.get().isForeign() && isOlder(known.get(), stamp));
            if (isWritten && isNewer && own.state().isGood()) {
                write(keysNow.get(0), own, stamp);
            }
        } catch (StoreAway ignored) {
            // Its return is reported.
        }
        return Result.NOTHING;
    }

    private static boolean isOlder(Known known, Stamp stamp) {
        return known.stored().number() < stamp.number()
                || (known.stored().number() == stamp.number() && known.stored().change() < stamp.change());
    }

    private boolean write(String key, LoginGeneration own, Stamp stamp) {
        var record = LoginRecord.of(own.kept(stamp.id()));
        own.stamp(new Stamp(stamp.number(), stamp.change(), stamp.id(), true));
        return Objects.requireNonNull(all).write(key, stamp.number(), stamp.change(), record, this) != Written.REFUSED;
    }

    /** A response has changed how the login signs. Others get the latest change, in the background: many in a row as one. */
    void push() {
        if (all != null && keys != null && pushes.getAndIncrement() == 0) {
            all.schedule().execute(() -> {
                var pushed = 1;
                while (pushed != 0) {
                    pushLatest();
                    pushed = pushes.addAndGet(-pushed);
                }
            });
        }
    }

    private void pushLatest() {
        var known = login;
        var latest = known == null ? null : known.latest().orElse(null);
        var stamp = latest == null ? null : latest.stamp();
        if (latest == null || stamp == null || latest.isOver()) {
            return;
        }
        try {
            var next = stamp.changed();
            if (write(Objects.requireNonNull(keys).get(0), latest, next)) {
                latest.stamp(next);
            } else {
                expectNews();
            }
        } catch (StoreAway ignored) {
            // Its return is reported, and the login is written then.
        }
    }

    private Optional<Known> read(List<String> keysNow) {
        // Before the read: a change that comes during it may not be in the result.
        isNewsExpected.set(false);
        return Objects.requireNonNull(all).read(keysNow);
    }

    /** Returns what a record has for a session with this login; empty if it has no news. */
    private Optional<Result> found(Known known, @Nullable LoginGeneration own) {
        var record = known.record();
        if (record == null) {
            return Optional.empty();
        }
        var stamp = own == null ? null : own.stamp();
        var now = attempt.timing().nanoTime();
        var kept = record.login().filter(other -> isLive(other, now)).orElse(null);
        if (kept != null) {
            var its = new Stamp(known.stored().number(), known.stored().change(), kept.id(), true);
            if (stamp == null || stamp.isBefore(its)) {
                return Optional.of(
                        Result.of(Found.adopted(kept, its, record.failure().isPresent())));
            }
        }
        var failure = record.failure().orElse(null);
        if (failure == null || (stamp != null && known.stored().number() <= stamp.number())) {
            return Optional.empty();
        }
        if (failure.isFresh(now)) {
            return Optional.of(Result.failed(failure));
        }
        if (failure.refused()) {
            entry.refuse(failure, false); // So that the next refusal lasts twice as long.
        }
        return Optional.empty();
    }

    private static boolean isLive(KeptLogin kept, long now) {
        return kept.login().life().isEmpty()
                || now - kept.sinceNanos() < kept.login().life().get().toNanos();
    }

    /** Returns the keys of the session; none if the password cannot be hashed before the deadline. */
    private Optional<List<String>> keys(SharedLogins shared, Deadline deadline) {
        var known = keys;
        if (known != null) {
            return Optional.of(known);
        }
        return second(shared, deadline).map(second -> {
            var made = shared.keys().session(shared.name(), account.owner(), account.kind(), account.first(), second);
            keys = made;
            shared.know(made, this);
            return made;
        });
    }

    /** Who has the store and its secret could try passwords, so theirs takes long. Tokens cannot be guessed. */
    private Optional<byte[]> second(SharedLogins shared, Deadline deadline) {
        if (!(account.credentials() instanceof Credentials.Password)
                || shared.keys().isOfProcess()) {
            return Optional.of(account.second().getBytes(StandardCharsets.UTF_8));
        }
        var salt = shared.name().length() + ":" + shared.name() + account.owner() + account.kind() + account.first();
        return SlowPasswordHash.hash(account.second(), salt, deadline);
    }

    private static long newId() {
        return ThreadLocalRandom.current().nextLong();
    }

    /** A login that has come. Immutable. */
    record Found(Login login, @Nullable Stamp stamp, long sinceNanos, boolean isSpent, boolean isAdopted) {
        /** Returns one that nobody else has, or gets. Its life begins when it is used first. */
        static Found local(Login login) {
            return new Found(login, null, 0, false, false);
        }

        /** Returns the moment at which its life began. */
        long sinceNanos(Timing timing) {
            return stamp == null ? timing.nanoTime() : sinceNanos;
        }

        /** @param isSpent whether it may have been passed to {@link Authenticator#renew} before */
        static Found adopted(KeptLogin kept, Stamp stamp, boolean isSpent) {
            return new Found(kept.login(), stamp, kept.sinceNanos(), isSpent, true);
        }
    }

    /** What a run has brought: a login, a failure that another replica has met, or neither. */
    record Result(@Nullable Found login, @Nullable LoginFailure failure, Outcome outcome) {
        /** There is nothing new, or no time for it: who waits looks again. */
        static final Result NOTHING = new Result(null, null, Outcome.LEFT);

        private static final Result CAPPED = new Result(null, null, Outcome.CAPPED);

        private static Result of(Found login) {
            return new Result(login, null, Outcome.LEFT);
        }

        private static Result failed(LoginFailure failure) {
            return new Result(null, failure, Outcome.LEFT);
        }
    }

    /**
     * One run that brings a login: of another replica, or of its own. Its result belongs to one thread. Others may ask
     * whether it waits, and end it.
     */
    final class LoginRun implements AutoCloseable {
        private final @Nullable LoginGeneration stale;
        private final BooleanSupplier mayRenew;
        private final List<Login> dropped = new ArrayList<>();
        private boolean isAllowed;
        private volatile boolean isAlone;
        private volatile boolean isLoggingIn = all == null;
        private volatile @Nullable HeldLease lease;
        private volatile @Nullable Login ended;
        private volatile @Nullable LoginFailure noted;

        private LoginRun(@Nullable LoginGeneration stale, BooleanSupplier mayRenew) {
            this.stale = stale;
            this.mayRenew = mayRenew;
        }

        /** Returns whether its own login has begun: its end, in time or not, is that of the login. */
        boolean isLoggingIn() {
            return isLoggingIn;
        }

        /** Returns the login that was passed to the mode; null if none was. */
        @Nullable
        Login ended() {
            return ended;
        }

        /** Returns the logins that nobody uses: the run is over, or others have replaced them. One that is published is used. */
        List<Login> late(Result result) {
            var found = result.login;
            if (found != null
                    && !found.isAdopted()
                    && (found.stamp() == null || !found.stamp().mayBeKnown())) {
                dropped.add(found.login());
            }
            return dropped;
        }

        Result result() throws LoginRefused {
            var deadline = attempt.newDeadline();
            if (all == null) {
                return Result.of(Found.local(logIn(takenForRenewal(), deadline)));
            }
            try {
                all.awaitStart(deadline);
                var keysNow = keys(all, deadline);
                return keysNow.isEmpty() ? Result.NOTHING : together(all, keysNow.get(), deadline);
            } catch (StoreAway ignored) {
                return alone(deadline);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Result.NOTHING;
            }
        }

        private Result together(SharedLogins shared, List<String> keysNow, Deadline deadline)
                throws LoginRefused, InterruptedException {
            var key = keysNow.get(0);
            while (!deadline.isExpired() && !shared.isClosed()) {
                var signal = shared.signal(key);
                try {
                    var known = read(keysNow);
                    var news = known.flatMap(record -> found(record, stale));
                    if (news.isPresent()) {
                        return news.get();
                    }
                    if (known.filter(Known::isForeign).isPresent()) {
                        return alone(deadline);
                    }
                    if (!isAllowed()) {
                        return Result.CAPPED;
                    }
                    var asked = shared.lease(key, above());
                    if (asked.isTaken()) {
                        var held = shared.hold(key, asked);
                        lease = held;
                        var result = lead(shared, keysNow, held, deadline);
                        if (result.isPresent()) {
                            return result.get();
                        }
                    } else {
                        shared.schedule().await(signal, shorter(asked.left(), shorter(POLL, deadline.left())));
                    }
                } finally {
                    shared.forget(key, signal);
                }
            }
            return Result.NOTHING;
        }

        private Optional<Result> lead(SharedLogins shared, List<String> keysNow, HeldLease held, Deadline deadline)
                throws LoginRefused {
            var known = read(keysNow);
            var news = known.flatMap(record -> found(record, stale));
            if (news.isPresent()) {
                return news;
            }
            isLoggingIn = true;
            var made = logIn(known.isEmpty() ? endedUnknown() : ended(known.get(), held.number()), deadline);
            if (made.isFixed()) {
                return Optional.of(Result.of(Found.local(made)));
            }
            var stamp = new Stamp(held.number(), 0, newId(), true);
            var found = new Found(made, stamp, attempt.timing().nanoTime(), false, false);
            return isPublished(shared, keysNow.get(0), found, held) ? Optional.of(Result.of(found)) : Optional.empty();
        }

        /** Returns false if a later holder is there: the login is not used, and the store is read again for that of the other. */
        private boolean isPublished(SharedLogins shared, String key, Found found, HeldLease held) {
            var stamp = Objects.requireNonNull(found.stamp());
            var record = LoginRecord.of(new KeptLogin(found.login(), stamp.id(), found.sinceNanos()));
            try {
                var written = shared.write(key, stamp.number(), stamp.change(), record, SharedLogin.this);
                if (written == Written.REFUSED) {
                    dropped.add(found.login());
                    isLoggingIn = false;
                }
                if (written != Written.UNFIT) {
                    held.end();
                }
                return written != Written.REFUSED;
            } catch (StoreAway ignored) {
                shared.schedule().after(WRITTEN_AGAIN, SharedLogin.this::reconcile);
                return true;
            }
        }

        /** Without the store: it is away, or has a record that this replica cannot read. */
        private Result alone(Deadline deadline) throws LoginRefused {
            if (!isAllowed()) {
                return Result.CAPPED;
            }
            isAlone = true;
            isLoggingIn = true;
            var made = logIn(endedUnknown(), deadline);
            var held = lease;
            var number = held == null ? above() + 1 : held.number();
            var stamp = made.isFixed() ? null : new Stamp(number, 0, newId(), false);
            return Result.of(new Found(made, stamp, attempt.timing().nanoTime(), false, false));
        }

        private boolean isAllowed() {
            isAllowed = isAllowed || stale == null || mayRenew.getAsBoolean();
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
        private @Nullable Login ended(Known known, long number) {
            var record = Objects.requireNonNull(known.record());
            var kept = record.login().orElse(null);
            var stamp = stale == null ? null : stale.stamp();
            if (kept == null
                    || record.failure().isPresent()
                    || number != known.stored().number() + 1) {
                return endedUnknown();
            }
            return stamp != null && stamp.id() == kept.id() ? takenForRenewal() : kept.login();
        }

        /** Without a record, the login at hand is renewed only if no other replica can have it. */
        private @Nullable Login endedUnknown() {
            var stamp = stale == null ? null : stale.stamp();
            return stamp == null || !stamp.mayBeKnown() ? takenForRenewal() : null;
        }

        private @Nullable Login takenForRenewal() {
            return stale != null && stale.takeForRenewal() ? stale.login() : null;
        }

        /** Its own login has failed. Others get to know it at the end of the run. */
        LoginFailure noted(LoginFailure failure) {
            noted = failure;
            return failure;
        }

        private void publish(LoginFailure failure) {
            var held = lease;
            var keysNow = keys;
            if (all == null || held == null || keysNow == null || isAlone) {
                return;
            }
            try {
                if (all.write(keysNow.get(0), held.number(), 0, record(failure), SharedLogin.this) != Written.UNFIT) {
                    held.end();
                }
            } catch (StoreAway ignored) {
                // The lease ends by itself.
            }
        }

        /** A login that is still good stays in the record. */
        private LoginRecord record(LoginFailure failure) {
            var stamp = stale == null ? null : stale.stamp();
            return stale == null || stamp == null || !stale.state().isGood()
                    ? LoginRecord.of(failure)
                    : LoginRecord.of(stale.kept(stamp.id())).with(failure);
        }

        /** It hangs: others need not wait for it any more. */
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
            if (failure != null) {
                publish(failure);
            }
            held.close();
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
