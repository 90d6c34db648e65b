package io.apikit.status;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The last samples of one timer and of the logins that belong to it; the oldest is dropped first. Threadsafe.
 *
 * <p>A sample has a 99th percentile once the timer is warm: after its first 100 events, or a minute after the first one. The
 * first requests of a process load classes, open connections and log in, and would set the scale of the chart for ten
 * minutes.
 */
final class TimeSeries {
    private static final long WARM_EVENTS = 100;
    private static final long WARM_NANOS = Duration.ofMinutes(1).toNanos();

    private final int maxSamples;
    private final Deque<Sample> samples;
    private @Nullable Reading last;
    private boolean isWarm;
    private @Nullable Long firstEvent;

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
            samples.addLast(now.since(last, isWarm));
        }
        last = now;
        if (firstEvent == null && timer.count() > 0) {
            firstEvent = nanos;
        }
        isWarm = timer.count() >= WARM_EVENTS || (firstEvent != null && nanos - firstEvent >= WARM_NANOS);
    }

    /** Returns a copy, oldest first. */
    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    /**
     * What was measured between two readings. Immutable.
     *
     * @param p99Ms empty without events, and before the timer was warm
     * @param logins the number of logins by outcome; empty where there are no logins
     */
    record Sample(double perSecond, OptionalDouble meanMs, OptionalDouble p99Ms, Map<String, Long> logins) {}

    private record Reading(long nanos, TimerSnapshot timer, Map<String, Long> logins) {
        /** @param wasWarm whether the timer was warm at the earlier reading */
        Sample since(Reading earlier, boolean wasWarm) {
            var more = timer.since(earlier.timer);
            var ended = new TreeMap<String, Long>();
            logins.forEach((outcome, sum) ->
                    ended.put(outcome, Math.max(0, sum - earlier.logins.getOrDefault(outcome, sum))));
            return new Sample(
                    more.count() * 1e9 / (nanos - earlier.nanos),
                    more.meanMs(),
                    wasWarm ? more.p99Ms() : OptionalDouble.empty(),
                    ended);
        }
    }
}
