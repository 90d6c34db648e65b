package io.apikit.bench.load;

import java.time.Duration;

/** Sends requests, as many at once as there are connections, the next as soon as one is answered. */
interface LoadGenerator {
    Load drive(Workload workload, int port, int connections, Duration time);

    /** Its name and version. */
    String version();
}
