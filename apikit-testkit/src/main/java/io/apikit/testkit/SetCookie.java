package io.apikit.testkit;

import io.javalin.http.Context;
import java.time.Duration;

/** Writes {@code Set-Cookie} (RFC 6265, section 4.1): always {@code Path=/} and {@code HttpOnly}. */
record SetCookie(boolean secure) {
    void session(Context ctx, String name, String value) {
        ctx.res().addHeader("Set-Cookie", name + "=" + value + attributes());
    }

    void keep(Context ctx, String name, String value, Duration life) {
        ctx.res().addHeader("Set-Cookie", name + "=" + value + attributes() + "; Max-Age=" + life.toSeconds());
    }

    void delete(Context ctx, String name) {
        ctx.res()
                .addHeader(
                        "Set-Cookie", name + "=" + attributes() + "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    }

    private String attributes() {
        return "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }
}
