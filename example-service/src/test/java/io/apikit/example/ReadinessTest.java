package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import org.junit.jupiter.api.Test;

/** Tests the probes with a reachable backend, and with an unreachable one. */
class ReadinessTest {
    @Test
    void readyWithAReachableBackend() {
        try (var demo = RunningDemo.open()) {
            assertThat(demo.anonymous().get("/health/ready").asString())
                    .isEqualTo("{\"status\":\"up\",\"checks\":{\"backend\":\"up\"}}");
            assertThat(demo.provider().logins()).isZero();
        }
    }

    @Test
    void aliveAndDegradedWithoutItsBackend() {
        try (var demo = RunningDemo.open()) {
            demo.proxy().close();
            demo.anonymous().get("/health/live").then().statusCode(200).body("status", equalTo("up"));
            demo.anonymous()
                    .get("/health/ready")
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("degraded"))
                    .body("checks.backend", equalTo("down"));
        }
    }
}
