package io.apikit.interop;

import io.javalin.Javalin;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** The backend behind the proxy: tells who it was told is calling, and with which cookies. */
final class Upstream implements AutoCloseable {
    private final Javalin app;
    private final List<String> opened = new CopyOnWriteArrayList<>();
    private volatile String lastUser = "";

    Upstream() {
        app = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.jetty.host = "127.0.0.1";
                    config.jetty.port = 0;
                    // Split cookies pass the usual limit of 8 kB.
                    config.jetty.modifyHttpConfiguration(http -> http.setRequestHeaderSize(64 * 1024));
                    config.routes.get("/data", this::data);
                    config.routes.post("/open/{status}", this::open);
                    config.routes.get("/cookies", ctx -> ctx.result(proxyCookies(ctx)));
                })
                .start();
    }

    String url() {
        return "http://127.0.0.1:" + app.port();
    }

    /** Who called last, by {@code X-Forwarded-User}. */
    String lastUser() {
        return lastUser;
    }

    /** Who has sent a POST below {@code /open/}, since the last call of this method, in their order. */
    List<String> opened() {
        var all = List.copyOf(opened);
        opened.clear();
        return all;
    }

    private void open(Context ctx) {
        opened.add(email(ctx));
        int status = Integer.parseInt(ctx.pathParam("status"));
        ctx.status(status).result(status == 204 ? "" : ctx.body());
    }

    private static String email(Context ctx) {
        return Optional.ofNullable(ctx.header("X-Forwarded-Email")).orElse("nobody");
    }

    private void data(Context ctx) {
        var email = email(ctx);
        lastUser = Optional.ofNullable(ctx.header("X-Forwarded-User")).orElse("");
        ctx.result(ctx.method() + " " + email + ctx.body());
    }

    private static String proxyCookies(Context ctx) {
        return ctx.cookieMap().entrySet().stream()
                .filter(cookie -> cookie.getKey().startsWith("_oauth2_proxy"))
                .map(cookie -> cookie.getKey() + "="
                        + Integer.toHexString(cookie.getValue().hashCode()))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    @Override
    public void close() {
        app.stop();
    }
}
