package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javalin.http.Handler;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetadataTest {
    private static final String BODY = "{\"name\":\"uservice-test\",\"version\":\"0.0.1\","
            + "\"repository\":\"https://example.org/uservice-test\",\"description\":\"A \\\"test\\\" service\","
            + "\"api_version\":\"1.0\",\"auth\":\"none\"}";
    private static final Handler SHADOW = ctx -> ctx.result("shadow");

    private static List<String> pathsUnder(String... prefixes) {
        return Arrays.stream(prefixes)
                .flatMap(prefix -> Stream.of("/metadata", "/v1.0/metadata").map(path -> prefix + path))
                .flatMap(path -> Stream.of(path, path + ".json"))
                .flatMap(path -> Stream.of(path, path + "/"))
                .toList();
    }

    private static void assertMetadataAt(Running running, List<String> paths) {
        for (var path : paths) {
            var got = running.given().get(path);
            assertThat(got.statusCode()).as(path).isEqualTo(200);
            assertThat(got.asString()).as(path).isEqualTo(BODY);
            assertThat(got.header("Content-Type")).as(path).isEqualTo("application/json");
            var head = running.given().head(path);
            assertThat(head.statusCode()).as(path).isEqualTo(200);
            assertThat(head.asString()).as(path).isEmpty();
            assertThat(head.header("Content-Length")).as(path).isEqualTo(String.valueOf(BODY.length()));
            assertThat(head.header("Content-Type")).as(path).isEqualTo("application/json");
        }
    }

    @Test
    void isFoundAtTheRootByDefault() {
        try (var running = Running.start(Running.builder())) {
            assertMetadataAt(running, pathsUnder(""));
        }
    }

    @Test
    void isFoundUnderEveryPrefixHoweverItIsWritten() {
        try (var running = Running.start(Running.builder().routePrefixes("/", "a", "/b/", "c/d/", "b", ""))) {
            assertMetadataAt(running, pathsUnder("", "/a", "/b", "/c/d"));
        }
    }

    @Test
    void isNotFoundAtARootThatIsNoPrefix() {
        try (var running = Running.start(Running.builder().routePrefixes("/svc"))) {
            assertMetadataAt(running, pathsUnder("/svc"));
            running.given().get("/metadata").then().statusCode(404);
        }
    }

    @Test
    void isNeverShadowedByTheRoutes() {
        var group = (io.javalin.apibuilder.EndpointGroup) () -> {
            get("/{a}", SHADOW);
            get("/{a}/{b}", SHADOW);
            get("/<all>", SHADOW);
            path("/deep", () -> get("/*", SHADOW));
        };
        try (var running = Running.start(Running.builder().routes(group).routePrefixes("/", "/svc"))) {
            assertMetadataAt(running, pathsUnder("", "/svc"));
            assertThat(running.given().get("/other/thing").asString()).isEqualTo("shadow");
        }
    }

    @Test
    void isNeverShadowedByTheConfigurationWhateverTheOrderOfCalls() {
        var first = Running.builder()
                .javalin(config ->
                        config.routes.get("/{a}/{b}", SHADOW).get("/*", SHADOW).head("/*", SHADOW))
                .routePrefixes("/svc", "/");
        var last = Running.builder()
                .routePrefixes("/svc", "/")
                .routes(() -> get("/x/*", SHADOW))
                .javalin(config -> {
                    config.router.ignoreTrailingSlashes = false;
                    config.routes.get("/{a}/{b}", SHADOW).get("/*", SHADOW).head("/*", SHADOW);
                });
        for (var builder : List.of(first, last)) {
            try (var running = Running.start(builder)) {
                assertMetadataAt(running, pathsUnder("", "/svc"));
            }
        }
    }

    @Test
    void prefixesThatOverlapWithTheVersionedPathAreMountedOnce() {
        try (var running = Running.start(Running.builder().routePrefixes("/", "/v1.0"))) {
            assertMetadataAt(running, pathsUnder("", "/v1.0"));
        }
    }

    @Test
    void showsTheNameOfTheAuthModeAndItsOwnApiVersion() {
        var metadata = new ServiceMetadata("n", "v", "r", "d", "2.1");
        AuthMode mode = () -> "oauth2-proxy";
        try (var running = Running.start(ApiApp.builder(metadata).auth(mode))) {
            var json = running.given().get("/v2.1/metadata").jsonPath();
            assertThat(json.getString("auth")).isEqualTo("oauth2-proxy");
            assertThat(json.getString("api_version")).isEqualTo("2.1");
            running.given().get("/v1.0/metadata").then().statusCode(404);
        }
    }

    @Test
    void aPrefixCanBeAddedUntilStart() {
        var app = Running.builder().routes(() -> get("/one", SHADOW)).build();
        app.addRoutePrefix("/later").addRoutePrefix("later/");
        try (var running = new Running(app.start("127.0.0.1", 0))) {
            assertMetadataAt(running, pathsUnder("", "/later"));
            running.given().get("/later/one").then().statusCode(404);
            assertThatThrownBy(() -> app.addRoutePrefix("/toolate"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("/toolate")
                    .hasMessageContaining("started");
        }
    }

    @Test
    void aPrefixAddedBehindARouteInTheWayIsRefusedByThatRoutesName() {
        var app = Running.builder()
                .routes(() -> get("/{jobname}/{metric}", SHADOW))
                .build();
        try (var running = new Running(app)) {
            assertThatThrownBy(() -> app.addRoutePrefix("/late"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("/{jobname}/{metric}");
            app.addRoutePrefix("/");
            running.app().start("127.0.0.1", 0);
            assertMetadataAt(running, pathsUnder(""));
            running.given().get("/late/v1.0/metadata").then().statusCode(404);
        }
    }

    @Test
    void aRouteOfTheSamePathIsRefusedByName() {
        var builder = Running.builder().routes(() -> get("/metadata", SHADOW));
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/metadata");
    }

    @Test
    void aLongDescriptionIsNotCompressedEither() {
        var metadata = new ServiceMetadata("n", "v", "r", "d".repeat(5000), "1.0");
        try (var running = Running.start(ApiApp.builder(metadata))) {
            var get = running.given().header("Accept-Encoding", "gzip").get("/metadata");
            var head = running.given().header("Accept-Encoding", "gzip").head("/metadata");
            assertThat(get.header("Content-Encoding")).isNull();
            assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
        }
    }
}
