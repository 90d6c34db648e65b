package io.apikit.internal.server;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** How long the answers of one measurement took, from the moment each was due to be asked for. */
record Latencies(List<Long> sortedNanos, int failed) {
    static Latencies of(Collection<Long> nanos, int failed) {
        return new Latencies(nanos.stream().sorted().toList(), failed);
    }

    Duration p99() {
        return percentile(99);
    }

    private Duration percentile(double percent) {
        var rank = (int) Math.ceil(sortedNanos.size() * percent / 100) - 1;
        return Duration.ofNanos(sortedNanos.get(Math.max(0, rank)));
    }

    private String ms(double percent) {
        return "p%s %.2f ms"
                .formatted(
                        percent == 50 ? "50" : percent == 99 ? "99" : "99.9",
                        percentile(percent).toNanos() / 1e6);
    }

    @Override
    public String toString() {
        return sortedNanos.size() + " answers, " + ms(50) + ", " + ms(99) + ", " + ms(99.9) + ", " + failed + " failed";
    }
}
