package io.apikit.testkit.systems;

import io.javalin.http.Context;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Responds to a number of requests with 429. Thread-safe. */
final class ForcedRateLimit {
    /** The number of requests left, and the header for all of them; no header if its value is empty. */
    private record Phase(int left, String header, String value) {
        static final Phase NONE = new Phase(0, "", "");

        Phase next() {
            return left == 0 || left == UNTIL_CHANGED ? this : new Phase(left - 1, header, value);
        }
    }

    static final int UNTIL_CHANGED = Integer.MAX_VALUE;

    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NONE);

    void refuse(int requests, String header, String value) {
        phase.set(new Phase(requests, header, value));
    }

    /** Returns false after it has written a 429. */
    boolean admits(Context ctx) {
        Phase now = phase.getAndUpdate(Phase::next);
        if (now.left() == 0) {
            return true;
        }
        if (!now.value().isEmpty()) {
            ctx.header(now.header(), now.value());
        }
        ctx.status(429).json(Map.of("message", "API rate limit exceeded"));
        return false;
    }
}
