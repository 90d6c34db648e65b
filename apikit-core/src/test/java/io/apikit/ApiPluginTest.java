package io.apikit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.internal.caller.ClientAddress;
import io.apikit.ops.ForwardedIdentity;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Handler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ApiPluginTest {
    private static final Handler OWN = ctx -> ctx.result("own");

    private static Running existing(Consumer<JavalinConfig> config) {
        return new Running(Javalin.create(config).start("127.0.0.1", 0));
    }

    private static ApiPlugin plugin(String... prefixes) {
        return new ApiPlugin(Running.METADATA, c -> c.routePrefixes(prefixes).auth(() -> "basic"));
    }

    @Test
    void addsMetadataToAnExistingApp() {
        try (var running = existing(config -> {
            config.registerPlugin(plugin("/svc", "/"));
            config.routes.get("/{a}/{b}", OWN).get("/*", OWN);
        })) {
            for (var path : new String[] {"/svc/metadata", "/svc/v1.0/metadata.json", "/metadata/", "/v1.0/metadata"}) {
                var got = running.given().get(path);
                assertThat(got.jsonPath().getString("name")).as(path).isEqualTo("uservice-test");
                assertThat(got.jsonPath().getString("auth")).isEqualTo("basic");
                assertThat(running.given().head(path).header("Content-Length")).isEqualTo(got.header("Content-Length"));
            }
            assertThat(running.given().get("/other/path").asString()).isEqualTo("own");
            assertThat(running.given().get("/").asString()).isEqualTo("own");
        }
    }

    @Test
    void keepsTheTrailingSlashInAnAppThatIsStrictAboutIt() {
        try (var running = existing(config -> {
            config.router.ignoreTrailingSlashes = false;
            config.registerPlugin(plugin("/svc"));
        })) {
            running.given().get("/svc/metadata").then().statusCode(200);
            running.given().get("/svc/metadata/").then().statusCode(200);
            running.given().head("/svc/v1.0/metadata.json/").then().statusCode(200);
        }
    }

    @Test
    void thatComesTooLateNamesTheRouteInTheWay() {
        assertThatThrownBy(() -> Javalin.create(config -> {
                    config.routes.get("/{jobname}/{metric}", OWN);
                    config.registerPlugin(plugin("/svc"));
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/{jobname}/{metric}")
                .hasMessageContaining("/svc/metadata");
    }

    @Test
    void comesInTimeBehindRoutesThatAreNotInTheWay() {
        try (var running = existing(config -> {
            config.routes.get("/jobs/{id}", OWN).post("/{a}/{b}", OWN);
            config.registerPlugin(plugin("/svc"));
        })) {
            running.given().get("/svc/metadata").then().statusCode(200);
        }
    }

    @Test
    void answersHealthOnlyWhereNothingElseAnswers() {
        try (var running = existing(config -> config.registerPlugin(plugin("/svc")))) {
            assertThat(running.given().get("/").asString()).isEqualTo("OK");
            assertThat(running.given().head("/").statusCode()).isEqualTo(200);
        }
        try (var running = existing(config -> {
            config.registerPlugin(plugin("/svc"));
            config.routes.get("/", OWN);
        })) {
            assertThat(running.given().get("/").asString()).isEqualTo("own");
        }
        try (var running = existing(config -> {
            config.registerPlugin(plugin("/svc"));
            config.spaRoot.addHandler("/", OWN);
        })) {
            assertThat(running.given().get("/").asString()).isEqualTo("own");
        }
    }

    @Test
    void answersABackendErrorInTheOneShape() {
        try (var running = existing(config -> {
            config.registerPlugin(plugin("/"));
            config.routes.get("/fails", ctx -> {
                throw BackendError.of(503, "asleep").withHeader("Retry-After", "3");
            });
        })) {
            var got = running.given().get("/fails");
            assertThat(got.statusCode()).isEqualTo(503);
            assertThat(got.header("Retry-After")).isEqualTo("3");
            assertThat(got.header("Content-Type")).isEqualTo("application/json");
            assertThat(got.asString())
                    .isEqualTo("{\"reason\":\"Service Unavailable\",\"status_code\":503,\"error_content\":\"asleep\"}");
            var problem =
                    running.given().header("Accept", "application/problem+json").get("/fails");
            assertThat(problem.header("Content-Type")).isEqualTo("application/problem+json");
        }
    }

    @Test
    void closesTheAuthModeWhenTheAppHasStopped() {
        var closed = new ArrayList<String>();
        class Mode implements AuthMode, AutoCloseable {
            @Override
            public String name() {
                return "closing";
            }

            @Override
            public void close() {
                closed.add("auth");
            }
        }
        try (var running =
                existing(config -> config.registerPlugin(new ApiPlugin(Running.METADATA, c -> c.auth(new Mode()))))) {
            running.given().get("/metadata").then().statusCode(200);
            assertThat(closed).isEmpty();
        }
        assertThat(closed).containsExactly("auth");
    }

    @Test
    void readsTheCallersIdentityFromATrustedProxy() throws IOException {
        var request = "GET /who HTTP/1.1\r\nHost: service\r\nConnection: close\r\nX-Forwarded-User: alice\r\n\r\n";
        Handler who = ctx -> ctx.result(
                ForwardedIdentity.of(ctx).flatMap(ForwardedIdentity::user).orElse("nobody"));
        try (var running = existing(config -> {
            config.registerPlugin(new ApiPlugin(Running.METADATA, c -> c.trustedProxies("127.0.0.1")));
            config.routes.get("/who", who);
        })) {
            assertThat(running.raw(request)).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nalice");
            assertThat(running.raw(request.replace("X-Forwarded-User", "X_Forwarded_User")))
                    .startsWith("HTTP/1.1 400 ")
                    .endsWith("\r\n\r\n{\"reason\":\"Bad Request\",\"status_code\":400,\"error_content\":"
                            + "\"The header x-forwarded-user is spelled with an underscore.\"}");
            assertThat(running.rawFrom("127.0.0.2", request)).startsWith("HTTP/1.1 401 ");
        }
        try (var running = existing(config -> {
            config.registerPlugin(plugin("/"));
            config.routes.get("/who", who);
        })) {
            assertThat(running.raw(request)).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nnobody");
        }
    }

    @Test
    void learnsFromANamedProxyWhereARequestComesFrom() throws IOException {
        var request =
                "GET /where HTTP/1.1\r\nHost: service\r\nConnection: close\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n";
        try (var running = existing(config -> {
            config.registerPlugin(new ApiPlugin(Running.METADATA, c -> c.forwardedFor("127.0.0.1")));
            config.routes.get(
                    "/where",
                    ctx -> ctx.result(ClientAddress.of(ctx).orElseThrow().getHostAddress()));
        })) {
            assertThat(running.raw(request)).endsWith("203.0.113.7");
            assertThat(running.rawFrom("127.0.0.2", request)).endsWith("127.0.0.2");
        }
    }
}
