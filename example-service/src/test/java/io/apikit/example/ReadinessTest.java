package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import org.junit.jupiter.api.Test;

/** What the service says of itself while its backend is there, and while it is not. */
class ReadinessTest {
    @Test
    void itIsReadyAndItsBackendIsReached() {
        try (var front = Front.open()) {
            assertThat(front.nobody().get("/health/ready").asString())
                    .isEqualTo("{\"status\":\"up\",\"checks\":{\"backend\":\"up\"}}");
            assertThat(front.provider().logins()).isZero();
        }
    }

    @Test
    void withoutItsBackendItIsAliveAndDegraded() {
        try (var front = Front.open()) {
            front.proxy().close();
            front.nobody().get("/health/live").then().statusCode(200).body("status", equalTo("up"));
            front.nobody()
                    .get("/health/ready")
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("degraded"))
                    .body("checks.backend", equalTo("down"));
        }
    }
}
