package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.javalin.http.Handler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * What every test of a stream starts from: a service with one route, alice's session, and a backend with one connection
 * only, which must be free again after each test, however it ended.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StreamTest {
    static final Credentials ALICE = Credentials.password("alice", "wonderland");

    private final HttpClient client = HttpClient.newHttpClient();
    private volatile Handler handler = ctx -> {};
    private final ApiApp app = ApiApp.builder(metadata())
            .routes(() -> {
                get("/data", ctx -> handler.handle(ctx));
                post("/data", ctx -> handler.handle(ctx));
            })
            .operations(ops -> ops.limits(limits -> limits.bodyBytes(16 << 20)))
            .build();

    private @Nullable WireBackend server;
    private @Nullable Backend backend;

    /** Opens the backend; the service before it runs this handler for GET and POST. */
    WireBackend serve(WireBackend.Script script, Handler inTheService) {
        return serve(script, settings -> settings, inTheService);
    }

    WireBackend serve(WireBackend.Script script, UnaryOperator<Backend.Builder> settings, Handler inTheService) {
        var wire = new WireBackend(script);
        server = wire;
        handler = inTheService;
        backend = settings.apply(Backend.at(wire.url())
                        .defaultAuth(new TokenMode())
                        .retry(RetryPolicy.none())
                        .http(options().build()))
                .build();
        return wire;
    }

    static HttpOptions.Builder options() {
        return HttpOptions.builder().maxConnections(1);
    }

    static ServiceMetadata metadata() {
        return ServiceMetadata.builder()
                .name("stream")
                .version("1")
                .repository("https://example.org/stream")
                .description("Passes on.")
                .build();
    }

    /** A service that passes on what the backend's {@code /data} says. */
    WireBackend passing(WireBackend.Script script, String... headers) {
        return serve(script, ctx -> alice().stream(BackendRequest.get("/data"), ctx, headers));
    }

    BackendSession alice() {
        return session(ALICE);
    }

    BackendSession session(Credentials credentials) {
        if (backend == null) {
            throw new IllegalStateException("serve first");
        }
        return backend.session(credentials);
    }

    int port() {
        return app.port();
    }

    /** Headers as name, value, name, value. */
    HttpResponse<byte[]> ask(String method, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/data"))
                .method(method, HttpRequest.BodyPublishers.noBody());
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    RawClient rawClient() throws IOException {
        return new RawClient(port(), "GET /data HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    @BeforeAll
    void start() {
        app.start("127.0.0.1", 0);
    }

    @AfterAll
    void stop() {
        app.stop();
    }

    @AfterEach
    void connectionIsFreeAgain() {
        var opened = backend;
        var wire = server;
        backend = null;
        server = null;
        if (opened != null && wire != null) {
            try (opened;
                    wire) {
                assertThat(opened.session(ALICE).get("/free").text()).isEqualTo("free");
            }
        }
    }
}
