package io.apikit;

import io.apikit.ops.AccessLog;
import io.javalin.config.JavalinState;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.Header;
import java.util.List;

/** A route of the library's own, at one literal path: asked by machines, again and again. */
record OwnRoute(String path, Handler handler) {
    void mount(JavalinState state) {
        for (var method : List.of(HandlerType.GET, HandlerType.HEAD)) {
            state.routes.addHttpHandler(method, path, AccessLog.quiet(this::answer));
        }
    }

    /** It is true at this moment alone: no cache keeps it, and so it has no variants. */
    private void answer(Context ctx) throws Exception {
        handler.handle(ctx.disableCompression().header(Header.CACHE_CONTROL, "no-store"));
    }
}
