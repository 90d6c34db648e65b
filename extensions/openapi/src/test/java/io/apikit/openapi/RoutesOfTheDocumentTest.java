package io.apikit.openapi;

import static io.javalin.apibuilder.ApiBuilder.delete;
import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.head;
import static io.javalin.apibuilder.ApiBuilder.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.javalin.apibuilder.EndpointGroup;
import io.javalin.http.Handler;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which routes the description has, where, and what it says of them. */
@Timeout(60)
class RoutesOfTheDocumentTest {
    private static final Handler NOTHING = ctx -> {};
    private static final Set<String> OF_THE_LIBRARY =
            Set.of("/metadata", "/v1.0/metadata", "/", "/health/live", "/health/ready", "/metrics");

    record JobMetric(String jobname, String metric, String value) {}

    private static ApiApp.Builder app(OpenApi page, EndpointGroup routes) {
        return ApiApp.builder(RunningApp.METADATA).routes(routes).operations(ops -> ops.page(page));
    }

    private static JsonPath document(ApiApp.Builder builder) {
        try (var running = RunningApp.start(builder)) {
            return running.document();
        }
    }

    private static JsonPath document(OpenApi page, EndpointGroup routes) {
        return document(app(page, routes));
    }

    private static Set<String> paths(JsonPath document) {
        return document.<String, Object>getMap("paths").keySet();
    }

    private static Map<String, Object> operation(JsonPath document, String path, String method) {
        return document.getMap("paths.'" + path + "'." + method);
    }

    @Test
    void documentShowsAllRoutesOfTheApp() {
        var document = document(OpenApi.at("/docs"), () -> {
            get("/{jobname}/{metric}", NOTHING);
            head("/{jobname}/{metric}", NOTHING);
            head("/alone", NOTHING);
            post("/jobs", NOTHING);
        });

        assertThat(document.getString("openapi")).isEqualTo("3.1.0");
        assertThat(paths(document))
                .startsWith("/{jobname}/{metric}", "/alone", "/jobs")
                .containsAll(OF_THE_LIBRARY)
                .hasSize(9);
        assertThat(document.<String, Object>getMap("paths.'/{jobname}/{metric}'"))
                .containsOnlyKeys("get");
        assertThat(document.<String, Object>getMap("paths.'/alone'")).containsOnlyKeys("head");
    }

    @Test
    void routesOfTheLibraryCanBeLeftOut() {
        var document = document(OpenApi.at("/docs").operations(false), () -> get("/jobs", NOTHING));

        assertThat(paths(document)).containsExactly("/jobs");
        assertThat(document.getList("servers.url")).containsExactly(".");
    }

    @Test
    void metadataOfTheServiceIsTheInfo() {
        var document = document(OpenApi.at("/docs").license("MIT"), () -> {});

        assertThat(document.<String, Object>getMap("info"))
                .containsEntry("title", "uservice-test")
                .containsEntry("version", "0.0.1")
                .containsEntry("description", "A \"test\" service")
                .containsEntry("license", Map.of("name", "MIT", "identifier", "MIT"));
        assertThat(document.getString("externalDocs.url")).isEqualTo("https://example.org/uservice-test");
    }

    @Test
    void repositoryThatIsNoAddressIsLeftOut() {
        var metadata = ServiceMetadata.builder()
                .name("uservice-test")
                .version("1")
                .repository("on the shared disk")
                .description("d")
                .build();
        var document = document(ApiApp.builder(metadata).operations(ops -> ops.page(OpenApi.at("/docs"))));

        assertThat(document.<Object>get("externalDocs")).isNull();
    }

    @Test
    void prefixesAreServersBelowWhichThePathsAre() {
        var builder = app(OpenApi.at("/docs"), () -> get("/jobs/{id}", NOTHING)).routePrefixes("/", "/svc");
        var document = document(builder.javalin(config -> config.routes.get("/alone", NOTHING)));

        assertThat(document.getList("servers.url")).containsExactly(".", "./svc");
        assertThat(paths(document)).contains("/jobs/{id}", "/alone").noneMatch(path -> path.startsWith("/svc"));
        assertThat(operation(document, "/jobs/{id}", "get")).doesNotContainKey("servers");
        assertThat(operation(document, "/metadata", "get")).doesNotContainKey("servers");
        for (var atTheRoot : List.of("/alone", "/", "/health/live", "/metrics")) {
            assertThat(operation(document, atTheRoot, "get")).containsEntry("servers", List.of(Map.of("url", ".")));
        }
    }

    @Test
    void serversAreRelativeToTheDocument() {
        try (var running = RunningApp.start(
                app(OpenApi.at("/svc/api/docs"), () -> get("/jobs", NOTHING)).routePrefixes("/svc", "/other"))) {
            var document = running.given()
                    .get("/svc/api/openapi.json")
                    .then()
                    .extract()
                    .jsonPath();

            assertThat(document.getList("servers.url")).containsExactly("..", "../../other");
            assertThat(operation(document, "/health/live", "get"))
                    .containsEntry("servers", List.of(Map.of("url", "../..")));
        }
    }

    @Test
    void prefixThatHasTheMetadataAloneIsOfTheMetadata() {
        var app = app(OpenApi.at("/docs"), () -> get("/jobs", NOTHING)).build().addRoutePrefix("/more");
        try (var running = new RunningApp(app.start("127.0.0.1", 0))) {
            var document = running.document();

            assertThat(document.getList("servers.url")).containsExactly(".");
            assertThat(document.getList("paths.'/metadata'.get.servers.url")).containsExactly(".", "./more");
        }
    }

    @Test
    void pathsOfJavalinBecomePathsOfOpenApi() {
        var document = document(OpenApi.at("/docs"), () -> {
            get("/files/<path>", NOTHING);
            get("/any/*/and/*", NOTHING);
            get("/v-{version}/", NOTHING);
        });

        assertThat(paths(document)).contains("/files/{path}", "/any/{wildcard}/and/{wildcard2}", "/v-{version}");
        assertThat(document.getList("paths.'/any/{wildcard}/and/{wildcard2}'.get.parameters.name"))
                .containsExactly("wildcard", "wildcard2");
        assertThat(document.getString("paths.'/files/{path}'.get.parameters[0].description"))
                .isEqualTo("It may contain slashes.");
        assertThat(document.getBoolean("paths.'/v-{version}'.get.parameters[0].required"))
                .isTrue();
    }

    @Test
    void methodsOfOnePathShareTheNamesOfItsParameters() {
        var page = OpenApi.at("/docs").route("DELETE", "/jobs/{name}", route -> route.parameter("name", "Of a job."));
        var document = document(page, () -> {
            get("/jobs/{id}", NOTHING);
            delete("/jobs/{name}", NOTHING);
        });

        assertThat(document.<String, Object>getMap("paths.'/jobs/{id}'")).containsOnlyKeys("get", "delete");
        assertThat(document.<String, Object>getMap("paths.'/jobs/{id}'.delete.parameters[0]"))
                .containsEntry("name", "id")
                .containsEntry("description", "Of a job.");
    }

    @Test
    void ofTwoRoutesOfOneShapeTheFirstIsShownWhichIsTheOneThatRuns() {
        var page = OpenApi.at("/docs").route("GET", "/files/{name}", route -> route.summary("One file"));
        var document = document(page, () -> {
            get("/files/{name}", NOTHING);
            get("/files/<path>", NOTHING);
        });

        assertThat(operation(document, "/files/{name}", "get"))
                .containsEntry("summary", "One file")
                .containsEntry("operationId", "getFilesByName");
    }

    @Test
    void operationIdsAreReadableAndUnique() {
        var page = OpenApi.at("/docs").route("GET", "/b", route -> route.operationId("getAB"));
        var document = document(page, () -> {
            get("/{jobname}/{metric}", NOTHING);
            get("/jobs/{id}/log", NOTHING);
            get("/a-b", NOTHING);
            get("/a_b", NOTHING);
            get("/b", NOTHING);
        });

        assertThat(List.of("/{jobname}/{metric}", "/jobs/{id}/log", "/a-b", "/a_b", "/b", "/"))
                .map(path -> operation(document, path, "get").get("operationId"))
                .containsExactly("getByJobnameAndMetric", "getJobsByIdLog", "getAB2", "getAB3", "getAB", "getHealth");
    }

    @Test
    void descriptionOfARouteIsShown() {
        var page = OpenApi.at("/docs")
                .tag("metrics", "Of jobs.")
                .route(
                        "get",
                        "{jobname}/{metric}/",
                        route -> route.summary("One metric")
                                .description("Of *one* job.")
                                .tag("metrics")
                                .deprecated()
                                .parameter("jobname", "The job.")
                                .query("since", "First day.")
                                .requiredQuery("n", "How many.", int.class)
                                .header("X-Trace", "On or off.")
                                .answers(JobMetric.class)
                                .answers(304)
                                .error(404, "There is no such job."));
        var document = document(page, () -> get("/{jobname}/{metric}", NOTHING));
        var get = operation(document, "/{jobname}/{metric}", "get");

        assertThat(get)
                .containsEntry("summary", "One metric")
                .containsEntry("description", "Of *one* job.")
                .containsEntry("tags", List.of("metrics"))
                .containsEntry("deprecated", true);
        assertThat(document.getList("paths.'/{jobname}/{metric}'.get.parameters.name"))
                .containsExactly("jobname", "metric", "since", "n", "X-Trace");
        assertThat(document.getList("paths.'/{jobname}/{metric}'.get.parameters.in"))
                .containsExactly("path", "path", "query", "query", "header");
        assertThat(document.getList("tags.name")).startsWith("metrics");
        var responses = "paths.'/{jobname}/{metric}'.get.responses.";
        assertThat(document.getString(responses + "'200'.content.'application/json'.schema.'$ref'"))
                .isEqualTo("#/components/schemas/JobMetric");
        assertThat(document.<String, Object>getMap(responses + "'304'")).doesNotContainKey("content");
        assertThat(document.getString(responses + "'404'.description")).isEqualTo("There is no such job.");
        assertThat(document.getString(responses + "'404'.content.'application/problem+json'.schema.'$ref'"))
                .isEqualTo("#/components/schemas/ProblemDetails");
    }

    @Test
    void bodiesAndListsHaveSchemas() {
        var page = OpenApi.at("/docs")
                .route("POST", "/jobs", route -> route.body(JobMetric.class).answersListOf(JobMetric.class))
                .route("POST", "/csv", route -> route.bodyOf("text/csv").answersOf("application/octet-stream"));
        var document = document(page, () -> {
            post("/jobs", NOTHING);
            post("/csv", NOTHING);
        });

        assertThat(document.getString("paths.'/jobs'.post.requestBody.content.'application/json'.schema.'$ref'"))
                .isEqualTo("#/components/schemas/JobMetric");
        assertThat(document.<String, Object>getMap(
                        "paths.'/jobs'.post.responses.'200'.content.'application/json'.schema"))
                .containsEntry("type", "array")
                .containsEntry("items", Map.of("$ref", "#/components/schemas/JobMetric"));
        assertThat(document.getBoolean("paths.'/csv'.post.requestBody.required"))
                .isTrue();
        assertThat(document.<String, Object>getMap("paths.'/csv'.post.responses.'200'.content"))
                .isEqualTo(Map.of("application/octet-stream", Map.of()));
    }

    @Test
    void describedRouteThatIsNotThereKeepsTheAppFromStarting() {
        var page = OpenApi.at("/docs").route("GET", "/jobs/{id}/logs", route -> route.summary("s"));
        var app = app(page, () -> {
                    get("/other", NOTHING);
                    get("/jobs/{id}/log", NOTHING);
                })
                .build();

        assertThatThrownBy(() -> app.start("127.0.0.1", 0))
                .hasStackTraceContaining("OpenApi describes GET /jobs/{id}/logs, but there is no such route."
                        + " Routes of the app: GET /jobs/{id}/log,");
        assertThat(app.jettyServer().server().isStarted()).isFalse();
    }

    @Test
    void describedParameterMustBeInThePath() {
        var page = OpenApi.at("/docs").route("GET", "/jobs/{id}", route -> route.parameter("since", "First day."));
        var app = app(page, () -> get("/jobs/{id}", NOTHING)).build();

        assertThatThrownBy(() -> app.start("127.0.0.1", 0))
                .hasStackTraceContaining("the parameter since of GET /jobs/{id}, whose path has id");
    }

    @Test
    void twoRoutesWithOneOperationIdAreRefused() {
        var page = OpenApi.at("/docs")
                .route("GET", "/a", route -> route.operationId("same"))
                .route("GET", "/b", route -> route.operationId("same"));
        var app = app(page, () -> {
                    get("/a", NOTHING);
                    get("/b", NOTHING);
                })
                .build();

        assertThatThrownBy(() -> app.start("127.0.0.1", 0)).hasStackTraceContaining("operationId same");
    }

    @Test
    void contradictionsAreRefusedAtOnce() {
        var page = OpenApi.at("/docs").route("GET", "/a", route -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> page.route("get", "a/", route -> {}))
                .withMessageContaining("GET /a is described twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> page.route("GET", "/b", route -> route.error(399, "when")))
                .withMessageContaining("400 to 599, not 399");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> page.route("GET", "/b", route -> route.answers(400)))
                .withMessageContaining("by error(400, ..)");
    }

    @Test
    void documentIsTheSameAtEveryStart() {
        var page = OpenApi.at("/docs").route("GET", "/jobs/{id}", route -> route.answers(JobMetric.class));
        String[] texts = new String[2];
        for (int i = 0; i < 2; i++) {
            try (var running = RunningApp.start(app(page, () -> get("/jobs/{id}", NOTHING)))) {
                texts[i] = running.given().get("/openapi.json").asString();
            }
        }
        assertThat(texts[0]).isEqualTo(texts[1]).contains("\n");
    }
}
