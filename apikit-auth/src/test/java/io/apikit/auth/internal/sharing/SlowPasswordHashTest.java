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
        var hash = SlowPasswordHash.hash("Käsekästchen", SlowPasswordHash.salt("pele", 'u', 'p', "alice"), FAR);

        assertThat(hash).map(HexFormat.of()::formatHex)
                .hasValue("45a181b59237ad239972ac5b4126a833b7d42e6da76d65afdcb9dd3bb251d32b");
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

    @Test
    void saltDiffersForEachUserOfEachBackend() {
        assertThat(new String[] {
                    SlowPasswordHash.salt("pele", 'u', 'p', "alice"),
                    SlowPasswordHash.salt("pele", 's', 'p', "alice"),
                    SlowPasswordHash.salt("pele", 'u', 'b', "alice"),
                    SlowPasswordHash.salt("hub", 'u', 'p', "alice"),
                    SlowPasswordHash.salt("pele", 'u', 'p', "bob"),
                    SlowPasswordHash.salt("peleu", 'p', 'a', "lice")
                })
                .doesNotHaveDuplicates();
    }
}
