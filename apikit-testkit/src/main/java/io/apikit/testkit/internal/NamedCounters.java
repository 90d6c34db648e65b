package io.apikit.testkit.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** How often each named thing happened. Bounded, so that a demonstration can run for months. */
public final class NamedCounters {
    private static final int MOST_NAMES = 10_000;

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final LongAdder total = new LongAdder();

    /** Kept beside the map, whose own size() walks it. */
    private final AtomicInteger names = new AtomicInteger();

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

    public int of(String name) {
        LongAdder count = counts.get(name);
        return count == null ? 0 : count.intValue();
    }

    public int total() {
        return total.intValue();
    }
}
