package io.apikit.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SamplerTest {
    @Test
    void whatIsThrownEndsNothingUntilItIsClosed() throws Exception {
        var looks = new CountDownLatch(3);
        var thread = new AtomicReference<Thread>();
        try (var sampler = new Sampler(
                () -> {
                    thread.set(Thread.currentThread());
                    looks.countDown();
                    throw new IllegalStateException("on purpose");
                },
                Duration.ofMillis(1))) {
            sampler.start();
            assertThat(looks.await(10, TimeUnit.SECONDS)).isTrue();
        }
        thread.get().join(10_000);
        assertThat(thread.get().isAlive()).isFalse();
    }
}
