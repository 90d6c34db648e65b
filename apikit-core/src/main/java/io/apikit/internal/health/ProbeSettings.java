package io.apikit.internal.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What {@link io.apikit.ops.Operations Operations} is told of probes, until the app is built. */
public final class ProbeSettings {
    @Nullable
    public String live = "/health/live";

    @Nullable
    public String ready = "/health/ready";

    public Duration checkTimeout = Duration.ofSeconds(1);
    public Duration stopDelay = Duration.ofSeconds(5);
    public boolean isDelayChosen;
    public LongSupplier clock = System::nanoTime;
    final List<HealthCheck> checks = new ArrayList<>();

    public void add(HealthCheck check) {
        if (checks.stream().anyMatch(other -> other.name().equals(check.name()))) {
            throw new IllegalArgumentException("there is a check named " + check.name() + " already");
        }
        checks.add(check);
    }

    public Probes probes() {
        if (live != null && live.equals(ready)) {
            throw new IllegalArgumentException("live and ready have the same path, " + live);
        }
        return new Probes(this);
    }
}
