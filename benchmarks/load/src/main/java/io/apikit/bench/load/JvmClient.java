package io.apikit.bench.load;

/**
 * A load generator on one thread of this JVM, which counts requests. Once compiled it takes 13 to 15 us of CPU per
 * request, as much as {@code h2load} does: nearly all of it is the kernel's work for the socket.
 */
final class JvmClient {
    private JvmClient() {}

    /** Sends exactly this number of requests in a closed loop: each connection sends its next one after a response. */
    static Load drive(Workload workload, int port, int connections, long requests) {
        try (var swarm = Swarm.open(workload, port, connections)) {
            return swarm.drive(requests);
        }
    }
}
