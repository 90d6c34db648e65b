package io.apikit;

import io.javalin.http.Context;

/** Says that the service is up, whatever its backend does. */
final class Health {
    private Health() {}

    static void answer(Context ctx) {
        ctx.contentType("text/plain").result("OK");
    }
}
