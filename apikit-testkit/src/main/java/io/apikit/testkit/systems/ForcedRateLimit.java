package io.apikit.testkit.systems;

import io.javalin.http.Context;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Answers 429 to everybody, so many times. */
final class ForcedRateLimit {
    /** How often still, and which header tells when to come back; none if its value is empty. */
    private record Phase(int left, String header, String value) {
        static final Phase NONE = new Phase(0, "", "");

        Phase next() {
            return left == 0 || left == FOR_EVER ? this : new Phase(left - 1, header, value);
        }
    }

    static final int FOR_EVER = Integer.MAX_VALUE;

    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NONE);

    void refuse(int requests, String header, String value) {
        phase.set(new Phase(requests, header, value));
    }

    /** False: it was answered 429. */
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
