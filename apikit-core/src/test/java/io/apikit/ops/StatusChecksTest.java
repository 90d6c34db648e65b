package io.apikit.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What watching the status page does to checks and to stopping: nothing that probes would not. */
@Timeout(60)
class StatusChecksTest {
    private static final String DATA = "/status.json";

    private final AtomicInteger asked = new AtomicInteger();

    private Probed watched(Duration stopDelay) {
        return Probed.with(
                ops -> ops.status("/status").stopDelayIfAsked(stopDelay).check("counted", () -> {
                    asked.incrementAndGet();
                    return true;
                }));
    }

    @Test
    void checksAreNotAskedMoreOftenHoweverManyWatch() {
        try (var probed = watched(Duration.ZERO)) {
            for (int i = 0; i < 10; i++) {
                probed.given().get(DATA).then().statusCode(200);
                probed.given().get("/status").then().statusCode(200);
            }
            probed.ready();
            assertThat(asked).hasValue(1);

            probed.nanos().addAndGet(Duration.ofSeconds(2).toNanos());
            probed.given().get(DATA).then().statusCode(200);
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void whoeverWatchesIsNotWaitedForWhenItStops() {
        var probed = watched(Duration.ofDays(1));
        probed.given().get(DATA).then().statusCode(200);
        probed.app().stop();
        assertThat(probed.app().jettyServer().server().isStopped()).isTrue();
    }

    @Test
    void uptimeIsCountedFromTheStart() {
        try (var probed = watched(Duration.ZERO)) {
            probed.nanos().addAndGet(Duration.ofHours(3).toNanos());
            assertThat(probed.given().get(DATA).jsonPath().getInt("uptime_seconds"))
                    .isEqualTo(10_800);
        }
    }
}
