package io.apikit.testkit.internal;

import io.javalin.http.Context;
import java.time.Duration;

/**
 * How the login endpoint fails at the moment.
 *
 * @param status the status of every page of a login; 0 for none, that is, it works
 * @param retryAfter sent as {@code Retry-After}, unless it is zero
 */
public record LoginOutage(int status, Duration retryAfter) {
    public static final LoginOutage NONE = new LoginOutage(0, Duration.ZERO);

    public boolean active() {
        return status != 0;
    }

    public void send(Context ctx) {
        if (!retryAfter.isZero()) {
            ctx.header("Retry-After", String.valueOf(retryAfter.toSeconds()));
        }
        HtmlTemplate.send(
                ctx, status, "Login unavailable", "<p>The identity provider cannot go on with this login.</p>");
    }
}
