package io.apikit.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenBucketsTest {
    private final AtomicLong now = new AtomicLong(-1_000_000_000);
    private final TokenBuckets<Integer> buckets =
            new TokenBuckets<>(new Rate("caller", 3, Duration.ofMillis(1500), true), now::get);

    private boolean take(int key) {
        return buckets.take(key).isZero();
    }

    private boolean takeThree(int key) {
        return IntStream.range(0, 3).allMatch(any -> take(key));
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void aBurstAndThenOneAfterEachRefill() {
        assertThat(takeThree(1)).isTrue();
        assertThat(take(1)).isFalse();
        pass(Duration.ofMillis(1499));
        assertThat(take(1)).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(take(1)).isTrue();
        assertThat(take(1)).isFalse();
        pass(Duration.ofHours(1));
        assertThat(takeThree(1)).isTrue();
        assertThat(take(1)).isFalse();
    }

    @Test
    void theRemainingTimeIsRoundedUpToSeconds() {
        assertThat(RateLimiter.LimitCheck.of(buckets, 1).item()).isEqualTo("\"caller\";r=2;t=2");
        assertThat(RateLimiter.LimitCheck.of(buckets, 1).item()).isEqualTo("\"caller\";r=1;t=3");
        assertThat(RateLimiter.LimitCheck.of(buckets, 1).item()).isEqualTo("\"caller\";r=0;t=2");
        pass(Duration.ofMillis(600));
        assertThat(RateLimiter.LimitCheck.of(buckets, 1).item()).isEqualTo("\"caller\";r=0;t=1");
        assertThat(buckets.rate().policy()).isEqualTo("\"caller\";q=3;w=5");
    }

    @Test
    void aMillionKeysKeepABoundedNumber() {
        for (var key = 0; key < 1_000_000; key++) {
            take(key);
        }

        assertThat(buckets.size()).isBetween(1L, (long) TokenBuckets.MAX_KEYS);
    }

    @Test
    void aKeyWhoseTokensAreAllBackKeepsNothing() {
        take(1);
        take(1);
        buckets.refund(1);
        assertThat(buckets.size()).isEqualTo(1);
        buckets.refund(1);
        buckets.refund(2);
        assertThat(buckets.until(1, 3)).isZero();

        assertThat(buckets.size()).isZero();
    }

    @Test
    void aFullBucketIsForgotten() {
        take(1);
        take(2);
        pass(Duration.ofMillis(4500));

        assertThat(buckets.size()).isZero();
    }

    @Test
    void aBusyKeyIsKeptAmongRareOnes() {
        assertThat(takeThree(-1)).isTrue();
        for (var key = 0; key < 200_000; key++) {
            take(key);
            if (key % 100 == 0) {
                assertThat(take(-1)).isFalse();
            }
        }
    }
}
