package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.before;
import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.path;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.Timing;
import io.apikit.ops.RequestDeadline;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A deadline of the caller's or the route's own bounds all that is done at the backend, over real time. */
@Timeout(60)
class CallersDeadlineTest extends SessionTest {
    private Backend backend = opened(settings());
    private ApiApp app = service();

    private ApiApp service() {
        backend = opened(Backend.at(server.url()).auth(new TokenMode()).timing(Timing.system()));
        var metadata = ServiceMetadata.builder()
                .name("deadline")
                .version("1")
                .repository("https://example.org/deadline")
                .description("Hurries.")
                .build();
        return ApiApp.builder(metadata)
                .routes(() -> {
                    get("/gated", ctx -> ctx.result(gated(ctx)));
                    get("/twice", ctx -> {
                        backend.session(ctx).get("/whoami").orThrow();
                        ctx.result(gated(ctx));
                    });
                    get(
                            "/polled",
                            ctx -> ctx.result(backend.session(ctx)
                                    .poll(BackendRequest.get("/whoami"))
                                    .until(answer -> false)
                                    .text()));
                    path("/hurried", () -> {
                        before("/*", RequestDeadline.within(Duration.ofMillis(100)));
                        get("/gated", ctx -> ctx.result(gated(ctx)));
                    });
                })
                .build();
    }

    private String gated(io.javalin.http.Context ctx) {
        return backend.session(ctx).get("/gated").orThrow().text();
    }

    @BeforeEach
    void start() {
        app.start("127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        app.stop();
    }

    @Test
    void secondsInTheHeaderEndAHangingCall() {
        server.holdAnswers();

        ask("/gated", "0.2")
                .statusCode(504)
                .body("status_code", equalTo(504))
                .body("reason", equalTo("Gateway Timeout"));
    }

    @Test
    void momentInTheHeaderEndsAHangingCall() {
        server.holdAnswers();

        ask("/gated", Instant.now().plusMillis(200).toString()).statusCode(504);
    }

    @Test
    void deadlineThatHasPassedSendsNothing() {
        ask("/gated", Instant.now().minusSeconds(1).toString()).statusCode(504);
        ask("/gated", "0").statusCode(504);

        assertThat(server.requests()).isEmpty();
    }

    @Test
    void deadlineLimitsTheLogin() {
        server.hold();

        ask("/gated", "0.2").statusCode(504).body("error_content", containsString("login"));
    }

    @Test
    void deadlineLimitsAllCallsOfARequest() {
        server.holdAnswers();

        ask("/twice", "0.3").statusCode(504);
    }

    @Test
    void deadlineLimitsPollingAndItsPauses() {
        ask("/polled", "0.5").statusCode(504).body("error_content", containsString("by the request's deadline"));

        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void routeHasADeadlineOfItsOwn() {
        server.holdAnswers();

        given().port(app.port())
                .auth()
                .preemptive()
                .basic("alice", "wonderland")
                .get("/hurried/gated")
                .then()
                .statusCode(504);
    }

    @Test
    void earlierDeadlineOfRouteAndCallerCounts() {
        server.holdAnswers();

        ask("/hurried/gated", "60").statusCode(504);
    }

    @Test
    void deadlineLongerThanNeededChangesNothing() {
        ask("/gated", "60").statusCode(200).body(equalTo("alice"));
        ask("/gated", Instant.now().plusSeconds(60).toString()).statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-1", "1e3", "", "1,5", "86400.1", "999999999999999999999", "2026-03-01", "+5"})
    void unreadableDeadlineIsA400AndNotEchoed(String header) {
        ask("/gated", header)
                .statusCode(400)
                .body("error_content", containsString("X-Request-Deadline"))
                .body("error_content", containsString("seconds"));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void twoDeadlinesAreA400() {
        given().port(app.port())
                .auth()
                .preemptive()
                .basic("alice", "wonderland")
                .header("X-Request-Deadline", "5", "6")
                .get("/gated")
                .then()
                .statusCode(400);
    }

    private io.restassured.response.ValidatableResponse ask(String path, String deadline) {
        return given().port(app.port())
                .auth()
                .preemptive()
                .basic("alice", "wonderland")
                .header("X-Request-Deadline", deadline)
                .get(path)
                .then();
    }
}
