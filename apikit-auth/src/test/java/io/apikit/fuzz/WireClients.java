package io.apikit.fuzz;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The kept connections of all workers. Each of them has one of its own. Thread-safe. */
final class WireClients implements AutoCloseable {
    private final Queue<WireClient> all = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<WireClient> own = new ThreadLocal<>();

    /** Returns the client of this worker. */
    WireClient own(int port, int timeoutMillis) {
        var kept = own.get();
        if (kept == null) {
            kept = new WireClient(port, timeoutMillis);
            own.set(kept);
            all.add(kept);
        }
        return kept;
    }

    /** Closes all. The workers must have ended. */
    @Override
    public void close() throws IOException {
        for (var client : all) {
            client.close();
        }
    }
}
