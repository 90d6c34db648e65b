package io.apikit.callers;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static io.javalin.apibuilder.ApiBuilder.sse;
import static io.javalin.apibuilder.ApiBuilder.ws;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.ops.Operations;
import io.apikit.ops.callers.CallerCheck;
import io.apikit.ops.callers.VerifiedCaller;
import io.javalin.http.Context;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.MDC;

/** A service with a service account, whose callers are checked, and a backend that notes each header it gets. */
final class ProtectedService implements AutoCloseable {
    static final ServiceMetadata METADATA = ServiceMetadata.builder()
            .name("uservice-guarded")
            .version("0.0.1")
            .repository("https://example.org/uservice-guarded")
            .description("A guarded service")
            .build();

    private final HttpServer backend;
    private final List<String> backendHeaders = new CopyOnWriteArrayList<>();
    private final List<String> handled = new CopyOnWriteArrayList<>();
    private final Backend account;
    private final ApiApp app;

    private ProtectedService(CallerCheck check, Consumer<Operations> more) {
        this.backend = openBackend();
        this.account = Backend.at("http://127.0.0.1:" + backend.getAddress().getPort())
                .auth(Authenticator.basic())
                .credentials(Credentials.password("service", "canary-service-password"))
                .build();
        this.app = ApiApp.builder(METADATA)
                .routePrefixes("/", "/guarded")
                .auth(account)
                .operations(ops -> ops.callers(check))
                .operations(more)
                .javalin(config -> config.routes.wsBeforeUpgrade(
                        "/socket", ctx -> handled.add("socket of " + Callers.of(ctx) + ctx.header("X-API-Key"))))
                .routes(() -> {
                    get("/value", this::value);
                    post("/value", this::value);
                    sse("/events", client -> {
                        handled.add("sse");
                        client.sendEvent("one");
                        client.close();
                    });
                    ws("/socket", socket -> socket.onConnect(ctx -> ctx.send("hello")));
                })
                .build()
                .start("127.0.0.1", 0);
    }

    static ProtectedService start(CallerCheck check) {
        return new ProtectedService(check, ops -> {});
    }

    static ProtectedService start(CallerCheck check, Consumer<Operations> more) {
        return new ProtectedService(check, more);
    }

    private HttpServer openBackend() {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                backendHeaders.add(exchange.getRequestHeaders().entrySet().toString());
                var body = "93.5".getBytes(UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void value(Context ctx) {
        handled.add(ctx.headerMap().toString());
        var name = Callers.of(ctx).map(VerifiedCaller::name).orElse("nobody");
        ctx.result(account.session(ctx).get("/value").text() + " for " + name + " in the log " + MDC.get("caller"));
    }

    RequestSpecification given() {
        return RestAssured.given()
                .baseUri("http://127.0.0.1")
                .port(app.port())
                .header("Connection", "close")
                .redirects()
                .follow(false);
    }

    RequestSpecification withKey(String key) {
        return given().header("X-API-Key", key);
    }

    RequestSpecification withToken(String token) {
        return given().header("Authorization", "Bearer " + token);
    }

    /** Sends these bytes, and returns all that comes until the server closes. */
    String raw(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), app.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    int port() {
        return app.port();
    }

    /** Returns what reached the routes. */
    List<String> handled() {
        return handled;
    }

    List<String> backendHeaders() {
        return backendHeaders;
    }

    /** Returns how often the check had this outcome. */
    double checks(String outcome) {
        var counter = app.meters()
                .find("apikit.callers.checks")
                .tag("outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    void stopBackend() {
        backend.stop(0);
    }

    ApiApp app() {
        return app;
    }

    @Override
    public void close() {
        app.stop();
        backend.stop(0);
    }
}
