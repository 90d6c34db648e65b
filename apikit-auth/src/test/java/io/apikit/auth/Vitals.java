package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What a process that leaks has more and more of. */
record Vitals(long heapBytes, int threads) {
    /** After a collection: what is in use is what is held. */
    static Vitals now() {
        System.gc();
        System.gc();
        return new Vitals(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                ManagementFactory.getThreadMXBean().getThreadCount());
    }

    /** Waits for what comes by itself, looking now and then. */
    static void await(String what, Duration patience, BooleanSupplier hasCome) throws InterruptedException {
        var never = new CountDownLatch(1);
        long until = System.nanoTime() + patience.toNanos();
        while (!hasCome.getAsBoolean()) {
            assertThat(System.nanoTime() - until)
                    .as(what + " within " + patience)
                    .isNegative();
            assertThat(never.await(20, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    @Override
    public String toString() {
        return (heapBytes >> 10) + " KiB, " + threads + " threads";
    }
}
