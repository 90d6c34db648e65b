package io.apikit.http.internal.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.Pace;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The interval learned from refusals and successes. Intervals and moments are in seconds here. */
class AdaptiveIntervalTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final AdaptiveInterval learned = new AdaptiveInterval(Pace.adaptive());
    private double now = 100;

    @Test
    void withoutRefusalThereIsNoInterval() {
        served(100);
        assertThat(interval()).isZero();
    }

    @Test
    void refusalDoublesTheIntervalUpToItsMaximum() {
        assertThat(new double[] {refused(), refused(), refused(), refused(), refused(), refused()})
                .containsExactly(1, 2, 4, 8, 15, 15);
    }

    @Test
    void manyRefusalsOfOneBurstCountOnce() {
        for (int i = 0; i < 8; i++) {
            learned.recordRefusal(0, nanos());
        }
        assertThat(interval()).isEqualTo(1);
    }

    @Test
    void lateRefusalOfAFasterPaceChangesNothing() {
        refusedUpTo(8);
        served(2);
        learned.recordRefusal(0, nanos());
        assertThat(interval()).isEqualTo(8);
        served(1);
        assertThat(interval()).isEqualTo(6);
    }

    @Test
    void twoSuccessesShortenNothingThreeDo() {
        refusedUpTo(8);
        served(2);
        assertThat(interval()).isEqualTo(8);
        served(1);
        assertThat(interval()).isEqualTo(6);
    }

    @Test
    void successesAtAnotherIntervalProveNothing() {
        refusedUpTo(8);
        for (int i = 0; i < 10; i++) {
            learned.recordSuccess(4 * SECOND, nanos(), 1);
        }
        assertThat(interval()).isEqualTo(8);
    }

    @Test
    void refusalResetsTheCountOfSuccesses() {
        refusedUpTo(8);
        served(2);
        refused();
        served(2);
        assertThat(interval()).isEqualTo(15);
    }

    @Test
    void intervalIsNotShortenedToOneRecentlyRefused() {
        refusedUpTo(8);
        served(30);

        assertThat(interval()).isEqualTo(4.5);
    }

    @Test
    void formerIntervalReturnsWhenTheShorterIsRefused() {
        refusedUpTo(8);
        served(3);
        assertThat(refused()).isEqualTo(8);
        served(3);
        assertThat(interval()).isEqualTo(6.75);
    }

    @Test
    void formerIntervalIsNotTrustedOnceRefused() {
        refusedUpTo(8);
        served(3);
        refused();
        assertThat(refused()).isEqualTo(15);
    }

    @Test
    void confirmedRefusalIsRememberedLonger() {
        refusedUpTo(8);
        served(30);
        assertThat(interval()).isEqualTo(4.5);
        now += 61;
        served(1);
        assertThat(interval()).isEqualTo(3.375);
        assertThat(refused()).isEqualTo(4.5);

        now += 61;
        served(30);
        assertThat(interval()).isEqualTo(3.796875);
        assertThat(refused()).isEqualTo(4.5);
        now += 200;
        served(30);
        assertThat(interval()).as("forgotten only after four minutes").isGreaterThan(3.796875);
    }

    @Test
    void intervalTooShortToNoticeIsNone() {
        refused();
        now += 61;
        served(3 * 18);
        assertThat(interval()).isBetween(0.005, 0.008);
        served(3 * 2);
        assertThat(interval()).isZero();
    }

    @Test
    void intervalIsNeverShorterThanItsMinimum() {
        var limited = new AdaptiveInterval(Pace.builder()
                .minInterval(Duration.ofSeconds(1))
                .firstInterval(Duration.ofSeconds(2))
                .build());
        assertThat(limited.interval()).isEqualTo(SECOND);
        limited.recordRefusal(SECOND, nanos());
        assertThat(limited.interval()).isEqualTo(2 * SECOND);
        now += 61;
        for (int i = 0; i < 30; i++) {
            limited.recordSuccess(limited.interval(), nanos(), 1);
        }
        assertThat(limited.interval()).isEqualTo(SECOND);
    }

    @Test
    void refusalAtASlowerPaceCounts() {
        refusedUpTo(8);
        served(3);
        learned.recordRefusal(8 * SECOND, nanos());

        assertThat(interval()).isEqualTo(15);
    }

    private void refusedUpTo(double seconds) {
        while (interval() < seconds) {
            refused();
        }
    }

    private double refused() {
        learned.recordRefusal(learned.interval(), nanos());
        return interval();
    }

    private void served(int times) {
        for (int i = 0; i < times; i++) {
            learned.recordSuccess(learned.interval(), nanos(), 1);
        }
    }

    private double interval() {
        return (double) learned.interval() / SECOND;
    }

    private long nanos() {
        return (long) (now * SECOND);
    }
}
