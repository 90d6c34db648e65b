package io.apikit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OperationsSettingsTest {
    @Test
    void hasItsDefaults() {
        assertThat(new OperationsSettings().grace()).isEqualTo(Duration.ofSeconds(10));
        assertThat(new OperationsSettings().maxConcurrentRequests()).isEqualTo(10_000);
        assertThat(new OperationsSettings().trustedProxies().isNone()).isTrue();
    }

    @Test
    void refusesInvalidValuesByName() {
        var operations = new OperationsSettings().grace(Duration.ZERO).maxConcurrentRequests(1);
        assertThatThrownBy(() -> operations.grace(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("grace");
        assertThatThrownBy(() -> operations.maxConcurrentRequests(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxConcurrentRequests");
    }
}
