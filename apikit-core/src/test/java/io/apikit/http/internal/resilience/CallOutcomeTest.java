package io.apikit.http.internal.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.http.internal.resilience.TransportFailure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallOutcomeTest {
    @ParameterizedTest
    @CsvSource({
        "100, 1xx",
        "199, 1xx",
        "200, 2xx",
        "299, 2xx",
        "302, 3xx",
        "404, 4xx",
        "500, 5xx",
        "599, 5xx",
        "600, unknown",
        "999, unknown",
        "99, unknown"
    })
    void responsesAreCountedByTheirFirstDigit(int status, String label) {
        assertThat(CallOutcome.of(status)).hasToString(label);
    }

    @ParameterizedTest
    @CsvSource({
        "REFUSED, connection",
        "RESET, connection",
        "STALE, connection",
        "TRUNCATED, connection",
        "TIMEOUT, timeout",
        "DEADLINE, timeout",
        "TLS, tls",
        "MALFORMED, malformed",
        "TOO_LARGE, too_large",
        "POOL_FULL, full",
        "INTERRUPTED, cancelled",
        "CLOSED, cancelled"
    })
    void failuresAreCountedByTheirKind(Kind kind, String label) {
        var error = new TransportFailure(kind, "it broke", null).toError();

        assertThat(CallOutcome.of(error, CallOutcome.ERROR)).hasToString(label);
    }

    @Test
    void otherErrorsAreCountedAsGiven() {
        assertThat(CallOutcome.of(BackendError.of(503, "open"), CallOutcome.OPEN))
                .hasToString("open");
    }
}
