package io.apikit.auth.internal.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SlowPasswordHashTest {
    private static final Deadline FAR = Deadline.after(Duration.ofMinutes(1), Timing.system());
    private static final Deadline NEAR = Deadline.after(Duration.ofMillis(1), Timing.system());

    /** The value is that of OpenSSL for 100,000 iterations of PBKDF2 with HMAC-SHA512, of a password in UTF-8. */
    @Test
    void hashIsThatOfRfc8018() {
        var hash = SlowPasswordHash.hash("Käsekästchen", "4:peleupalice", FAR);

        assertThat(hash)
                .map(HexFormat.of()::formatHex)
                .hasValue("ff7e3cf875bfc8e82225e25696485f390a992f92e275768deca090efc69fc702");
    }

    @Test
    void thirdOneAtATimeWaitsUntilItsDeadline() {
        SlowPasswordHash.PERMITS.acquireUninterruptibly(2);
        try {
            assertThat(SlowPasswordHash.hash("wonderland", "salt", NEAR)).isEmpty();
        } finally {
            SlowPasswordHash.PERMITS.release(2);
        }
        assertThat(SlowPasswordHash.hash("", "salt", FAR)).isPresent();
    }

    @Test
    void threadThatIsInterruptedStaysSo() {
        Thread.currentThread().interrupt();

        assertThat(SlowPasswordHash.hash("wonderland", "salt", FAR)).isEmpty();
        assertThat(Thread.interrupted()).isTrue();
    }
}
