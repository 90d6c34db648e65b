package io.apikit.interop;

import io.javalin.Javalin;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The backend behind a service of ours: keeps the headers of each request, names in lower case. */
final class RecordingUpstream implements AutoCloseable {
    private final List<Map<String, String>> requests = new CopyOnWriteArrayList<>();
    private final Javalin app;

    RecordingUpstream() {
        app = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.jetty.host = "127.0.0.1";
                    config.jetty.port = 0;
                    config.routes.get("/data", ctx -> {
                        requests.add(FrontedService.headers(ctx));
                        ctx.result("good");
                    });
                })
                .start();
    }

    String url() {
        return "http://127.0.0.1:" + app.port();
    }

    /** In order. */
    List<Map<String, String>> requests() {
        return requests;
    }

    @Override
    public void close() {
        app.stop();
    }
}
