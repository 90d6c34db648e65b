package io.apikit.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a request may be sent: its total time, its deadline, whether it may be sent twice; null is not said. */
record RequestOptions(
        @Nullable Duration timeout,
        @Nullable Deadline deadline,
        @Nullable Boolean idempotent) {
    static final RequestOptions NONE = new RequestOptions(null, null, null);

    RequestOptions timeout(Duration total) {
        if (total.isNegative() || total.isZero()) {
            throw new IllegalArgumentException("timeout of a request must be positive, not " + total);
        }
        return new RequestOptions(total, deadline, idempotent);
    }

    RequestOptions by(Deadline moment) {
        return new RequestOptions(timeout, moment, idempotent);
    }

    RequestOptions idempotent(boolean repeatable) {
        return new RequestOptions(timeout, deadline, repeatable);
    }
}
