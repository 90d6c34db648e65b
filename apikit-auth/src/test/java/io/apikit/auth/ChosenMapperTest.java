package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.json.JavalinJackson;
import io.javalin.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which mapper reads a backend's JSON, and whether an unknown field matters to it. */
class ChosenMapperTest extends FrontDoorTest {
    record Job(String name) {}

    private static final String LONGER = "{\"name\":\"a\",\"new\":1}";

    private String url = "";
    private Javalin app = Javalin.create();

    @BeforeEach
    void backendWithANewField() {
        url = backend(config -> config.routes.get(
                "/job", ctx -> ctx.contentType("application/json").result(LONGER)));
    }

    @AfterEach
    void stopApp() {
        app.stop();
    }

    @Test
    void theDefaultMapperIgnoresWhatABackendAdds() throws Exception {
        assertThat(status(start(Backend.at(url), config -> {}))).isEqualTo(200);
        assertThat(BackendResponse.of(200, Map.of(), LONGER.getBytes(UTF_8))
                        .json(Job.class)
                        .name())
                .isEqualTo("a");
    }

    @Test
    void whatACallerAddsIsRefusedAsBefore() throws Exception {
        var port = start(Backend.at(url), config -> {});

        var response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/job"))
                                .POST(HttpRequest.BodyPublishers.ofString(LONGER))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("new");
    }

    @Test
    void theAppsOwnMapperDecides() throws Exception {
        assertThat(status(start(Backend.at(url), config -> config.jsonMapper(strict()))))
                .isEqualTo(502);
        app.stop();
        assertThat(status(start(Backend.at(url).json(strict()), config -> config.jsonMapper(lenient()))))
                .isEqualTo(200);
    }

    @Test
    void theBackendsOwnMapperDecidesWhereTheAppHasNone() throws Exception {
        assertThat(status(start(Backend.at(url).json(strict()), config -> {}))).isEqualTo(502);
        assertThat(opened(Backend.at(url))
                        .session(Credentials.none())
                        .get("/job")
                        .json(Job.class)
                        .name())
                .isEqualTo("a");
        var strict = opened(Backend.at(url).json(strict())).session(Credentials.none());
        assertFails(502, () -> strict.get("/job").json(Job.class));
    }

    @Test
    void aModeReadsItsResponsesLeniently() {
        var mode = new Authenticator() {
            @Override
            public String name() {
                return "judging";
            }

            @Override
            public Login logIn(Credentials credentials, LoginTransport bare) {
                return Login.of(Map.of(
                        "X-Name",
                        bare.send(BackendRequest.get("/job")).json(Job.class).name()));
            }

            @Override
            public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
                return response.json(Job.class).name().equals("a") ? Verdict.ACCEPTED : Verdict.EXPIRED;
            }
        };

        var session = opened(Backend.at(url).auth(mode)).session(Credentials.none());
        assertThat(session.get("/job").status()).isEqualTo(200);
    }

    private static JsonMapper strict() {
        return new JavalinJackson(JavalinJackson.defaultMapper(), false);
    }

    private static JsonMapper lenient() {
        return new JavalinJackson(
                JavalinJackson.defaultMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES), false);
    }

    private int status(int port) throws Exception {
        return ask(port, "/job").statusCode();
    }

    private int start(Backend.Builder settings, Consumer<JavalinConfig> javalin) {
        var backend = opened(settings);
        app = ApiApp.builder(ServiceMetadata.builder()
                        .name("chosen-mapper")
                        .version("1")
                        .repository("https://example.org/chosen-mapper")
                        .description("Reads the JSON of a backend.")
                        .build())
                .auth(backend)
                .javalin(javalin)
                .routes(() -> {
                    get(
                            "/job",
                            ctx -> ctx.result(backend.session(ctx)
                                    .get("/job")
                                    .json(Job.class)
                                    .name()));
                    post("/job", ctx -> ctx.result(ctx.bodyAsClass(Job.class).name()));
                })
                .operations(ops -> ops.grace(Duration.ZERO).stopDelay(Duration.ZERO))
                .build()
                .start("127.0.0.1", 0);
        return app.port();
    }
}
