package io.apikit.ops;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How one thing that is counted went of late, in samples. One thread looks, any may read. */
final class Course {
    private final Ring<Sample> samples;
    private @Nullable Look last;

    Course(int most) {
        this.samples = new Ring<>(most);
    }

    /** The sums are such now; from the second time on it makes a sample. */
    void look(long nanos, Timed timed, Map<String, Long> logins) {
        var now = new Look(nanos, timed, logins);
        if (last != null && nanos > last.nanos) {
            samples.add(now.since(last));
        }
        last = now;
    }

    /** The oldest first. */
    List<Sample> samples() {
        return samples.all();
    }

    private record Look(long nanos, Timed timed, Map<String, Long> logins) {
        Sample since(Look earlier) {
            var more = timed.since(earlier.timed);
            var ended = new TreeMap<String, Long>();
            logins.forEach((how, sum) -> ended.put(how, Math.max(0, sum - earlier.logins.getOrDefault(how, sum))));
            return new Sample(more.count() * 1e9 / (nanos - earlier.nanos), more.meanMs(), more.p99Ms(), ended);
        }
    }
}
