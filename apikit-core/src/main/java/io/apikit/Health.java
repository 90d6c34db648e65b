package io.apikit;

import io.apikit.ops.AccessLog;
import io.javalin.http.Context;

/** Says that the service is up, whatever its backend does. */
final class Health {
    private Health() {}

    static void answer(Context ctx) {
        AccessLog.quiet(ctx);
        Exchange.of(ctx).ifPresent(Exchange::forAll);
        ctx.contentType("text/plain").disableCompression().result("OK");
    }
}
