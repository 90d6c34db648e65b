package io.apikit.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

enum SystemTiming implements Timing {
    INSTANCE;

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }
}
