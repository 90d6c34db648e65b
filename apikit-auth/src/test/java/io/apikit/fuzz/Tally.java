package io.apikit.fuzz;

import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What a fuzzer has done so far, in numbers. Thread-safe. */
final class Tally {
    private final ConcurrentHashMap<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final LongAdder cases = new LongAdder();
    private final LongAdder checks = new LongAdder();
    private final LongAdder honest = new LongAdder();

    void count(String what) {
        counts.computeIfAbsent(what, ignored -> new LongAdder()).increment();
    }

    void checked() {
        checks.increment();
    }

    void caseEnded() {
        cases.increment();
    }

    void honestServed() {
        honest.increment();
    }

    long cases() {
        return cases.sum();
    }

    long honest() {
        return honest.sum();
    }

    @Override
    public String toString() {
        return cases.sum() + " cases, " + checks.sum() + " checks, " + honest.sum() + " honest requests, "
                + new TreeMap<>(counts);
    }
}
