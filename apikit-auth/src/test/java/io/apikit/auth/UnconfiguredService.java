package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;

import com.sun.net.httpserver.HttpServer;
import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A service whose author has not set up the log, and two callers of it: one with a password, one with a token. */
final class UnconfiguredService {
    private UnconfiguredService() {}

    public static void main(String[] args) throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            try (var body = exchange.getResponseBody()) {
                body.write("ok".getBytes(StandardCharsets.US_ASCII));
            }
        });
        server.start();
        var url = "http://127.0.0.1:" + server.getAddress().getPort();
        var passwords = Backend.at(url).auth(Authenticator.basic()).build();
        var tokens = Backend.at(url).auth(Authenticator.bearerRelay()).build();
        var app = ApiApp.builder(metadata())
                .auth(passwords)
                .closeOnStop(tokens)
                .routes(() -> {
                    get(
                            "/password",
                            ctx -> ctx.result(
                                    passwords.session(ctx).get("/").orThrow().text()));
                    get(
                            "/token",
                            ctx -> ctx.result(
                                    tokens.session(ctx).get("/").orThrow().text()));
                })
                .build()
                .start("127.0.0.1", 0);
        var password = Base64.getEncoder().encodeToString("alice:wonderland".getBytes(StandardCharsets.UTF_8));
        ask(app.port(), "/password", "Basic " + password);
        ask(app.port(), "/token", "Bearer token-alice-1");
        app.stop();
        server.stop(0);
    }

    private static ServiceMetadata metadata() {
        return ServiceMetadata.builder()
                .name("unconfigured")
                .version("1")
                .repository("https://example.org/unconfigured")
                .description("A service without a configured log.")
                .build();
    }

    private static void ask(int port, String path, String authorization) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", authorization)
                .build();
        var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println("> " + path + " " + response.statusCode() + " " + response.body());
    }
}
