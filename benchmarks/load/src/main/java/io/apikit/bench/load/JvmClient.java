package io.apikit.bench.load;

import java.time.Duration;

/**
 * A load generator on one thread of this JVM. It can count requests, which {@code wrk} cannot. Once compiled it takes 13 to
 * 15 us of CPU per request, as much as {@code h2load} does: nearly all of it is the kernel's work for the socket.
 */
final class JvmClient implements LoadGenerator {
    @Override
    public Load drive(Workload workload, int port, int connections, Duration time) {
        try (var swarm = Swarm.open(workload, port, connections)) {
            return swarm.drive(time);
        }
    }

    /** Sends exactly this number of requests. */
    Load drive(Workload workload, int port, int connections, long requests) {
        try (var swarm = Swarm.open(workload, port, connections)) {
            return swarm.drive(requests);
        }
    }

    @Override
    public String version() {
        return "the JVM client";
    }
}
