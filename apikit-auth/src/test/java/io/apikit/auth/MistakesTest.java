package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The mistakes of an author who is new to the library. Each gets a message that names the thing and what to do. */
@Timeout(90)
class MistakesTest extends SessionTest {
    private static final String LOCAL = "127.0.0.1";

    /** Builds an app and forgets to start it. */
    static final class NeverStarted {
        private NeverStarted() {}

        public static void main(String[] args) {
            var metadata = ServiceMetadata.builder()
                    .name("uservice-unstarted")
                    .version("0.0.1")
                    .repository("https://example.org/uservice-unstarted")
                    .description("A first service.");
            ApiApp.builder(metadata.build())
                    .routes(() -> get("/x", ctx -> ctx.result("x")))
                    .build();
        }
    }

    private final List<ApiApp> apps = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final LibraryLog log = LibraryLog.opened();

    @AfterEach
    void stop() {
        apps.forEach(ApiApp::stop);
        log.close();
    }

    private static ApiApp.Builder app() {
        return ApiApp.builder(metadata().build())
                .operations(ops -> ops.grace(Duration.ZERO).stopDelay(Duration.ZERO));
    }

    private static ServiceMetadata.Builder metadata() {
        return ServiceMetadata.builder()
                .name("uservice-newcomer")
                .version("0.0.1")
                .repository("https://example.org/uservice-newcomer")
                .description("A first service.");
    }

    private ApiApp started(ApiApp.Builder builder) {
        var app = builder.build().start(LOCAL, 0);
        apps.add(app);
        return app;
    }

    private HttpResponse<String> ask(ApiApp app, String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://" + LOCAL + ":" + app.port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static Consumer<Context> textOf(Backend backend) {
        return ctx -> ctx.result(backend.session(ctx).get("/data").orThrow().text());
    }

    @Test
    void authIsForgottenOnTheApp() throws Exception {
        var backend = opened(Backend.at(server.url()));
        var app = started(
                app().routes(() -> get("/jobs/{id}", ctx -> textOf(backend).accept(ctx))));

        ask(app, "/jobs/1");
        ask(app, "/jobs/2");

        assertThat(log.await(Level.WARN, "which its app does not know"))
                .contains(
                        "The route GET /jobs/{id} uses the backend " + server.url(),
                        "Add .auth(backend) to the app",
                        ".routes(prefix, backend, ..)",
                        ".closeOnStop(backend)");
        assertThat(log.count("which its app does not know")).isZero();
    }

    @Test
    void authIsForgottenOnTheBackend() throws Exception {
        var backend = opened(Backend.at(challenging()));
        var app = started(app().auth(backend)
                .routes(() -> get("/x", ctx -> textOf(backend).accept(ctx))));

        var response = ask(app, "/x", "Authorization", FrontDoorTest.basic("alice", "wonderland"));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body())
                .contains(
                        "No auth mode is set for this backend, which asks for credentials (Basic)",
                        "Backend.at(..).auth(..)",
                        "who are you?");
    }

    private String challenging() {
        var challenger = started(app().routes(() -> get(
                "/data",
                ctx -> ctx.status(401)
                        .header("WWW-Authenticate", "Basic realm=\"x\"")
                        .result("who are you?"))));
        return "http://" + LOCAL + ":" + challenger.port();
    }

    @Test
    void handlerBlocksForEver() throws Exception {
        var release = new CountDownLatch(1);
        var app = started(app().operations(ops -> ops.warnAfter(Duration.ofSeconds(2)))
                .routes(() -> get("/stuck/{id}", ctx -> waitFor(release))));
        var calls = List.of(askLater(app, "/stuck/1"), askLater(app, "/stuck/2"));

        assertThat(log.await(Level.WARN, "has no response after"))
                .contains("GET /stuck/{id}", "its handler blocks", "MistakesTest.waitFor", "the stack of the thread");

        release.countDown();
        for (var call : calls) {
            assertThat(call.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        assertThat(log.count("has no response after")).isZero();
    }

    private static void waitFor(CountDownLatch release) throws InterruptedException {
        assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private CompletableFuture<HttpResponse<String>> askLater(ApiApp app, String path) {
        var request = HttpRequest.newBuilder(URI.create("http://" + LOCAL + ":" + app.port() + path))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void handlerReturnsNothing() throws Exception {
        var app = started(app().routes(() -> {
            get("/result", ctx -> ctx.result("x"));
            get("/nothing", ctx -> {});
        }));

        assertThat(ask(app, "/result").body()).isEqualTo("x");
        assertThat(ask(app, "/nothing").body()).isEmpty();

        assertThat(log.await(Level.DEBUG, "has sent 200 without a body"))
                .contains("GET /nothing", "its handler has set no result");
    }

    @Test
    void secondAppUsesTheBackendOfTheFirst() throws Exception {
        var backend = opened(Backend.at(server.url()));
        started(app().auth(backend)).stop();
        var second = started(app().auth(backend)
                .routes(() -> get("/x", ctx -> textOf(backend).accept(ctx))));

        var response = ask(second, "/x");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body())
                .contains(
                        "The backend " + server.url() + " is closed, by close() or with an app that has stopped",
                        "build a backend for each app");
    }

    @Test
    void sessionIsMadeAfterTheRequest() throws Exception {
        var backend = opened(Backend.at(server.url()).auth(Authenticator.basic()));
        var kept = new CompletableFuture<Context>();
        var app = started(app().auth(backend).routes(() -> get("/x", ctx -> kept.complete(ctx.result("x")))));
        ask(app, "/x", "Authorization", FrontDoorTest.basic("alice", "wonderland"));
        log.await(Level.INFO, "GET /x 200");
        // The connection serves one more request, after which the first one is over for certain.
        ask(app, "/health/live");

        assertThatIllegalStateException()
                .isThrownBy(() -> backend.session(kept.get()))
                .withMessageContaining("session(ctx) of the backend " + server.url()
                        + " was called after the request was over: call it in the handler");
    }

    @Test
    void startIsForgotten(@TempDir Path folder) throws Exception {
        var process = JavaProcess.run(NeverStarted.class, entry -> false, folder.resolve("output"));

        assertThat(process.exitCode()).isZero();
        assertThat(process.output())
                .anySatisfy(line -> assertThat(line)
                        .contains("WARN", "The app uservice-unstarted was built and never started: call start()"));
    }

    @Test
    void portIsAskedForBeforeStart() {
        var app = app().build();
        apps.add(app);

        assertThatIllegalStateException()
                .isThrownBy(app::port)
                .withMessage("the app uservice-newcomer has no port before start()");
    }

    @Test
    void twoRoutesMatchTheSamePaths() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> app().routes(() -> {
                            get("/{a}", ctx -> ctx.result("a"));
                            get("/{b}", ctx -> ctx.result("b"));
                        })
                        .build())
                .withMessage("the routes GET /{a} and GET /{b} match the same paths, and only the first would run:"
                        + " remove one of them");
    }

    @Test
    void routeHasAPathOfTheApp() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> app().routes(() -> get("/metrics", ctx -> ctx.result("mine")))
                        .build())
                .withMessage("the route GET /metrics has a path of the app's own: /metrics is the metrics, which"
                        + " operations(ops -> ops.metrics(\"/another/path\")) moves and metrics(null) switches off");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> app().routes(() -> get("/metadata/", ctx -> ctx.result("mine")))
                        .build())
                .withMessageContaining("/metadata is the metadata, which is below every route prefix")
                .withMessageContaining("give your route another path");
    }

    @Test
    void twoModesAreSetOnOneBackend() {
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        Backend.at(server.url()).auth(Authenticator.basic()).auth(Authenticator.oauth2Proxy()))
                .withMessage("auth(..) of a backend is set to the mode basic already, and cannot be set twice:"
                        + " build a second backend for another mode");
    }

    @Test
    void twoBackendsAreTheModeOfOneApp() {
        var first = opened(Backend.at(server.url()));

        assertThatIllegalStateException()
                .isThrownBy(() -> app().auth(first).auth(opened(Backend.at(server.url()))))
                .withMessageContaining("auth(..) of the app is set to Backend[" + server.url() + ", none] already")
                .withMessageContaining("routes(prefix, backend, ..) or closeOnStop(backend)");
    }

    @Test
    void oneBuilderBuildsTwice() {
        var builder = Backend.at(server.url());
        opened(builder);
        var app = app();
        apps.add(app.build());

        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessageContaining("each backend needs a Backend.at(..) of its own");
        assertThatIllegalStateException()
                .isThrownBy(app::build)
                .withMessageContaining("each app needs an ApiApp.builder(..) of its own");
    }

    @Test
    void startWithAPortListensToOtherMachines() throws Exception {
        var app = app().build();
        apps.add(app.start(0));

        assertThat(log.await(Level.INFO, "listening on"))
                .contains("(all interfaces; start(\"127.0.0.1\", port) listens on this machine alone)");
    }

    @Test
    void portIsInUse() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> app().build().start(LOCAL, other.getLocalPort()))
                    .hasMessageContaining("Port already in use")
                    .hasMessageContaining(String.valueOf(other.getLocalPort()));
        }
    }

    @Test
    void metadataIsBlank() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metadata().description(" ").build())
                .withMessageContaining("description");
    }

    @Test
    void passwordIsWrong() throws Exception {
        var backend = backend();
        var app = started(app().auth(backend)
                .routes(() -> get("/x", ctx -> textOf(backend).accept(ctx))));

        var none = ask(app, "/x");
        var wrong = ask(app, "/x", "Authorization", FrontDoorTest.basic("alice", "wrong"));

        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.body()).contains("Credentials are needed.");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(log.await(Level.WARN, "refused a login"))
                .contains(server.url())
                .doesNotContain("wrong");
    }

    @Test
    void pathParameterHasATypo() throws Exception {
        var app = started(app().routes(() -> get("/jobs/{jobname}", ctx -> ctx.result(ctx.pathParam("jobnam")))));

        var response = ask(app, "/jobs/nightly", "X-Request-Id", "typo-1");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("request id typo-1");
        assertThat(log.await(Level.ERROR, "typo-1"))
                .contains("'jobnam' is not a valid path-param for '/jobs/{jobname}'");
    }

    record Job(String name, int size) {}

    @Test
    void backendSendsAnotherFieldOrType() throws Exception {
        assertThat(ask(wrapping(200, "{\"name\":\"a\",\"size\":1,\"owner\":\"o\"}"), "/x")
                        .body())
                .isEqualTo("{\"name\":\"a\",\"size\":1}");

        var response = ask(wrapping(200, "{\"name\":\"a\",\"size\":\"big\"}"), "/x");

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("no valid JSON of the kind expected");
        assertThat(log.await(Level.WARN, "does not fit"))
                .contains("MistakesTest$Job: $.size is not of the type expected, int")
                .doesNotContain("big");
    }

    @Test
    void orThrowIsForgotten() throws Exception {
        var response = ask(wrapping(404, "No such job: 7"), "/x");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("Not Found", "No such job: 7");
    }

    private ApiApp wrapping(int status, String body) {
        var wrapped = started(app().javalin(config ->
                config.routes.get("/data", ctx -> ctx.status(status).result(body))));
        var backend = opened(Backend.at("http://" + LOCAL + ":" + wrapped.port()));
        return started(app().auth(backend)
                .routes(() -> get(
                        "/x", ctx -> ctx.json(backend.session(ctx).get("/data").json(Job.class)))));
    }

    @Test
    void passwordFileIsNotThere(@TempDir Path folder) {
        var file = folder.resolve("password");

        assertThatIllegalArgumentException()
                .isThrownBy(Backend.at(server.url()).credentials(Credentials.passwordFile("service", file))::build)
                .withMessage(file + ": there is no such file");
    }

    @Test
    void baseUrlLacksItsScheme() {
        assertThatIllegalArgumentException()
                .isThrownBy(Backend.at("me:looking-glass@pele.example.org")::build)
                .withMessageContaining("'***@pele.example.org'")
                .withMessageContaining("https://***@pele.example.org")
                .withMessageNotContaining("looking-glass");
    }

    @Test
    void appIsStartedTwice() {
        var app = started(app());

        assertThatThrownBy(() -> app.start(LOCAL, 0)).hasMessageContaining("an ApiApp can be started only once");
    }
}
