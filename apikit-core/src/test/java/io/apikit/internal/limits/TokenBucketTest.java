package io.apikit.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final AtomicLong now = new AtomicLong(-5);
    private final TokenBucket bucket = new TokenBucket(new Rate("test", 2, SECOND, false), now::get);

    @Test
    void waitsForFutureTokensAddUp() {
        var longest = Duration.ofSeconds(2);

        assertThat(bucket.take(longest)).isZero();
        assertThat(bucket.take(longest)).isZero();
        assertThat(bucket.take(longest)).isEqualTo(SECOND);
        assertThat(bucket.take(longest)).isEqualTo(longest);
    }

    @Test
    void aTooLongWaitTakesNoToken() {
        bucket.take(Duration.ZERO);
        bucket.take(Duration.ZERO);

        assertThat(bucket.take(Duration.ZERO)).isEqualTo(SECOND);
        assertThat(bucket.take(SECOND.minusNanos(1))).isEqualTo(SECOND);
        assertThat(bucket.take(SECOND)).isEqualTo(SECOND);
        assertThat(bucket.take(SECOND)).isEqualTo(Duration.ofSeconds(2));
        now.addAndGet(SECOND.toNanos());
        assertThat(bucket.tryTake()).isFalse();
        now.addAndGet(SECOND.toNanos());
        assertThat(bucket.tryTake()).isTrue();
    }

    @Test
    void chargesDelayLaterCallsUpToABurst() {
        for (int i = 0; i < 10; i++) {
            bucket.charge();
        }

        assertThat(bucket.untilNext()).isEqualTo(Duration.ofSeconds(3));
        bucket.refund();
        assertThat(bucket.untilNext()).isEqualTo(Duration.ofSeconds(2));
    }
}
