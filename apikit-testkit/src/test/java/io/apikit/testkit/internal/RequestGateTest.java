package io.apikit.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RequestGateTest {
    private final AtomicInteger passed = new AtomicInteger();
    private final RequestGate gate = new RequestGate(Runnable::run);

    @Test
    void openGateLetsThrough() {
        assertThat(gate.pass(passed::incrementAndGet)).isCompleted();
        assertThat(passed).hasValue(1);
    }

    @Test
    void heldTasksRunOnReleaseAndNotAgain() {
        gate.hold();
        gate.hold();
        CompletableFuture<Void> first = gate.pass(passed::incrementAndGet);
        gate.awaitHeld(1, Duration.ofSeconds(10));
        assertThat(first).isNotDone();
        assertThat(passed).hasValue(0);

        gate.release();
        gate.release();

        assertThat(first).isCompleted();
        assertThat(passed).hasValue(1);
    }

    @Test
    void gateCanBeHeldAgain() {
        gate.hold();
        CompletableFuture<Void> first = gate.pass(passed::incrementAndGet);
        gate.release();
        gate.hold();
        CompletableFuture<Void> second = gate.pass(passed::incrementAndGet);

        assertThat(first).isCompleted();
        assertThat(second).isNotDone();
        assertThat(passed).hasValue(1);
    }

    @Test
    void waitingForTooManyEndsWithAnError() {
        gate.hold();
        assertThat(gate.pass(passed::incrementAndGet)).isNotDone();

        assertThatIllegalStateException()
                .isThrownBy(() -> gate.awaitHeld(2, Duration.ofMillis(1)))
                .withMessageContaining("2");
    }
}
