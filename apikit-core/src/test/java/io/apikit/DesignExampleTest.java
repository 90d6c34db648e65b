package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.Context;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The service that the documentation shows, in front of a backend of a few lines. */
class DesignExampleTest {
    private record JobMetric(String jobname, String metric, String value) {}

    /** Stands in for a backend; wants credentials. */
    private record TinyBackend() implements AuthMode {
        @Override
        public String name() {
            return "basic";
        }

        String get(Context ctx, Map<String, ?> query) {
            if (ctx.header("Authorization") == null) {
                throw BackendError.of(401, null).withHeader("WWW-Authenticate", "Basic realm=\"backend\"");
            }
            return query.get("job") + "/" + query.get("metric");
        }
    }

    @Test
    void works() {
        var backend = new TinyBackend();
        var app = ApiApp.builder(ServiceMetadata.builder()
                        .name("uservice-mymicroservice")
                        .version("0.0.1")
                        .repository("https://github.com/sqre-lsst/uservice-mymicroservice")
                        .description("My delightful microservice")
                        .build())
                .routePrefixes("/", "/mymicroservice")
                .auth(backend)
                .routes(() -> get("/{jobname}/{metric}", ctx -> {
                    var query = Map.of("job", ctx.pathParam("jobname"), "metric", ctx.pathParam("metric"));
                    var value = backend.get(ctx, query);
                    ctx.json(new JobMetric(ctx.pathParam("jobname"), ctx.pathParam("metric"), value));
                }))
                .build()
                .start(0);
        try (var running = new Running(app)) {
            for (var prefix : new String[] {"", "/mymicroservice"}) {
                var refused = running.given().get(prefix + "/a/b");
                assertThat(refused.statusCode()).isEqualTo(401);
                assertThat(refused.header("WWW-Authenticate")).isEqualTo("Basic realm=\"backend\"");
                assertThat(running.given()
                                .header("Authorization", "Basic eDp5")
                                .get(prefix + "/a/b")
                                .jsonPath()
                                .<String, String>getMap(""))
                        .isEqualTo(Map.of("jobname", "a", "metric", "b", "value", "a/b"));
                assertThat(running.given().get(prefix + "/metadata").jsonPath().getString("name"))
                        .isEqualTo("uservice-mymicroservice");
            }
            assertThat(app.metadata().name()).isEqualTo("uservice-mymicroservice");
        }
    }
}
