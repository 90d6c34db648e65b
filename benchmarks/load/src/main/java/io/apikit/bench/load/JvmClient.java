package io.apikit.bench.load;

import java.time.Duration;

/** A load generator in this JVM, for where {@code wrk} is not installed: it takes more of the cores itself. */
final class JvmClient implements LoadGenerator {
    @Override
    public Load drive(Workload workload, int port, int connections, Duration time) {
        try (var swarm = Swarm.open(workload, port, connections)) {
            return swarm.drive(time);
        }
    }

    @Override
    public String version() {
        return "the JVM client";
    }
}
