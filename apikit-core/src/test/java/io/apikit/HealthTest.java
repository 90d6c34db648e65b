package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.head;
import static io.javalin.apibuilder.ApiBuilder.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.Handler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthTest {
    private static final Handler MINE = ctx -> ctx.result("mine");

    private static void assertHealthy(Running running) {
        var got = running.given().get("/");
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.asString()).isEqualTo("OK");
        assertThat(got.header("Content-Type")).startsWith("text/plain");
        var head = running.given().head("/");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo("2");
        assertThat(head.asString()).isEmpty();
    }

    private static void assertMine(Running running) {
        assertThat(running.given().get("/").asString()).isEqualTo("mine");
        assertThat(running.given().head("/").header("Content-Length")).isEqualTo("4");
    }

    @Test
    void answersAtTheRoot() {
        try (var running = Running.start(Running.builder())) {
            assertHealthy(running);
        }
    }

    @Test
    void answersAtTheRootThatIsNoPrefix() {
        try (var running = Running.start(Running.builder().routePrefixes("/svc").routes(() -> get("/", MINE)))) {
            assertHealthy(running);
            assertThat(running.given().get("/svc/").asString()).isEqualTo("mine");
            assertThat(running.given().get("/svc").asString()).isEqualTo("mine");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", ""})
    void anExactGetOfTheAuthorsReplacesIt(String path) {
        try (var running = Running.routes(() -> get(path, MINE))) {
            assertMine(running);
        }
        try (var running = Running.start(Running.builder().javalin(config -> config.routes.get(path, MINE)))) {
            assertMine(running);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/*", "*", "/<all>", "/{a}"})
    void aWildcardNeverDoes(String path) {
        try (var running = Running.start(Running.builder()
                .javalin(config -> config.routes.get(path, MINE).head(path, MINE)))) {
            assertHealthy(running);
        }
        try (var running = Running.routes(() -> get(path, MINE))) {
            assertHealthy(running);
        }
    }

    @Test
    void otherMethodsAtTheRootLeaveItAlone() {
        try (var running = Running.routes(() -> {
            post("/", MINE);
            head("/", MINE);
        })) {
            assertHealthy(running);
            assertThat(running.given().post("/").asString()).isEqualTo("mine");
        }
    }
}
