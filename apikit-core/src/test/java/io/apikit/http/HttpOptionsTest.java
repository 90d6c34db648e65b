package io.apikit.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class HttpOptionsTest {
    @Test
    void defaultsAreThoseDocumented() {
        var options = HttpOptions.defaults();

        assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.responseTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(options.totalTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.bodyLimitBytes()).isEqualTo(16 * 1024 * 1024);
        assertThat(options.maxConnections()).isEqualTo(512);
        assertThat(options.tls()).isSameAs(Tls.system());
    }

    @Test
    void badValuesAreNamed() {
        var builder = HttpOptions.builder();

        assertNamed("connectTimeout", () -> builder.connectTimeout(Duration.ZERO));
        assertNamed("responseTimeout", () -> builder.responseTimeout(Duration.ofSeconds(-1)));
        assertNamed("totalTimeout", () -> builder.totalTimeout(Duration.ofNanos(999_999)));
        assertNamed("totalTimeout", () -> builder.totalTimeout(Duration.ofDays(2)));
        assertNamed("bodyLimitBytes", () -> builder.bodyLimitBytes(0));
        assertNamed("bodyLimitBytes", () -> builder.bodyLimitBytes(1L << 31));
        assertNamed("maxConnections", () -> builder.maxConnections(0));
        assertThat(builder.totalTimeout(Duration.ofMillis(1))
                        .maxConnections(1)
                        .build()
                        .maxConnections())
                .isEqualTo(1);
    }

    private static void assertNamed(String option, Supplier<?> call) {
        assertThat(catchThrowableOfType(IllegalArgumentException.class, call::get))
                .hasMessageContaining(option);
    }
}
