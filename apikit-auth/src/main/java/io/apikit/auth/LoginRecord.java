package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.FormLogin.StoredSession;
import io.apikit.auth.LoginGeneration.State;
import io.apikit.auth.LoginStore.Stored;
import io.apikit.auth.internal.formlogin.FormSession;
import io.apikit.auth.internal.oauth2proxy.ProxySession;
import io.apikit.auth.internal.sharing.RecordReader;
import io.apikit.auth.internal.sharing.RecordWriter;
import io.apikit.auth.internal.sharing.StoreKeys;
import io.apikit.auth.internal.sharing.StoreMetrics;
import io.apikit.http.BackendResponse;
import io.apikit.http.Timing;
import io.apikit.internal.util.WarningInterval;
import java.time.Duration;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session shares with the sessions of the same credentials in other replicas. It is sealed before it leaves the
 * process. Immutable and thread-safe; its {@code toString} shows no value.
 *
 * @param login the current login, if it is not a fixed one
 * @param failure the latest failed login or first use
 * @param isAccepted whether the backend has accepted the credentials
 */
record LoginRecord(Optional<KeptLogin> login, Optional<LoginFailure> failure, boolean isAccepted) {
    /** A response that changes no login. */
    private static final BackendResponse NOTHING = BackendResponse.of(204, Map.of(), new byte[0]);

    /** The number of the layout of the bytes. A change of the layout, or of what a part of it means, takes the next one. */
    static final int FORMAT = 1;

    /** How long a refusal is known, for the next one of the same credentials. */
    private static final Duration REFUSALS_KEPT = Duration.ofDays(1);

    /**
     * A login and its time.
     *
     * @param id a random number, by which logins under one number of a lease differ
     * @param sinceNanos when its life began, in monotonic nanoseconds of this process: when it was made, or named a new life
     */
    record KeptLogin(Login login, long id, long sinceNanos) {
        /** Returns whether its life, if that is known, goes on. */
        boolean isLive(long nowNanos) {
            return login.life()
                    .filter(life -> Duration.ofNanos(nowNanos - sinceNanos).compareTo(life) >= 0)
                    .isEmpty();
        }

        /**
         * Returns whether a session uses it in place of its own login, though its number is not greater. Numbers that were
         * counted without the store, or before it lost what it knew, say little. So where the own login needs another one, one
         * whose life began later is news as well. Of two fresh ones the number decides, so that they do not take turns.
         */
        boolean isInPlaceOf(LoginGeneration own, Stamp stamp) {
            var state = own.state();
            // Nothing is known against one that is past its end, nor against any other.
            var isAnyGood = state == State.EXPIRED;
            return id != stamp.id()
                    && state != State.FRESH
                    && (isAnyGood || sinceNanos - own.kept(stamp.id()).sinceNanos() > 0);
        }
    }

    /**
     * Which login it is among those of all replicas. Immutable.
     *
     * @param number that of the lease under which it was made, or one more than that of the login before, without the store
     * @param change how often it has been changed since
     * @param id differs between logins of the same number
     * @param mayBeKnown whether another replica may have it too, and may have used what it can be renewed with
     */
    record Stamp(long number, long change, long id, boolean mayBeKnown) {
        /** Returns the stamp after one more change. */
        Stamp changed() {
            return new Stamp(number, change + 1, id, mayBeKnown);
        }

        /** Returns the stamp of a login that others may have. */
        Stamp known() {
            return new Stamp(number, change, id, true);
        }

        /** Returns whether a login with that stamp is later than this one, or another one of the same number. */
        boolean isBefore(Stamp other) {
            return other.id == id ? other.change > change : other.number >= number;
        }
    }

    /**
     * Where a record is read: what the notes of a mode need.
     *
     * @param mode reads its own notes, in its method {@link Authenticator#refreshed}
     * @param origin the backend's origin
     * @param prefix the path of the backend's base URL, without a slash at its end
     * @param timing the clock of this process
     */
    record Place(Authenticator mode, String origin, String prefix, Timing timing) {}

    /** Returns a record of a login. */
    static LoginRecord of(KeptLogin login) {
        return new LoginRecord(Optional.of(login), Optional.empty(), true);
    }

    /** Returns a record of a failed login. */
    static LoginRecord of(LoginFailure failure) {
        return new LoginRecord(Optional.empty(), Optional.of(failure), false);
    }

    /** Returns a record of credentials that are accepted, and have no login to share. */
    static LoginRecord accepted() {
        return new LoginRecord(Optional.empty(), Optional.empty(), true);
    }

    /** Returns whether this login may have been passed to {@link Authenticator#renew}. */
    boolean isSpent(long id) {
        return failure.isPresent() && login.filter(kept -> kept.id() == id).isPresent();
    }

    /** Returns this record with a failed login: of a renewal, before the end of the login in the record. */
    LoginRecord with(LoginFailure failed) {
        return new LoginRecord(login, Optional.of(failed), isAccepted);
    }

    /**
     * Returns how long the store keeps the record. A login may be renewed after its end, as long as its session may be
     * unused. A failure is known while it counts.
     */
    Duration kept(SessionSettings settings) {
        var ofFailure = failure.map(failed -> failed.refused() ? REFUSALS_KEPT : failed.pause());
        if (login.isEmpty() && ofFailure.isPresent()) {
            return ofFailure.get();
        }
        var now = settings.timing().nanoTime();
        var ofLogin = login.flatMap(kept -> kept.login()
                        .life()
                        .map(life -> life.minusNanos(now - kept.sinceNanos()).plus(settings.idle())))
                .filter(life -> life.compareTo(settings.age()) < 0)
                .orElse(settings.age());
        return ofFailure.filter(failed -> failed.compareTo(ofLogin) > 0).orElse(ofLogin);
    }

    /**
     * Returns the bytes of the record. They are not sealed.
     *
     * @return empty if it cannot be stored: it is longer than {@link RecordWriter#MOST}, or no replica could read what its mode
     *     has noted, since a mode in front of that one does not pass on {@link Authenticator#refreshed}
     */
    Optional<byte[]> toBytes(Place place) {
        var record = new RecordWriter(place.timing().nanoTime());
        record.flag(isAccepted);
        record.optional(failure, failed -> write(record, failed));
        record.optional(login, kept -> write(record, kept));
        var isNotedByForm =
                login.flatMap(kept -> kept.login().note(FormSession.class)).isPresent();
        return record.bytes()
                .filter(bytes ->
                        !isNotedByForm || parse(bytes, Duration.ZERO, place).isPresent());
    }

    /**
     * Returns the record that these bytes are.
     *
     * @param bytes no longer sealed
     * @param age the time since they were written
     * @return empty if they are none that this replica can use
     */
    static Optional<LoginRecord> parse(byte[] bytes, Duration age, Place place) {
        try {
            var record = new RecordReader(bytes, place.timing().nanoTime(), age);
            var isAccepted = record.flag();
            var failure = record.optional(() -> failure(record));
            var login = record.optional(() -> login(record, place));
            record.end();
            return Optional.of(new LoginRecord(login, failure, isAccepted));
        } catch (RuntimeException ignored) {
            // Of the reader, and of each class whose values are checked when they are made. It is a miss then.
            return Optional.empty();
        }
    }

    private static void write(RecordWriter record, LoginFailure failure) {
        var error = failure.error();
        record.flag(failure.refused());
        record.duration(failure.backOff());
        record.duration(failure.pause());
        record.moment(failure.sinceNanos());
        record.number(error.statusCode());
        record.text(error.reason());
        record.optional(error.content(), record::text);
        record.texts(error.headers());
    }

    private static LoginFailure failure(RecordReader record) {
        var isRefused = record.flag();
        var backOff = record.duration();
        var pause = record.duration();
        var since = record.moment();
        var error = new BackendError(
                Math.toIntExact(record.number()),
                record.text(),
                record.optional(record::text).orElse(null));
        for (var header : record.texts().entrySet()) {
            error = error.withHeader(header.getKey(), header.getValue());
        }
        return new LoginFailure(error, isRefused, backOff, pause, since);
    }

    private static void write(RecordWriter record, KeptLogin kept) {
        var login = kept.login();
        record.number(kept.id());
        record.moment(kept.sinceNanos());
        record.texts(login.headers());
        record.texts(login.cookies());
        record.optional(login.life(), record::duration);
        record.optional(login.margin(), record::duration);
        record.each(login.maskedAlone(), record::text);
        record.texts(login.kept());
        record.optional(login.note(ProxySession.class), session -> session.writeTo(record));
        record.optional(login.note(FormSession.class), session -> session.writeTo(record));
    }

    private static KeptLogin login(RecordReader record, Place place) {
        var id = record.number();
        var since = record.moment();
        var login = Login.of(record.texts());
        for (var cookie : record.texts().entrySet()) {
            login = login.cookie(cookie.getKey(), cookie.getValue());
        }
        login = record.optional(record::duration).map(login::expiresIn).orElse(login);
        login = record.optional(record::duration).map(login::renewAhead).orElse(login);
        login = login.withSecretsAlone(Set.copyOf(record.each(record::text)));
        for (var kept : record.texts().entrySet()) {
            login = login.secret(kept.getKey(), kept.getValue());
        }
        return new KeptLogin(noted(login, record, place), id, since);
    }

    private static Login noted(Login login, RecordReader record, Place place) {
        var known = record.optional(() -> ProxySession.readFrom(record))
                .map(login::noting)
                .orElse(login);
        return record.optional(() -> ofForm(known, record, place)).orElse(known);
    }

    private static Login ofForm(Login login, RecordReader record, Place place) {
        var stored = new StoredSession(record, place.origin(), place.prefix(), place.timing()::nanoTime);
        var read = place.mode().refreshed(login.noting(stored), NOTHING);
        if (read.note(FormSession.class).isEmpty()) {
            throw new NoSuchElementException("no mode has read the session of a form login");
        }
        return read;
    }

    @Override
    public String toString() {
        return "LoginRecord[login=" + login.isPresent() + ", failure=" + failure.isPresent() + ", isAccepted="
                + isAccepted + "]";
    }

    /**
     * What a read has found.
     *
     * @param record null if it is of a later format
     */
    record Known(Stored stored, @Nullable LoginRecord record) {
        boolean isForeign() {
            return record == null;
        }

        /** Returns whether the backend has accepted the credentials. */
        boolean isAccepted() {
            return record != null && record.isAccepted();
        }

        /** Returns the stamp of its login. */
        Stamp stamp(long id) {
            return new Stamp(stored.number(), stored.change(), id, true);
        }

        /** Returns whether the failure in the record came after a login. */
        boolean isFailedSince(@Nullable LoginGeneration own) {
            var stamp = own == null ? null : own.stamp();
            if (own == null || stamp == null || stored.number() > stamp.number()) {
                return true;
            }
            var since = own.kept(stamp.id()).sinceNanos();
            return Objects.requireNonNull(record).failure().stream()
                    .anyMatch(failure -> failure.sinceNanos() - since > 0);
        }

        /**
         * Returns the stamp of a login. The number of one that was made without the store says nothing, so it follows that of
         * the record if the login began later than what the record has.
         */
        @Nullable
        Stamp decided(LoginGeneration own, long now) {
            var stamp = own.stamp();
            if (stamp == null || stamp.mayBeKnown() || stamp.number() > stored.number()) {
                return stamp;
            }
            var began = Objects.requireNonNull(record)
                    .login()
                    .map(KeptLogin::sinceNanos)
                    .orElse(now - stored.age().toNanos());
            if (own.kept(stamp.id()).sinceNanos() - began > 0) {
                own.stamp(new Stamp(stored.number() + 1, 0, stamp.id(), false));
            }
            return own.stamp();
        }

        /** Returns whether a login with that stamp is later than all that the record has. */
        boolean isBefore(Stamp stamp) {
            return !isForeign()
                    && (stored.number() < stamp.number()
                            || (stored.number() == stamp.number() && stored.change() < stamp.change()));
        }
    }

    /** Seals the records of one backend, and opens them. Counts and logs what does not work. Thread-safe. */
    static final class Codec {
        private static final Logger log = LoggerFactory.getLogger(LoginRecord.class);

        private final String name;
        private final StoreKeys keys;
        private final Place place;
        private final StoreMetrics metrics;
        private final WarningInterval warnings;

        /** @param name the backend's, for the log */
        Codec(String name, StoreKeys keys, Place place, StoreMetrics metrics) {
            this.name = name;
            this.keys = keys;
            this.place = place;
            this.metrics = metrics;
            this.warnings = new WarningInterval(place.timing()::nanoTime);
        }

        /** Returns what was read; empty if it does not open. */
        Optional<Known> opened(String key, Stored stored) {
            if (stored.format() > FORMAT) {
                unreadable("is of a later format: this replica shares no login of its session");
                return Optional.of(new Known(stored, null));
            }
            var sealedFor = sealedFor(key, stored.number(), stored.change());
            var record = keys.open(sealedFor, stored.format(), stored.value())
                    .flatMap(bytes -> parse(bytes, stored.age(), place));
            if (record.isEmpty()) {
                unreadable("does not open: have all replicas the same storeKey?");
            }
            return record.map(known -> new Known(stored, known));
        }

        /** Returns what is to be written; empty if no other replica could read it. */
        Optional<Stored> sealed(String key, long number, long change, LoginRecord record) {
            var plain = record.toBytes(place);
            if (plain.isEmpty()) {
                metrics.unfit().increment();
                warn(
                        "A login of {} is not shared: it {}",
                        "is too long, or a mode in front of its own hides refreshed(..)");
            }
            return plain.map(bytes -> keys.seal(sealedFor(key, number, change), FORMAT, bytes))
                    .map(value -> new Stored(FORMAT, number, change, value, Duration.ZERO));
        }

        /** An old record under a later number does not open: so nobody can put it in the place of the latest one. */
        static String sealedFor(String key, long number, long change) {
            return key + ' ' + number + ' ' + change;
        }

        /** A replica has another secret: the keys of its records are others too, so that none of them is ever read. */
        void unreadableMessage() {
            metrics.unreadable().increment();
            warn("A message of another replica of {} {}", "does not open: have all replicas the same storeKey?");
        }

        private void unreadable(String why) {
            metrics.unreadable().increment();
            warn("A record in the login store of {} {}", why);
        }

        private void warn(String line, String why) {
            if (warnings.isOver()) {
                log.warn(line, name, why);
            }
        }
    }
}
