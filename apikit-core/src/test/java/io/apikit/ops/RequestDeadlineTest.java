package io.apikit.ops;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.javalin.Javalin;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The time that is left for a request, also in an app that is not an ApiApp. */
class RequestDeadlineTest {
    private final Javalin app = Javalin.create(config -> {
                config.startup.showJavalinBanner = false;
                config.startup.startupWatcherEnabled = false;
                config.routes.before("/short", RequestDeadline.within(Duration.ofSeconds(30)));
                config.routes.before("/short", RequestDeadline.within(Duration.ofSeconds(90)));
                config.routes.get(
                        "/*",
                        ctx -> ctx.result(RequestDeadline.left(ctx)
                                .map(Duration::toString)
                                .orElse("for ever")));
            })
            .start("127.0.0.1", 0);

    @AfterEach
    void stop() {
        app.stop();
    }

    @Test
    void isEmptyByDefault() {
        assertThat(given().port(app.port()).get("/").asString()).isEqualTo("for ever");
    }

    @ParameterizedTest
    @ValueSource(strings = {"60", "60.0", "60.000000001", "00060"})
    void secondsCountFromArrival(String header) {
        assertThat(left("/", header)).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(61));
    }

    @Test
    void aTimeIsIndependentOfArrival() {
        var moment = Instant.now().plusSeconds(60);

        assertThat(left("/", moment.toString())).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(60));
        assertThat(left("/", moment.toString().replace("Z", "+00:00")))
                .isBetween(Duration.ofSeconds(40), Duration.ofSeconds(60));
    }

    @Test
    void nothingIsLeftAfterIt() {
        assertThat(left("/", "0")).isZero();
        assertThat(left("/", "2020-01-01T00:00:00Z")).isZero();
    }

    @Test
    void theEarliestCounts() {
        assertThat(left("/short", "60")).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(30));
        assertThat(left("/short", "5")).isLessThanOrEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aMalformedHeaderIsNotQuoted() {
        var answer = given().port(app.port())
                .header(RequestDeadline.HEADER, "secret")
                .get("/");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.asString()).contains("X-Request-Deadline").doesNotContain("secret");
    }

    @Test
    void aRoutesDeadlineIsPositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> RequestDeadline.within(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> RequestDeadline.within(Duration.ofSeconds(-1)));
    }

    private Duration left(String path, String header) {
        return Duration.parse(given().port(app.port())
                .header(RequestDeadline.HEADER, header)
                .get(path)
                .asString());
    }
}
