package io.apikit;

import io.apikit.ops.AccessLog;
import io.javalin.config.JavalinState;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.List;

/** A route of the library's own, at one literal path: asked by machines, again and again. */
record OwnRoute(String path, Handler handler) {
    void mount(JavalinState state) {
        for (var method : List.of(HandlerType.GET, HandlerType.HEAD)) {
            state.routes.addHttpHandler(method, path, AccessLog.quiet(handler));
        }
    }
}
