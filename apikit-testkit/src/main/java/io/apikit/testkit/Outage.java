package io.apikit.testkit;

import io.javalin.http.Context;
import java.time.Duration;

/**
 * How the login endpoint fails at the moment.
 *
 * @param status the status of every page of a login; 0 for none, that is, it works
 * @param retryAfter sent as {@code Retry-After}, unless it is zero
 */
record Outage(int status, Duration retryAfter) {
    static final Outage NONE = new Outage(0, Duration.ZERO);

    boolean active() {
        return status != 0;
    }

    void answer(Context ctx) {
        if (!retryAfter.isZero()) {
            ctx.header("Retry-After", String.valueOf(retryAfter.toSeconds()));
        }
        Html.answer(ctx, status, "Login unavailable", "<p>The identity provider cannot go on with this login.</p>");
    }
}
