package io.apikit.testkit.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * One counter for each name, and their total. Thread-safe. Only the first 10,000 names are counted by name, so that a
 * demonstration can run for months.
 */
public final class NamedCounters {
    private static final int MOST_NAMES = 10_000;

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final LongAdder total = new LongAdder();

    /** The number of names. The map's own size() visits all its entries. */
    private final AtomicInteger names = new AtomicInteger();

    /** Adds one to the counter of this name. */
    public void add(String name) {
        total.increment();
        LongAdder known = counts.get(name);
        if (known != null) {
            known.increment();
        } else if (names.get() < MOST_NAMES) {
            counts.computeIfAbsent(name, this::first).increment();
        }
    }

    private LongAdder first(String name) {
        names.incrementAndGet();
        return new LongAdder();
    }

    /** Returns the counter of this name. */
    public int of(String name) {
        LongAdder count = counts.get(name);
        return count == null ? 0 : count.intValue();
    }

    /** Returns the total of all counters. */
    public int total() {
        return total.intValue();
    }
}
