package io.apikit.bench.load;

import java.time.Duration;

/** Sends requests for a time. Each connection sends its next request as soon as it has the response to the last one. */
interface LoadGenerator {
    Load drive(Workload workload, int port, int connections, Duration time);

    /** Returns its name and version. */
    String version();
}
