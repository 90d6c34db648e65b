package io.apikit.auth;

import com.github.benmanes.caffeine.cache.Cache;
import io.apikit.auth.LoginRecord.Known;
import io.apikit.auth.LoginStore.Lease;
import io.apikit.auth.internal.sharing.DividedBuckets;
import io.apikit.auth.internal.sharing.HeldLease;
import io.apikit.auth.internal.sharing.KeySignals;
import io.apikit.auth.internal.sharing.NewsReaders;
import io.apikit.auth.internal.sharing.PaceChannel;
import io.apikit.auth.internal.sharing.SharedBuckets;
import io.apikit.auth.internal.sharing.SharedLimits;
import io.apikit.auth.internal.sharing.StoreBreaker;
import io.apikit.auth.internal.sharing.StoreBreaker.Kind;
import io.apikit.auth.internal.sharing.StoreBreaker.StoreAway;
import io.apikit.auth.internal.sharing.StoreHeartbeat;
import io.apikit.auth.internal.sharing.StoreKeys;
import io.apikit.auth.internal.sharing.StoreMetrics;
import io.apikit.auth.internal.sharing.StoreSchedule;
import io.apikit.http.Deadline;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.internal.limits.Rate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the sessions of one backend share with those of other replicas: the part of the store, its records, its leases, and
 * the news from it. Thread-safe. No lock is held during a command, and no request thread runs one.
 *
 * <p>A command that fails throws {@link StoreAway}: who has sent it goes on without the store.
 */
final class SharedLogins implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SharedLogins.class);

    /** The length of a lease. It is extended three times in that, so one extension may be lost. */
    static final Duration LEASE = Duration.ofSeconds(5);

    /** Leases of a later version may be longer. */
    private static final Duration LONGEST_LEASE = LEASE.multipliedBy(4);

    private final String name;
    private final SessionSettings settings;
    private final LoginRecord.Codec codec;
    private final StoreKeys keys;
    private final StoreMetrics metrics;
    private final StoreBreaker breaker;
    private final StoreSchedule schedule;
    /** The latest session of each key that asks the store. It keeps no session alive. */
    private final Cache<String, SharedLogin> sessions;

    private final KeySignals signals = new KeySignals();
    private final NewsReaders<SharedLogin> news;
    private final Set<HeldLease> held = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isReconciling = new AtomicBoolean();
    private final PaceChannel pace;
    private final SharedLimits limits;
    /** How many are alive, as the store has counted them last. */
    private final AtomicInteger replicas = new AtomicInteger(1);

    private final StoreHeartbeat heartbeat;
    private final LoginStore.Space space;
    private volatile boolean isClosed;

    SharedLogins(
            Settings from,
            LoginStore store,
            String name,
            SessionSettings settings,
            LoginRecord.Place place,
            BackendMetrics meters,
            StoreSchedule schedule) {
        this.name = name;
        this.settings = settings;
        this.keys = StoreKeys.of(from.keys, store instanceof InMemoryLoginStore);
        this.metrics = new StoreMetrics(meters);
        this.schedule = schedule;
        this.news = new NewsReaders<>(schedule, SharedLogin::lookAround);
        this.breaker = new StoreBreaker(name, metrics, meters, settings.timing(), this::reconcileAll);
        this.codec = new LoginRecord.Codec(name, keys, place, metrics);
        this.sessions =
                settings.bounded(2L * settings.maxSessions()).weakValues().build();
        this.pace = new PaceChannel(keys, name, schedule, this::send, this::leaseTurn);
        this.limits = new SharedLimits(
                SharedBuckets.of(this::take, this::giveBack),
                keys,
                name,
                settings.refusalsPerUser(),
                settings.refusalsPerSource(),
                settings.logins(),
                new DividedBuckets.Replicas(from.replicas(), replicas::get),
                this::send,
                schedule::execute,
                settings.timing());
        this.space = store.open(keys.space(name), new News());
        this.heartbeat = new StoreHeartbeat(breaker, schedule, this::beat, this::reconcileAll, pace::away);
        heartbeat.begin();
    }

    String name() {
        return name;
    }

    StoreKeys keys() {
        return keys;
    }

    StoreMetrics metrics() {
        return metrics;
    }

    SessionSettings settings() {
        return settings;
    }

    StoreSchedule schedule() {
        return schedule;
    }

    NewsReaders<SharedLogin> news() {
        return news;
    }

    /** Returns whether commands are sent to the store now. */
    boolean isReachable() {
        return breaker.isUp();
    }

    /** Returns whether the backend is closed: nobody waits for another replica any more. */
    boolean isClosed() {
        return isClosed;
    }

    /** The session asks the store for these keys, and gets the news of them from now on. */
    void know(List<String> keysOfSession, SharedLogin session) {
        keysOfSession.forEach(key -> sessions.put(key, session));
    }

    /**
     * Returns the record of a session: of those under two secrets the newer one. One that does not open counts as none.
     *
     * @throws StoreAway if the command fails
     */
    Optional<Known> read(List<String> keysOfSession) {
        return keysOfSession.stream()
                .flatMap(key -> breaker.call(Kind.READ, () -> space.read(key)).stream()
                        .flatMap(stored -> codec.opened(key, stored).stream()))
                .max(Comparator.comparing(Known::isForeign)
                        .thenComparingLong(known -> known.stored().number())
                        .thenComparingLong(known -> known.stored().change()));
    }

    /**
     * Asks for the lease of a key.
     *
     * @throws StoreAway if the command fails, or the lease lasts longer than that of any replica: the clock of the store was
     *     set back, or somebody else has put it there
     */
    Lease lease(String key, long above) {
        var lease = breaker.call(Kind.LEASE, () -> space.lease(key, above, LEASE));
        if (lease.left().compareTo(LONGEST_LEASE) > 0) {
            throw new StoreAway(name, null);
        }
        return lease;
    }

    /** Holds a lease that was taken, until it is closed or its record is written. */
    HeldLease hold(String key, Lease taken) {
        var number = taken.number();
        var lease = new HeldLease(
                number,
                () -> breaker.call(Kind.EXTEND, () -> space.extend(key, number, LEASE)),
                () -> release(key, number),
                schedule,
                held::remove);
        held.add(lease);
        lease.begin();
        return lease;
    }

    private void release(String key, long number) {
        breaker.run(Kind.RELEASE, () -> space.release(key, number));
        changed(key, null);
    }

    /**
     * Writes a record.
     *
     * @throws StoreAway if the command fails; the record may be written all the same
     */
    Written write(String key, long number, long change, LoginRecord record, SharedLogin writer) {
        var sealed = codec.sealed(key, number, change, record);
        if (sealed.isEmpty()) {
            return Written.UNFIT;
        }
        var life = record.kept(settings);
        if (!breaker.call(Kind.WRITE, () -> space.write(key, sealed.get(), life))) {
            return Written.REFUSED;
        }
        metrics.pushed().increment();
        changed(key, writer);
        return Written.DONE;
    }

    /** Returns what ends the waits for news of a key. */
    KeySignals signals() {
        return signals;
    }

    /** @param writer the session that has changed it; null if another replica has */
    private void changed(String key, @Nullable SharedLogin writer) {
        signals.wake(key);
        var session = sessions.getIfPresent(key);
        if (session != null && session != writer) {
            session.expectNews();
        }
    }

    /** Compares what the sessions have with the store, one after another, in the background. Makes no login. */
    private void reconcileAll() {
        if (isReconciling.compareAndSet(false, true)) {
            schedule.execute(() -> {
                isReconciling.set(false);
                limits.reconcile();
                for (var session : List.copyOf(sessions.asMap().values())) {
                    if (breaker.isUp() && !isClosed) {
                        session.reconcile();
                    }
                }
            });
        }
    }

    /** Returns the way by which the replicas share their pace. */
    PaceChannel pace() {
        return pace;
    }

    /** Returns the limits that all replicas share. */
    SharedLimits limits() {
        return limits;
    }

    private void send(byte[] sealed) {
        breaker.run(Kind.SEND, () -> space.send(sealed));
    }

    /** @throws StoreAway also if a bucket is emptier than empty: the clock of the store was set back, or it is none of ours */
    private Duration take(String bucket, int demanded, Rate rate) {
        var wait = breaker.call(Kind.TAKE, () -> space.take(bucket, demanded, rate.burst(), rate.refill()));
        if (wait.compareTo(rate.refill().multipliedBy(rate.burst() + 1L)) > 0) {
            throw new StoreAway(name, null);
        }
        return wait;
    }

    private void giveBack(String bucket, Rate rate) {
        breaker.run(Kind.GIVE_BACK, () -> space.giveBack(bucket, rate.burst(), rate.refill()));
    }

    private boolean leaseTurn(String key, Duration length) {
        return breaker.call(Kind.LEASE, () -> space.lease(key, 0, length)).isTaken();
    }

    private boolean beat() {
        var alive = space.alive(StoreHeartbeat.ALIVE);
        var number = Math.max(1, Math.min(Settings.MOST_REPLICAS, alive.replicas()));
        metrics.replicas(number);
        replicas.set(number);
        pace.alive(number);
        return alive.wasKnown();
    }

    /** Waits until the store has been reached once, for 2 s after the start of the backend at most. */
    void awaitStart(Deadline deadline) throws InterruptedException {
        heartbeat.awaitStart(deadline);
    }

    /** Wakes up all who wait. They find it closed. */
    void beginClose() {
        isClosed = true;
        signals.wakeAll();
    }

    /** Gives the leases back that are held, so that no other replica waits for their end. */
    @Override
    public void close() {
        beginClose();
        held.forEach(HeldLease::close);
        breaker.close();
        schedule.close();
        try {
            space.close();
        } catch (RuntimeException e) {
            log.debug(
                    "The login store of {} was not closed: {}",
                    name,
                    e.getClass().getName());
        }
    }

    /** What has become of a record. */
    enum Written {
        DONE,
        /** There is a newer record, or a later lease. */
        REFUSED,
        /** It is none that others can read: too long, or with a note of a mode that others cannot read. */
        UNFIT
    }

    /** What other replicas do. Returns at once. */
    private final class News implements LoginStore.Listener {
        @Override
        public void changed(String key) {
            SharedLogins.this.changed(key, null);
        }

        @Override
        public void received(byte[] message) {
            if (!pace.received(message) && !limits.received(message)) {
                codec.unreadableMessage();
            }
        }

        @Override
        public void missed() {
            pace.missed();
            // One that has just started has nothing to compare, and needs no caution about the limits of others.
            if (sessions.estimatedSize() != 0 || !limits.isFresh()) {
                reconcileAll();
            }
        }
    }

    /** Settings to be changed. Not thread-safe. */
    static final class Settings {
        private static final int MOST_REPLICAS = 1_000;

        private @Nullable LoginStore store;
        private final List<Path> keys = new ArrayList<>();
        private int replicas = 1;
        private @Nullable StoreSchedule schedule;

        void store(LoginStore chosen) {
            store = Objects.requireNonNull(chosen, "store");
        }

        void key(Path file) {
            keys.add(Objects.requireNonNull(file, "file"));
        }

        /** Sets the threads and the time of what happens in the background, for tests. */
        void schedule(StoreSchedule other) {
            schedule = other;
        }

        void replicas(int number) {
            if (number < 1 || number > MOST_REPLICAS) {
                throw new IllegalArgumentException("replicas must be 1 to 1,000, not " + number);
            }
            replicas = number;
        }

        /**
         * Returns the sharing of a backend; null if it has no store.
         *
         * @throws IllegalArgumentException if there is a store without a secret, a secret without a store, or a file that is
         *     no secret
         */
        @Nullable
        SharedLogins open(String name, SessionSettings sessions, LoginRecord.Place place, BackendMetrics meters) {
            if (store == null && !keys.isEmpty()) {
                throw new IllegalArgumentException("storeKey(..) names the secret of a store, and there is none: set"
                        + " loginStore(..), or remove storeKey(" + keys.get(0) + ")");
            }
            var times = schedule == null ? new StoreSchedule() : schedule;
            return store == null ? null : new SharedLogins(this, store, name, sessions, place, meters, times);
        }

        boolean isOn() {
            return store != null;
        }

        int replicas() {
            return replicas;
        }
    }
}
