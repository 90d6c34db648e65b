package io.apikit.fuzz;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Clients of one app with kept connections, as many as are in use at once. Thread-safe. */
final class WireClients {
    private final int timeoutMillis;
    private final Queue<WireClient> idle = new ConcurrentLinkedQueue<>();

    /** @param timeoutMillis for each read */
    WireClients(int timeoutMillis) {
        this.timeoutMillis = timeoutMillis;
    }

    /** Sends a GET with further header lines, each with its line break. */
    WireResponse get(int port, String path, String headers) throws IOException {
        var kept = idle.poll();
        var client = kept == null ? new WireClient(port, timeoutMillis) : kept;
        try {
            return client.get(path, headers);
        } finally {
            idle.add(client);
        }
    }

    /** Closes all. No request may be under way. */
    void closeAll() throws IOException {
        for (var client : idle) {
            client.close();
        }
    }
}
