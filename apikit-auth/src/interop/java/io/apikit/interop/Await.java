package io.apikit.interop;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for what another process does: looks again and again until a deadline. */
final class Await {
    private static final long PAUSE_MILLIS = 50;
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private Await() {}

    /** Waits for what only time brings: another process's clock cannot be set. */
    static void pass(Duration time) {
        var end = System.nanoTime() + time.toNanos();
        until("the end of a pause", time.plusSeconds(5), () -> System.nanoTime() - end > 0);
    }

    static void until(String what, Duration atMost, Callable<Boolean> condition) {
        var end = System.nanoTime() + atMost.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + atMost.toSeconds() + " s: " + what);
            }
            pause();
        }
    }

    private static boolean holds(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (Exception notYet) {
            return false;
        }
    }

    private static void pause() {
        try {
            if (NEVER.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException();
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
