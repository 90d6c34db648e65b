package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.LoginRecord.Stamp;
import io.apikit.auth.internal.logins.UseCount;
import io.apikit.http.BackendRequest;
import io.apikit.http.RetryAfter;
import io.apikit.http.Timing;
import io.apikit.internal.util.Durations;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One login of a session, from its success to its replacement. Rolling cookies change how it signs, never which
 * generation it is: a rejection can always be matched with the login it is about. Threadsafe.
 *
 * <p>Its time is counted in rounds, so that a rejection can be compared with acceptances. A round ends with the first
 * acceptance of a request that was signed in it. So a request whose round has ended was signed before an acceptance that
 * came later, of a request that was signed in the same round or after it. Requests signed in one round are as good as
 * simultaneous: which of them the backend judged first is unknown. An acceptance of a request from an earlier round ends
 * nothing, since the backend may have judged that one before this login ended. A round lasts about one round trip, and
 * costs one write, however many requests are accepted in it.
 */
final class LoginGeneration {
    /**
     * What a login is good for. Who makes the transitions:
     *
     * <ul>
     *   <li>{@link #FRESH} to {@link #STALE} to {@link #EXPIRED}: the clock. A rolling cookie that comes with a new life
     *       ({@link LoginGeneration#refresh}) makes it fresh again.
     *   <li>Each of these to {@link #REJECTED}: the request that was signed with it and met the rejection
     *       ({@link LoginGeneration#reject}).
     *   <li>Each of these to {@link #ENDED}: the request that was signed with it and was carried out although it is over
     *       ({@link LoginGeneration#end}).
     *   <li>Each of these to {@link #DEAD}: the login that was to replace it and was refused
     *       ({@link LoginGeneration#kill}).
     * </ul>
     *
     * <p>Nothing leads back from {@code REJECTED}, {@code ENDED} or {@code DEAD}: the next login is the next generation.
     */
    enum State {
        /** It is used. */
        FRESH,
        /** It is used, and renewed ahead of its end. */
        STALE,
        /** It is past its end: the next request renews it first. */
        EXPIRED,
        /** A response has said that the backend no longer takes it: the request that met that renews it. */
        REJECTED,
        /** A response that no other request can replace has said that it is over: the next request renews it first. */
        ENDED,
        /** Its credentials are refused as well: it is never sent again. */
        DEAD;

        /** Nothing is known against it. */
        boolean isGood() {
            return this == FRESH || this == STALE;
        }
    }

    private static final Duration LEAST_LIFE = Duration.ofSeconds(1);
    private static final Duration MOST_MARGIN = Duration.ofSeconds(30);

    /** The most that the moment of renewal is moved ahead of the margin, as a part of the margin. */
    private static final double JITTER = 0.1;

    private final long number;
    private final Timing timing;
    private final DoubleSupplier random;
    private final long bornNanos;
    private final AtomicReference<Dated> dated;
    private final AtomicLong round = new AtomicLong();
    /** {@code REJECTED}, {@code ENDED} or {@code DEAD}; null as long as the clock alone decides. */
    private final AtomicReference<@Nullable State> verdict = new AtomicReference<>();

    private final AtomicBoolean isTakenForRenewal;
    private final boolean isAdopted;
    private final UseCount uses;
    private final Runnable changed;
    /** Where the login is among those of all replicas; null if nothing is shared. */
    private volatile @Nullable Stamp stamp;
    /** As others have it. */
    private volatile Dated known;

    /** @param random a number from 0 to 1, each time another one: what decides on the jitter of the renewal */
    LoginGeneration(long number, Login login, Timing timing, DoubleSupplier random) {
        this(number, LoginRun.Found.local(login), timing, random, UseCount.NONE, () -> {});
    }

    /**
     * @param found the login, of this replica or of another one
     * @param uses counts the requests in flight under it
     * @param changed is called when a response has changed how it signs. It must not block
     */
    LoginGeneration(
            long number, LoginRun.Found found, Timing timing, DoubleSupplier random, UseCount uses, Runnable changed) {
        this.uses = uses;
        this.changed = changed;
        this.number = number;
        this.timing = timing;
        this.random = random;
        this.bornNanos = found.sinceNanos(timing);
        this.stamp = found.stamp();
        this.isTakenForRenewal = new AtomicBoolean(found.isSpent());
        this.isAdopted = found.isAdopted();
        this.known = Dated.from(found.login(), () -> found.sinceNanos(timing), random);
        this.dated = new AtomicReference<>(known);
    }

    long number() {
        return number;
    }

    Login login() {
        return dated.get().login;
    }

    /** Returns where the login is among those of all replicas; null if nothing is shared. */
    @Nullable
    Stamp stamp() {
        return stamp;
    }

    /** Returns whether this session has it from the store: it may have ended before, which nobody here has met. */
    boolean isAdopted() {
        return isAdopted;
    }

    /** Returns whether another replica may have this login too. */
    boolean mayBeKnown() {
        var known = stamp;
        return known != null && known.mayBeKnown();
    }

    /** The store has this login, as it signs now, under this stamp. */
    void stamp(Stamp written) {
        stamp = written;
    }

    /** Returns the login as other replicas get it: with the moment at which its life began. */
    LoginRecord.KeptLogin kept(long id) {
        var now = dated.get();
        known = now;
        var since = now.ends ? now.endNanos - Dated.nanos(now.login.life().orElseThrow()) : bornNanos;
        return new LoginRecord.KeptLogin(now.login, id, since);
    }

    /**
     * Returns whether others need what responses have changed: all but a new end of the same cookies, which a site may set with
     * each response. They ask the store before they renew it, so a tenth of its life need not be known.
     */
    boolean isNews() {
        var now = dated.get();
        var tenth = now.ends ? Dated.nanos(now.login.life().orElseThrow()) / 10 : 0;
        return now.ends != known.ends
                || Math.abs(now.endNanos - known.endNanos) > tenth
                || !now.login.signsLike(known.login);
    }

    /** Returns whether it is this very login, which another replica has changed since. */
    boolean isChangedBy(LoginRun.Found found) {
        var known = stamp;
        return known != null
                && found.stamp() != null
                && known.id() == found.stamp().id();
    }

    /** Another replica has changed how this very login signs. */
    void adopt(LoginRun.Found change) {
        var next = Dated.from(change.login().continuing(login()), () -> change.sinceNanos(timing), random);
        known = next;
        dated.set(next);
        stamp = change.stamp();
    }

    /** Returns the count of the requests in flight under it. */
    UseCount uses() {
        return uses;
    }

    /** Returns whether a response has said that it is over, or its credentials are refused. */
    boolean isOver() {
        return verdict.get() != null;
    }

    State state() {
        var known = verdict.get();
        return known == null ? stateByClock() : known;
    }

    /**
     * The state as it concerns a request that is about to be signed: never {@code REJECTED}. Another request's rejection
     * does not hold this one back, as it may be about that request's target alone. So a rejected login is sent until it
     * is replaced or past its end.
     */
    State stateForSigning() {
        var known = verdict.get();
        return known == State.ENDED || known == State.DEAD ? known : stateByClock();
    }

    /**
     * Returns whether a request waits for a renewal that others do not wait for. A body that cannot be sent again has one
     * chance only. A configured margin says that the backend may reject the login before its end.
     */
    boolean isRenewedBefore(BackendRequest request) {
        if (!request.isReplayable()) {
            return state() != State.FRESH;
        }
        return login().margin().isPresent() && stateForSigning() == State.STALE;
    }

    /**
     * Returns this login, past its own end: it is better than none, and the backend decides.
     *
     * @throws BackendError 503 if it is dead: such a login is never sent again
     */
    LoginGeneration sendable() {
        if (state() == State.DEAD) {
            throw BackendError.of(503, "The login is renewed too often.").withHeader(RetryAfter.HEADER, "5");
        }
        return this;
    }

    /** A response has said that the backend no longer takes it. */
    void reject() {
        // By comparison: a rejection that comes late must not bring a dead login back to life.
        verdict.compareAndSet(null, State.REJECTED);
    }

    /** A request was carried out, and its response says that this login is over. */
    void end() {
        if (!verdict.compareAndSet(null, State.ENDED)) {
            verdict.compareAndSet(State.REJECTED, State.ENDED);
        }
    }

    /** Returns the round in which a request is signed now. */
    long round() {
        return round.get();
    }

    /** The backend has accepted it, for a request that was signed in this round. */
    void accept(long signedIn) {
        // Reads first: most acceptances find their round ended, and write nothing.
        if (round.get() == signedIn) {
            round.compareAndSet(signedIn, signedIn + 1);
        }
    }

    /** Returns whether the backend has accepted it since a request was signed in this round. */
    boolean isAcceptedSince(long signedIn) {
        return round.get() != signedIn;
    }

    /** It is no good and its credentials are refused. */
    void kill() {
        verdict.set(State.DEAD);
    }

    /** Takes rolling cookies over; of two responses at once both are taken. */
    void refresh(UnaryOperator<Login> refreshed) {
        var before = dated.get();
        var login = refreshed.apply(before.login);
        while (login != before.login && !dated.compareAndSet(before, before.with(login, timing, random))) {
            before = dated.get();
            login = refreshed.apply(before.login);
        }
        if (login != before.login) {
            changed.run();
        }
    }

    /**
     * A response has shown that the backend reads the cookies with which this login signed its request. It reads cookies that
     * have come since too, unless they are longer. Requests that overlap may all be signed with older ones.
     */
    void confirm(Login signed) {
        var now = dated.get();
        // Reads alone, as long as no new cookies have come.
        if (now.before.get() != null && (now.login == signed || now.login.isNoLongerThan(signed))) {
            now.before.set(null);
        }
    }

    /**
     * The backend has refused a request for the size of its headers. If new cookies have come since the last one that it
     * read, the cookies before them are put back.
     *
     * @return whether the next request is signed otherwise than that one was
     */
    boolean putBack(Login signed) {
        var now = dated.get();
        var before = now.before.get();
        if (now.login == signed && before != null && dated.compareAndSet(now, before)) {
            changed.run();
        }
        return dated.get().login != signed;
    }

    /**
     * Takes it for the one call of {@link Authenticator#renew} that it may be passed to. A dead one is never taken: nothing
     * of it is sent again.
     *
     * @return false if it was taken before: the next login needs the credentials
     */
    boolean takeForRenewal() {
        return verdict.get() != State.DEAD && isTakenForRenewal.compareAndSet(false, true);
    }

    /** Another replica may have passed it to {@link Authenticator#renew}. */
    void spend() {
        isTakenForRenewal.set(true);
    }

    boolean isSpent() {
        return isTakenForRenewal.get();
    }

    /** Returns whether it may be renewed at its end: one that names an earlier end than this is used past it. */
    boolean isWorthRenewing() {
        return timing.nanoTime() - bornNanos >= LEAST_LIFE.toNanos();
    }

    /** Fresh, stale or expired. */
    private State stateByClock() {
        return dated.get().state(timing.nanoTime());
    }

    /**
     * A login and the monotonic moment its life ends.
     *
     * @param before what it was before the latest cookies came; null once a response to a request with these has come
     */
    private record Dated(
            Login login, boolean ends, long endNanos, long marginNanos, AtomicReference<@Nullable Dated> before) {
        static Dated from(Login login, LongSupplier sinceNanos, DoubleSupplier random) {
            return login.life()
                    .map(life -> new Dated(
                            login,
                            true,
                            sinceNanos.getAsLong() + nanos(life),
                            marginWithJitter(login, life, random),
                            new AtomicReference<>()))
                    .orElseGet(() -> new Dated(login, false, 0, 0, new AtomicReference<>()));
        }

        /** A cookie more does not make a login live longer; a life that is named anew does. */
        Dated with(Login other, Timing timing, DoubleSupplier random) {
            var next = other.hasTheLifeOf(login)
                    ? new Dated(other, ends, endNanos, marginNanos, new AtomicReference<>())
                    : from(other, timing::nanoTime, random);
            var unconfirmedSince = before.get();
            next.before.set(unconfirmedSince == null ? this : unconfirmedSince);
            return next;
        }

        State state(long nanoTime) {
            if (!ends || nanoTime - (endNanos - marginNanos) < 0) {
                return State.FRESH;
            }
            return nanoTime - endNanos < 0 ? State.STALE : State.EXPIRED;
        }

        /** Sessions that began together must not renew together: up to a tenth of the margin is added by chance. */
        private static long marginWithJitter(Login login, Duration life, DoubleSupplier random) {
            var usual = Durations.shorter(MOST_MARGIN, life.dividedBy(10));
            var margin = nanos(login.margin()
                    .map(configured -> Durations.shorter(configured, life.dividedBy(2)))
                    .orElse(usual));
            return margin + (long) (margin * JITTER * random.getAsDouble());
        }
        /** At most a century, which fits a long with room for the comparison. */
        private static long nanos(Duration duration) {
            return Durations.shorter(duration, Duration.ofDays(36_500)).toNanos();
        }
    }
}
