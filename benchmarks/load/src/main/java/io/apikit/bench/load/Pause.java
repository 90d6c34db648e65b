package io.apikit.bench.load;

import java.time.Duration;

/** Waiting, where only time can tell. */
final class Pause {
    private Pause() {}

    static void of(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("interrupted");
        }
    }
}
