package io.apikit.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a request may be sent: its total time, its deadline, whether it may be sent twice; null is not said. */
record Terms(
        @Nullable Duration timeout,
        @Nullable Deadline deadline,
        @Nullable Boolean idempotent) {
    static final Terms NONE = new Terms(null, null, null);

    Terms timeout(Duration total) {
        if (total.isNegative() || total.isZero()) {
            throw new IllegalArgumentException("timeout of a request must be positive, not " + total);
        }
        return new Terms(total, deadline, idempotent);
    }

    Terms by(Deadline moment) {
        return new Terms(timeout, moment, idempotent);
    }

    Terms idempotent(boolean repeatable) {
        return new Terms(timeout, deadline, repeatable);
    }
}
