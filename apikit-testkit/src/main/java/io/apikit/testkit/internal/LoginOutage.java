package io.apikit.testkit.internal;

import io.javalin.http.Context;
import java.time.Duration;

/**
 * The failure that a login endpoint imitates.
 *
 * @param status the status of every response of a login; 0 if the endpoint works
 * @param retryAfter sent as {@code Retry-After}, unless it is zero
 */
public record LoginOutage(int status, Duration retryAfter) {
    /** The endpoint works. */
    public static final LoginOutage NONE = new LoginOutage(0, Duration.ZERO);

    /** Returns whether the endpoint fails. */
    public boolean active() {
        return status != 0;
    }

    /** Writes the response of an endpoint that fails. */
    public void send(Context ctx) {
        if (!retryAfter.isZero()) {
            ctx.header("Retry-After", String.valueOf(retryAfter.toSeconds()));
        }
        HtmlTemplate.send(
                ctx, status, "Login unavailable", "<p>The identity provider cannot go on with this login.</p>");
    }
}
