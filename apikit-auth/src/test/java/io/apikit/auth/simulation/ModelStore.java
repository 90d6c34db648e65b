package io.apikit.auth.simulation;

import io.apikit.auth.LoginStore.Alive;
import io.apikit.auth.LoginStore.Lease;
import io.apikit.auth.LoginStore.Stored;
import io.apikit.internal.limits.Rate;
import io.apikit.internal.limits.TokenBucket;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the server of a store knows, on a clock of its own. Each command is one step, as a script on a server is. It can be
 * flushed, and go back to an older state, as after a failover. Read and written under the baton.
 */
final class ModelStore {
    /** When a lease ends that was not left to its length. */
    private static final long ENDED = Long.MIN_VALUE;

    private final VirtualTime time;
    private final double rate;
    private final Map<String, TokenBucket> buckets = new HashMap<>();
    private final Map<StoreConnection, Long> aliveUntil = new HashMap<>();
    private long epoch;
    private Map<String, Entry> entries = new LinkedHashMap<>();
    private Map<String, Entry> older = new LinkedHashMap<>();

    ModelStore(VirtualTime time, double rate) {
        this.time = time;
        this.rate = rate;
    }

    /**
     * What is known of one key. Immutable.
     *
     * @param latest the number of the latest lease
     */
    record Entry(@Nullable Stored record, long written, long recordEnd, long latest, long leaseEnd) {
        private static final Entry NONE = new Entry(null, 0, 0, 0, 0);
    }

    /** Nanoseconds of its own clock. */
    long now() {
        return (long) (time.now() * rate);
    }

    Optional<Stored> read(String key) {
        var entry = entry(key);
        var record = entry.record;
        return record == null || now() >= entry.recordEnd
                ? Optional.empty()
                : Optional.of(new Stored(
                        record.format(),
                        record.number(),
                        record.change(),
                        record.value().clone(),
                        Duration.ofNanos(now() - entry.written)));
    }

    Lease lease(String key, long above, Duration length) {
        var entry = entry(key);
        if (isLeased(entry)) {
            return new Lease(0, Duration.ofNanos(entry.leaseEnd - now()));
        }
        var number = Math.max(Math.max(entry.latest, numberOf(key)), above) + 1;
        leased(key, entry, number, now() + length.toNanos());
        return new Lease(number, length);
    }

    boolean extend(String key, long number, Duration length) {
        var entry = entry(key);
        if (entry.latest != number || entry.leaseEnd == ENDED) {
            return false;
        }
        leased(key, entry, number, now() + length.toNanos());
        return true;
    }

    boolean release(String key, long number) {
        var entry = entry(key);
        if (entry.latest != number) {
            return false;
        }
        leased(key, entry, number, ENDED);
        return true;
    }

    boolean write(String key, Stored record, Duration life) {
        var entry = entry(key);
        var known = read(key);
        var isLater = known.map(before -> before.format() <= record.format()
                        && (before.number() < record.number()
                                || (before.number() == record.number() && before.change() < record.change())))
                .orElse(true);
        if (record.number() < entry.latest || !isLater) {
            return false;
        }
        entries.put(
                key, new Entry(record, now(), now() + life.toNanos(), Math.max(entry.latest, record.number()), ENDED));
        return true;
    }

    Duration take(String bucket, int demanded, int capacity, Duration refill) {
        var known = bucket(bucket, capacity, refill);
        var wait = known.until(demanded);
        return wait.isZero() ? known.take(Duration.ofNanos(1)) : wait;
    }

    void giveBack(String bucket, int capacity, Duration refill) {
        bucket(bucket, capacity, refill).refund();
    }

    Alive alive(StoreConnection replica, Duration life) {
        var before = aliveUntil.put(replica, now() + life.toNanos());
        var alive = aliveUntil.values().stream().filter(until -> until > now()).count();
        return new Alive((int) alive, before != null && before > now());
    }

    void gone(StoreConnection replica) {
        aliveUntil.remove(replica);
    }

    /** Returns whether this lease is the latest of its key, and has not ended. */
    boolean isHeld(String key, long number) {
        return entry(key).latest == number && isLeased(entry(key));
    }

    boolean isLatest(String key, long number) {
        return entry(key).latest == number;
    }

    /** How often it has lost something. */
    long epoch() {
        return epoch;
    }

    /** All that is known is lost. */
    void flush() {
        epoch++;
        entries = new LinkedHashMap<>();
        buckets.clear();
        aliveUntil.clear();
    }

    /** What a copy of it knows, which learns late. */
    void copy() {
        older = new LinkedHashMap<>(entries);
    }

    /** The copy takes its place: the last writes and leases are lost. */
    void failOver() {
        epoch++;
        entries = new LinkedHashMap<>(older);
    }

    private Entry entry(String key) {
        return entries.getOrDefault(key, Entry.NONE);
    }

    private long numberOf(String key) {
        return read(key).map(Stored::number).orElse(0L);
    }

    private boolean isLeased(Entry entry) {
        return entry.latest != 0 && now() < entry.leaseEnd;
    }

    private void leased(String key, Entry entry, long number, long end) {
        entries.put(key, new Entry(entry.record, entry.written, entry.recordEnd, number, end));
    }

    private TokenBucket bucket(String name, int capacity, Duration refill) {
        return buckets.computeIfAbsent(
                name, absent -> new TokenBucket(new Rate("bucket", capacity, refill, false), this::now));
    }
}
