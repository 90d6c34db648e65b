package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.ops.Operations;
import io.javalin.Javalin;
import io.javalin.apibuilder.EndpointGroup;
import io.javalin.config.JavalinConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;

/** What every test through the whole service starts from: services and backends on free ports, and callers of them. */
abstract class FrontDoorTest extends SessionTest {
    private final List<Javalin> apps = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    /** A service with these routes in front of this backend; gives back its port. */
    int serve(Backend backend, EndpointGroup routes) {
        return serve(backend, routes, ops -> {});
    }

    private int serve(Backend backend, EndpointGroup routes, Consumer<Operations> operations) {
        var metadata = ServiceMetadata.builder()
                .name("front-door")
                .version("1")
                .repository("https://example.org/front-door")
                .description("Routes in front of a backend.")
                .build();
        var app = ApiApp.builder(metadata)
                .auth(backend)
                .routes(routes)
                .operations(operations)
                .operations(ops -> ops.grace(Duration.ZERO).stopDelay(Duration.ZERO))
                .build()
                .start("127.0.0.1", 0);
        apps.add(app);
        return app.port();
    }

    /** A service with one route, which passes on whom the backend takes the caller for. */
    int serveWhoami(Backend backend) {
        return serve(backend, whoami(backend));
    }

    /** The same behind a proxy that says where requests come from, so that a test may come from anywhere. */
    int serveWhoamiBehindProxy(Backend backend) {
        return serve(backend, whoami(backend), ops -> ops.forwardedFor("127.0.0.1"));
    }

    private static EndpointGroup whoami(Backend backend) {
        return () -> get(
                "/whoami",
                ctx -> ctx.result(backend.session(ctx).get("/whoami").orThrow().text()));
    }

    /** A backend of the test's own; gives back its URL. */
    String backend(Consumer<JavalinConfig> config) {
        var app = Javalin.create(settings -> {
                    settings.startup.showJavalinBanner = false;
                    settings.startup.startupWatcherEnabled = false;
                    settings.jetty.threadPool = new QueuedThreadPool(1200, 16);
                    config.accept(settings);
                })
                .start("127.0.0.1", 0);
        apps.add(app);
        return "http://127.0.0.1:" + app.port();
    }

    /** A service before an {@link OwnedBackend}: what each user owns. */
    int serveOwned(Backend backend) {
        return serve(
                backend,
                () -> get("/of/{user}", ctx -> {
                    var path = "/of/" + ctx.pathParam("user");
                    ctx.result(backend.session(ctx).get(path).orThrow().text());
                }));
    }

    /** Headers as name, value, name, value. */
    HttpResponse<String> ask(int port, String path, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Asks as a user who shows a password. */
    HttpResponse<String> askAs(String user, String password, int port, String path)
            throws IOException, InterruptedException {
        return ask(port, path, "Authorization", basic(user, password));
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    /** Sends a request line and headers as they are, for what no polite client sends. */
    static RawClient raw(int port, String line, String... headers) throws IOException {
        var more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return new RawClient(port, line + "\r\nHost: front-door\r\nConnection: close\r\n" + more + "\r\n");
    }

    @AfterEach
    void stopApps() {
        apps.forEach(Javalin::stop);
    }
}
