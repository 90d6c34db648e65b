package io.apikit.starter;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;

import io.apikit.ApiApp;
import io.apikit.BackendError;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.javalin.Javalin;
import io.javalin.apibuilder.ApiBuilder;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests services in front of a backend, without a process of their own. */
class ServiceTest {
    record JobMetric(String jobname, String metric, String value) {}

    /** The service of the technote. */
    private static final Service MY_MICROSERVICE = Service.named(ServiceMetadata.builder()
                    .name("uservice-mymicroservice")
                    .version("0.0.1")
                    .repository("https://github.com/sqre-lsst/uservice-mymicroservice")
                    .description("My delightful microservice")
                    .build())
            .routePrefixes("/", "/mymicroservice")
            .get("/{jobname}/{metric}", (session, ctx) -> {
                var query = Map.of("job", ctx.pathParam("jobname"), "metric", ctx.pathParam("metric"));
                var value = session.get("/api", query).text();
                ctx.json(new JobMetric(ctx.pathParam("jobname"), ctx.pathParam("metric"), value));
            });

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Javalin backend = TestServices.backend(this::answer, this::logIn);

    private void answer(Context ctx) {
        asked.add(ctx.header("Authorization") + " " + ctx.header("X-API-KEY") + " " + ctx.queryString());
        if ("unknown".equals(ctx.queryParam("metric"))) {
            throw new NotFoundResponse("no such metric");
        }
        ctx.result("93.5");
    }

    private void logIn(Context ctx) {
        asked.add("login of " + ctx.formParam("who") + " " + ctx.formParam("secret"));
        ctx.json(Map.of("token", "t0k3n"));
    }

    @AfterEach
    void stop() {
        backend.stop();
    }

    @Test
    void twelveLinesAnswerAsTheTechnoteSays() {
        var app = start(MY_MICROSERVICE.at(url()));
        for (var prefix : List.of("", "/mymicroservice")) {
            assertThat(at(app).get(prefix + "/nightly/coverage").asString())
                    .isEqualTo("{\"jobname\":\"nightly\",\"metric\":\"coverage\",\"value\":\"93.5\"}");
            at(app).get(prefix + "/metadata").then().statusCode(200).body("name", equalTo("uservice-mymicroservice"));
        }
        at(app).get("/nightly/unknown").then().statusCode(404).body("status_code", equalTo(404));
        assertThat(at(app).get("/health/ready").asString())
                .isEqualTo("{\"status\":\"up\",\"checks\":{\"backend\":\"up\"}}");
        app.stop();
    }

    @Test
    void eachMethodHasItsRoute() {
        SessionHandler echo =
                (session, ctx) -> ctx.result(ctx.method() + session.get("/api").text());
        var app = start(Service.named(TestServices.METADATA)
                .backend(url())
                .get("/x", echo)
                .post("/x", echo)
                .put("/x", echo)
                .patch("/x", echo)
                .delete("/x", echo)
                .app(Map.of()));
        for (var method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
            assertThat(at(app).request(method, "/x").asString()).isEqualTo(method + "93.5");
        }
        app.stop();
    }

    @Test
    void settingsOfTheAuthorAreReadInRoutes() {
        var service = TestServices.FULL
                .get(
                        "/of-context",
                        (session, ctx) -> ctx.result("" + Settings.of(ctx).number("PAGE_SIZE")))
                .routes((backend, settings) ->
                        ApiBuilder.get("/of-routes", ctx -> ctx.result(settings.get("PAGE_SIZE"))))
                .configure((app, settings) -> app.javalin(config -> config.routes.get(
                        "/of-app", ctx -> ctx.result(settings.find("API_KEY").orElse("none")))));
        var app = start(service.app(Map.of("BACKEND_URL", url(), "PAGE_SIZE", " 7 ")));
        assertThat(at(app).get("/of-context").asString()).isEqualTo("7");
        assertThat(at(app).get("/of-routes").asString()).isEqualTo("7");
        assertThat(at(app).get("/of-app").asString()).isEqualTo("none");
        app.stop();
    }

    @Test
    void codeSaysWhatSettingsDoNot() {
        var service = TestServices.PLAIN
                .backend("http://127.0.0.1:9")
                .auth(Authenticator.basic())
                .backend(builder -> builder.name("the-backend"))
                .http(http -> http.responseTimeout(Duration.ofSeconds(3)));
        var app = start(service.at(url()));
        at(app).get("/value").then().statusCode(401);
        at(app).auth()
                .preemptive()
                .basic("alice", "wonderland")
                .get("/value")
                .then()
                .statusCode(200);
        at(app).get("/metadata").then().body("auth", equalTo("basic"));
        assertThat(at(app).get("/metrics").asString()).contains("the-backend");
        app.stop();

        var other = start(service.app(Map.of("BACKEND_URL", url(), "AUTH_MODE", "none")));
        at(other).get("/value").then().statusCode(200);
        other.stop();
    }

    @Test
    void furtherBackendHasItsOwnPrefixAndAccount() {
        var app = start(TestServices.FULL.app(Map.of(
                "BACKEND_URL", "http://127.0.0.1:9",
                "PELE_URL", url(),
                "PELE_USERNAME", "robot",
                "PELE_PASSWORD", "r0b0t")));
        at(app).get("/pele/echo").then().statusCode(200).body(equalTo("93.5"));
        at(app).get("/pele/nothing").then().statusCode(404);
        at(app).get("/nasa/echo").then().statusCode(404);
        assertThat(asked).containsExactly("Basic cm9ib3Q6cjBiMHQ= null null");
        app.stop();
    }

    @Test
    void tokenLoginIsDescribedBySettings() {
        var app = start(TestServices.PLAIN.app(Map.of(
                "BACKEND_URL", url(),
                "AUTH_MODE", "token-login",
                "AUTH_ENDPOINT", "/login",
                "AUTH_FIELDS", "form:who,secret",
                "AUTH_SIGN", "X-API-KEY: {token}")));
        at(app).auth()
                .preemptive()
                .basic("alice", "wonderland")
                .get("/value")
                .then()
                .statusCode(200);
        assertThat(asked).containsExactly("login of alice wonderland", "null t0k3n null");
        app.stop();
    }

    @ParameterizedTest
    @CsvSource({
        "none, none, ",
        "Basic, basic, ",
        "bearer, bearer, ",
        "oauth2-proxy, oauth2-proxy, /sso/start",
        "bitly-proxy, oauth2-proxy, ",
        "form-login, form, /login",
        "token-login, token, ",
        "client-credentials, client-credentials, https://issuer.example.org/token"
    })
    void modesHaveTheirNamesAndAnOldOne(String name, String mode, String endpoint) {
        var settings = new HashMap<>(Map.of("BACKEND_URL", url(), "AUTH_MODE", name));
        if (endpoint != null) {
            settings.put("AUTH_ENDPOINT", endpoint);
        }
        var app = start(TestServices.PLAIN.app(settings));
        at(app).get("/metadata").then().body("auth", equalTo(mode));
        app.stop();
    }

    @Test
    void mountedPasswordIsReadAgainWhenItChanges(@TempDir Path folder) throws Exception {
        // As Kubernetes mounts a secret: the file is a link, which leads to another file after a change.
        var link = folder.resolve("auth-password");
        Files.createSymbolicLink(link, Files.writeString(folder.resolve("1"), "one\n"));
        var app = start(TestServices.PLAIN.app(Map.of(
                "BACKEND_URL",
                url(),
                "AUTH_MODE",
                "basic",
                "AUTH_USERNAME",
                "robot",
                "SECRETS_DIR",
                folder.toString())));
        at(app).get("/value").then().statusCode(200);
        var next = Files.createSymbolicLink(folder.resolve("next"), Files.writeString(folder.resolve("2"), "two\n"));
        Files.move(next, link, StandardCopyOption.REPLACE_EXISTING);
        at(app).get("/value").then().statusCode(200);
        assertThat(asked).containsExactly("Basic cm9ib3Q6b25l null null", "Basic cm9ib3Q6dHdv null null");
        app.stop();
    }

    @Test
    void callersNeedAKeyWhereAFileHasThem(@TempDir Path folder) throws Exception {
        var digest = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
        var keys = Files.writeString(folder.resolve("keys"), "alice: " + digest + "\n");
        var settings = Map.of("BACKEND_URL", url(), "CALLERS_KEYS_FILE", keys.toString());
        var app = start(TestServices.PLAIN.app(settings));
        at(app).get("/value").then().statusCode(401);
        at(app).get("/health/ready").then().statusCode(200);
        assertThat(asked).isEmpty();
        app.stop();
    }

    @Test
    void failedStartClosesWhatItHasOpened() {
        var backends = new ArrayList<Backend>();
        var service = TestServices.PLAIN
                .further(FurtherBackend.named(
                        "pele", "Pele", site -> site.system(Authenticator.none(), pele -> backends.add(pele))))
                .routes((backend, settings) -> backends.add(backend))
                .configure(app -> app.routes(() -> {
                    assertThat(backends).hasSize(2);
                    // A busy machine may need more than the second of one attempt.
                    assertThat(backends)
                            .allMatch(backend -> Stream.generate(backend::isReachable)
                                    .limit(20)
                                    .anyMatch(isReachable -> isReachable));
                    throw new IllegalStateException("no such route");
                }));

        assertThatThrownBy(() -> service.app(Map.of("BACKEND_URL", url(), "PELE_URL", url())))
                .hasMessage("no such route");

        assertThat(backends).noneMatch(Backend::isReachable);
    }

    @Test
    void serviceIsNotChangedByItsCopies() {
        var copy = TestServices.PLAIN.backend(url()).get("/other", (session, ctx) -> ctx.result("other"));
        assertThat(copy).isNotSameAs(TestServices.PLAIN);
        assertThatThrownBy(() -> TestServices.PLAIN.app(Map.of()))
                .hasMessage("BACKEND_URL: is not set, and the service has no other backend");
    }

    @Test
    void twoSettingsOfOneNameAreRejected() {
        assertThatThrownBy(() -> TestServices.PLAIN.setting(Setting.named("PORT", "another one")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PORT");
        assertThatThrownBy(() -> Setting.named("page-size", "small letters"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unknownSettingInARouteIsNamed() {
        var service = TestServices.PLAIN.get("/wrong", (session, ctx) -> {
            try {
                ctx.result(Settings.of(ctx).get("PAGE_SIZE"));
            } catch (IllegalArgumentException e) {
                throw BackendError.of(500, e.getMessage());
            }
        });
        var app = start(service.at(url()));
        at(app).get("/wrong")
                .then()
                .statusCode(500)
                .body("error_content", equalTo("there is no setting with the name PAGE_SIZE"));
        app.stop();
    }

    private String url() {
        return TestServices.url(backend);
    }

    private static ApiApp start(ApiApp app) {
        return app.start("127.0.0.1", 0);
    }

    private static RequestSpecification at(ApiApp app) {
        return given().baseUri("http://127.0.0.1:" + app.port()).header("Connection", "close");
    }
}
