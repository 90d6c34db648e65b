package io.apikit.auth.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Rule 3's cap as the model counts it: in no span of time more renewals than the burst and one per refill in it. */
final class CapRule {
    static final int BURST = 5;
    static final Duration REFILL = Duration.ofSeconds(5);

    private final List<Long> sure = new ArrayList<>();
    private final List<Long> maybe = new ArrayList<>();

    /** One that was renewed for no other reason than a rejection; false if it is one too many. */
    boolean taken(long now) {
        sure.add(now);
        for (var i = 0; i < sure.size(); i++) {
            if (sure.size() - i > BURST + (now - sure.get(i)) / REFILL.toNanos()) {
                return false;
            }
        }
        return true;
    }

    /** One that may have been counted as such. */
    void maybeTaken(long now) {
        maybe.add(now);
    }

    /** Whether nothing may have been left at some time since. */
    boolean mayHaveBeenEmpty(long since) {
        return maybe.size() >= BURST && maybe.get(maybe.size() - 1) > since - REFILL.toNanos();
    }

    @Override
    public String toString() {
        return sure.size() + " so far";
    }
}
