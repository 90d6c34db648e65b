package io.apikit.ops;

import java.time.Duration;

/** Looks at the meters more often than a service does, so that no test waits for minutes of history. */
public final class StatusSampling {
    private StatusSampling() {}

    public static void every(Operations ops, Duration period) {
        ops.sampling(period);
    }
}
