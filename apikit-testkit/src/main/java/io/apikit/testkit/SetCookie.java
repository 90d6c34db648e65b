package io.apikit.testkit;

import io.javalin.http.Context;

/** Writes the identity provider's {@code Set-Cookie} (RFC 6265, section 4.1), for as long as the browser is open. */
record SetCookie(boolean secure) {
    void session(Context ctx, String name, String value) {
        ctx.res().addHeader("Set-Cookie", name + "=" + value + attributes());
    }

    private String attributes() {
        return "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }
}
