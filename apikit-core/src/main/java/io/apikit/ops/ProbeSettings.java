package io.apikit.ops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What {@link Operations} is told of probes, until the app is built. */
final class ProbeSettings {
    @Nullable
    String live = "/health/live";

    @Nullable
    String ready = "/health/ready";

    Duration checkTimeout = Duration.ofSeconds(1);
    Duration stopDelay = Duration.ofSeconds(5);
    boolean isDelayChosen;
    LongSupplier clock = System::nanoTime;
    final List<HealthCheck> checks = new ArrayList<>();

    void add(HealthCheck check) {
        if (checks.stream().anyMatch(other -> other.name().equals(check.name()))) {
            throw new IllegalArgumentException("there is a check named " + check.name() + " already");
        }
        checks.add(check);
    }

    Probes probes() {
        if (live != null && live.equals(ready)) {
            throw new IllegalArgumentException("live and ready have the same path, " + live);
        }
        return new Probes(this);
    }
}
