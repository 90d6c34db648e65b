package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.Running;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemDetailsTest {
    private static final String BODY =
            "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"no such job\"}";
    private static Running running;

    @BeforeAll
    static void start() {
        running = Running.routes(() -> get("/job", ctx -> {
            throw BackendError.of(404, "no such job");
        }));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/problem+json",
                "Application/Problem+JSON",
                "application/json, application/problem+json",
                "application/json;q=0.5, application/problem+json;q=0.9",
                "text/html, application/problem+json;q=0.1",
                "application/problem+json, */*;q=0.1"
            })
    void areSentIfAccepted(String accept) {
        var got = running.given().header("Accept", accept).get("/job");
        assertThat(got.statusCode()).isEqualTo(404);
        assertThat(got.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(got.header("Vary")).isEqualTo("Accept");
        assertThat(got.asString()).isEqualTo(BODY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "*/*",
                "application/*",
                "text/html",
                "application/problem+json;q=0",
                "application/problem+json;q=0.5, application/json",
                "application/problem+json;q=0.5, */*",
                "application/problem+json;q=much",
                ";;,,"
            })
    void areNotSentOtherwise(String accept) {
        var got = running.given().header("Accept", accept).get("/job");
        assertThat(got.header("Content-Type")).isEqualTo("application/json");
        assertThat(got.asString()).startsWith("{\"reason\"");
    }

    @Test
    void leaveOutADetailThereIsNot() throws Exception {
        var got = running.raw("GET /job HTTP/1.1\r\nHost: a b\r\nAccept: application/problem+json\r\n\r\n");
        assertThat(got).startsWith("HTTP/1.1 400 ");
        var missing =
                running.given().header("Accept", "application/problem+json").post("/job");
        assertThat(missing.asString())
                .isEqualTo("{\"type\":\"about:blank\",\"title\":\"Method Not Allowed\",\"status\":405}");
    }
}
