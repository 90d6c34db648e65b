package io.apikit.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sun, 01 Mar 2026 12:00:07 GMT",
                "sun, 1 mar 2026 12:00:07 gmt",
                "Sunday, 01-Mar-26 12:00:07 GMT",
                "Sun Mar  1 12:00:07 2026",
                "Sun Mar 1 12:00:07 2026",
                "7",
                "007",
            })
    void everyFormIsRead(String value) {
        assertThat(RetryAfter.delay(value, NOON)).contains(Duration.ofSeconds(7));
        assertThat(RetryAfter.isWellFormed(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-7", "7.5", "Sun, 32 Mar 2026 12:00:07 GMT", "2026-03-01T12:00:07Z"})
    void malformedValueIsNoDelay(String value) {
        assertThat(RetryAfter.delay(value, NOON)).isEmpty();
        assertThat(RetryAfter.isWellFormed(value)).isFalse();
    }

    @Test
    void secondsAreRoundedUp() {
        assertThat(RetryAfter.format(Duration.ZERO)).isEqualTo("1");
        assertThat(RetryAfter.format(Duration.ofSeconds(2))).isEqualTo("2");
        assertThat(RetryAfter.format(Duration.ofMillis(2001))).isEqualTo("3");
    }
}
