package io.apikit.status;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The last samples of one timer and of the logins that belong to it; the oldest is dropped first. Threadsafe. */
final class TimeSeries {
    private final int maxSamples;
    private final Deque<Sample> samples;
    private @Nullable Reading last;

    TimeSeries(int maxSamples) {
        this.maxSamples = maxSamples;
        this.samples = new ArrayDeque<>(maxSamples);
    }

    /**
     * Adds a sample of what was measured since the previous call. The first call only sets where the first sample begins.
     *
     * @param nanos monotonic time of the reading
     * @param timer the timer since the start of the app
     * @param logins the number of logins since the start of the app, by outcome
     */
    synchronized void add(long nanos, TimerSnapshot timer, Map<String, Long> logins) {
        var now = new Reading(nanos, timer, logins);
        if (last != null && nanos > last.nanos) {
            if (samples.size() == maxSamples) {
                samples.removeFirst();
            }
            samples.addLast(now.since(last));
        }
        last = now;
    }

    /** Returns a copy, oldest first. */
    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    /**
     * What was measured between two readings. Immutable.
     *
     * @param logins the number of logins by outcome; empty where there are no logins
     */
    record Sample(double perSecond, OptionalDouble meanMs, OptionalDouble p99Ms, Map<String, Long> logins) {}

    private record Reading(long nanos, TimerSnapshot timer, Map<String, Long> logins) {
        Sample since(Reading earlier) {
            var more = timer.since(earlier.timer);
            var ended = new TreeMap<String, Long>();
            logins.forEach((outcome, sum) ->
                    ended.put(outcome, Math.max(0, sum - earlier.logins.getOrDefault(outcome, sum))));
            return new Sample(more.count() * 1e9 / (nanos - earlier.nanos), more.meanMs(), more.p99Ms(), ended);
        }
    }
}
