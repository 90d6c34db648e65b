package io.apikit.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private final FakeTiming timing = new FakeTiming();

    @Test
    void passesAtItsMoment() {
        var deadline = Deadline.after(Duration.ofSeconds(1), timing);

        timing.pass(Duration.ofNanos(999_999_999));
        assertThat(deadline.isExpired()).isFalse();
        assertThat(deadline.left()).isEqualTo(Duration.ofNanos(1));
        timing.pass(Duration.ofNanos(1));
        assertThat(deadline.isExpired()).isTrue();
        timing.pass(Duration.ofDays(1));
        assertThat(deadline.leftNanos()).isZero();
    }

    @Test
    void earlierOfTwoIsTaken() {
        var one = Deadline.after(Duration.ofSeconds(1), timing);
        var two = Deadline.after(Duration.ofSeconds(2), timing);

        assertThat(one.earlier(two)).isSameAs(one);
        assertThat(two.earlier(one)).isSameAs(one);
    }

    @Test
    void endlessDurationDoesNotOverflow() {
        assertThat(Deadline.after(Duration.ofSeconds(Long.MAX_VALUE), timing).isExpired())
                .isFalse();
    }
}
