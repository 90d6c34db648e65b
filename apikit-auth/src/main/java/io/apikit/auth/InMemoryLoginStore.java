package io.apikit.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.apikit.internal.limits.Rate;
import io.apikit.internal.limits.TokenBucket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in the memory of this process: what one on a server does, without the server. Thread-safe. The lock of one key is
 * held for a look at its entry only, and no listener is called under it.
 */
final class InMemoryLoginStore implements LoginStore {
    private static final int MOST_BUCKETS = 100_000;

    /** A lease is known for so long after its end, so that what its holder brings late is not taken. */
    private static final Duration LEASES_KEPT = Duration.ofDays(1);

    private final LongSupplier nanoTime;
    private final Map<String, Part> parts = new ConcurrentHashMap<>();

    InMemoryLoginStore() {
        this(System::nanoTime);
    }

    InMemoryLoginStore(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public Space open(String name, Listener listener) {
        return new Member(parts.computeIfAbsent(name, absent -> new Part(nanoTime)), listener);
    }

    @Override
    public void close() {
        // The garbage collector does it.
    }

    /** What all replicas share. */
    private static final class Part {
        private final LongSupplier nanoTime;
        private final Cache<String, Entry> entries;
        private final Cache<String, TokenBucket> buckets;
        private final List<Member> members = new CopyOnWriteArrayList<>();

        private Part(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
            this.entries = Caffeine.newBuilder()
                    .ticker(nanoTime::getAsLong)
                    .executor(Runnable::run)
                    .expireAfter(Expiry.<String, Entry>writing((key, entry) -> entry.kept(nanoTime.getAsLong())))
                    .build();
            this.buckets = Caffeine.newBuilder()
                    .maximumSize(MOST_BUCKETS)
                    .ticker(nanoTime::getAsLong)
                    .executor(Runnable::run)
                    .build();
        }

        Duration take(String bucket, int demanded, int capacity, Duration refill) {
            var wait = new AtomicReference<>(Duration.ZERO);
            buckets.asMap().compute(bucket, (name, known) -> {
                var used =
                        known == null ? new TokenBucket(new Rate("bucket", capacity, refill, false), nanoTime) : known;
                var missing = used.until(demanded);
                wait.set(missing.isZero() ? used.take(Duration.ofNanos(1)) : missing);
                return used;
            });
            return wait.get();
        }

        /** A full bucket is as good as none, and most are full again after the login that took a token. */
        void giveBack(String bucket, int capacity) {
            buckets.asMap().computeIfPresent(bucket, (name, known) -> {
                known.refund();
                return known.until(capacity).isZero() ? null : known;
            });
        }
    }

    /**
     * What is known of one key. Immutable.
     *
     * @param record its age is that of the moment in which it was written
     * @param latest the number of the latest lease
     * @param isEnded whether that was ended before its time
     */
    private record Entry(
            @Nullable Stored record,
            long writtenNanos,
            long recordEndNanos,
            long latest,
            long leaseEndNanos,
            boolean isEnded) {
        static final Entry NONE = new Entry(null, 0, 0, 0, 0, true);

        @Nullable
        Stored recordAt(long now) {
            if (record == null || now - recordEndNanos >= 0) {
                return null;
            }
            var age = Duration.ofNanos(now - writtenNanos);
            return new Stored(
                    record.format(),
                    record.number(),
                    record.change(),
                    record.value().clone(),
                    age);
        }

        boolean isLeased(long now) {
            return latest != 0 && now - leaseEndNanos < 0;
        }

        Duration kept(long now) {
            var ofLease = latest == 0 ? 0 : Math.max(0, leaseEndNanos - now) + LEASES_KEPT.toNanos();
            var ofRecord = record == null ? 0 : Math.max(0, recordEndNanos - now);
            return Duration.ofNanos(Math.max(ofLease, ofRecord));
        }

        Entry leased(long number, long endNanos) {
            return new Entry(record, writtenNanos, recordEndNanos, number, endNanos, false);
        }

        /** Its latest lease was ended: it cannot be extended, however late its holder asks for that. */
        Entry released(long now) {
            return new Entry(record, writtenNanos, recordEndNanos, latest, now, true);
        }

        boolean mayExtend(long number) {
            return latest == number && !isEnded;
        }

        boolean mayBeReplacedBy(Stored other, long now) {
            var known = recordAt(now);
            if (other.number() < latest) {
                return false;
            }
            if (known == null) {
                return true;
            }
            return known.format() <= other.format()
                    && (known.number() < other.number()
                            || (known.number() == other.number() && known.change() < other.change()));
        }
    }

    /** One replica. */
    private static final class Member implements Space {
        private final Part part;
        private final Listener listener;
        /** Until when it is alive; null before it has said so. */
        private final AtomicReference<@Nullable Long> aliveUntilNanos = new AtomicReference<>();

        private Member(Part part, Listener listener) {
            this.part = part;
            this.listener = listener;
            part.members.add(this);
        }

        @Override
        public Optional<Stored> read(String key) {
            var entry = part.entries.getIfPresent(key);
            return Optional.ofNullable(entry).map(known -> known.recordAt(now()));
        }

        @Override
        public Lease lease(String key, long above, Duration length) {
            var taken = new AtomicReference<>(new Lease(0, Duration.ZERO));
            change(key, (entry, now) -> {
                if (entry.isLeased(now)) {
                    taken.set(new Lease(0, Duration.ofNanos(entry.leaseEndNanos - now)));
                    return entry;
                }
                var record = entry.recordAt(now);
                var known = Math.max(entry.latest, record == null ? 0 : record.number());
                var number = Math.max(known, above) + 1;
                taken.set(new Lease(number, length));
                return entry.leased(number, now + length.toNanos());
            });
            return taken.get();
        }

        @Override
        public boolean extend(String key, long number, Duration length) {
            var isExtended = new AtomicReference<>(false);
            change(key, (entry, now) -> {
                isExtended.set(entry.mayExtend(number));
                return entry.mayExtend(number) ? entry.leased(number, now + length.toNanos()) : entry;
            });
            return isExtended.get();
        }

        @Override
        public void release(String key, long number) {
            var isReleased = new AtomicReference<>(false);
            change(key, (entry, now) -> {
                isReleased.set(entry.latest == number);
                return entry.latest == number ? entry.released(now) : entry;
            });
            if (isReleased.get()) {
                others(other -> other.changed(key));
            }
        }

        @Override
        public boolean write(String key, Stored record, Duration life) {
            var isWritten = new AtomicReference<>(false);
            change(key, (entry, now) -> {
                var may = entry.mayBeReplacedBy(record, now);
                isWritten.set(may);
                if (!may) {
                    return entry;
                }
                // Its own lease has ended; one with a smaller number had ended before.
                var latest = Math.max(entry.latest, record.number());
                return new Entry(record, now, now + life.toNanos(), latest, now, true);
            });
            if (isWritten.get()) {
                others(other -> other.changed(key));
            }
            return isWritten.get();
        }

        @Override
        public Duration take(String bucket, int demanded, int capacity, Duration refill) {
            return part.take(bucket, demanded, capacity, refill);
        }

        @Override
        public void giveBack(String bucket, int capacity, Duration refill) {
            part.giveBack(bucket, capacity);
        }

        @Override
        public void send(byte[] message) {
            others(other -> other.received(message.clone()));
        }

        @Override
        public Alive alive(Duration life) {
            var now = now();
            var before = aliveUntilNanos.getAndSet(now + life.toNanos());
            var alive =
                    part.members.stream().filter(member -> member.isAlive(now)).count();
            return new Alive((int) Math.max(1, alive), before != null && before - now > 0);
        }

        @Override
        public void close() {
            part.members.remove(this);
        }

        private boolean isAlive(long now) {
            var until = aliveUntilNanos.get();
            return until != null && until - now > 0;
        }

        private void others(Consumer<Listener> action) {
            for (var member : part.members) {
                if (member != this) {
                    action.accept(member.listener);
                }
            }
        }

        private void change(String key, EntryChange change) {
            part.entries
                    .asMap()
                    .compute(key, (same, known) -> change.of(Objects.requireNonNullElse(known, Entry.NONE), now()));
        }

        private long now() {
            return part.nanoTime.getAsLong();
        }
    }

    /** What replaces the entry of a key. */
    private interface EntryChange {
        Entry of(Entry known, long nowNanos);
    }
}
