package io.apikit.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Many open connections on one thread. Each sends its next request as soon as it has the response to the last one. Used
 * by one thread.
 */
final class Swarm implements AutoCloseable {
    /** How long a load waits without any response before it ends. Requests that are open by then are errors. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

    /** Decides whether a connection sends one more request. */
    private interface Quota {
        boolean allows(boolean isFirstOfConnection);
    }

    private final OpenConnections connections;
    private final Selector selector;
    private final List<ByteBuffer> requests;
    private LongStream.Builder latencies = LongStream.builder();
    private long statuses;
    private long errors;
    private int open;
    private long sent;
    private long lastResponse;

    private Swarm(OpenConnections connections, List<ByteBuffer> requests) {
        this.connections = connections;
        this.selector = connections.selector();
        this.requests = requests;
    }

    /** Opens the connections. No request is sent yet. */
    static Swarm open(Workload workload, int port, int connections) {
        var requests = workload.authorizations().stream()
                .map(authorization -> ByteBuffer.wrap(workload.request(port, authorization)))
                .toList();
        try {
            return new Swarm(OpenConnections.to(port, connections, 0), requests);
        } catch (IOException e) {
            throw new BenchFailure(connections + " connections could not be made: " + e.getMessage());
        }
    }

    /** Sends one request on each connection. */
    Load driveOnce() {
        return drive(isFirst -> isFirst);
    }

    /** Sends exactly this number of requests over all connections together. */
    Load drive(long count) {
        return drive(isFirst -> sent < count);
    }

    private Load drive(Quota quota) {
        long start = System.nanoTime();
        lastResponse = start;
        sent = 0;
        open = selector.keys().size();
        selector.keys().forEach(key -> key.interestOps(SelectionKey.OP_WRITE));
        try {
            while (open > 0 && System.nanoTime() - lastResponse < LONGEST_SILENCE.toNanos()) {
                selector.select(key -> ready(key, quota), 100);
            }
        } catch (IOException e) {
            throw new BenchFailure("the client's selector is broken: " + e.getMessage());
        }
        return load(Duration.ofNanos(System.nanoTime() - start));
    }

    private void ready(SelectionKey key, Quota quota) {
        var connection = OpenConnections.of(key);
        boolean isFirst = key.isWritable();
        try {
            if (!isFirst) {
                int status = connection.read();
                if (status == 0) {
                    return;
                }
                responded(connection, status);
            }
            sendNext(key, connection, quota.allows(isFirst));
        } catch (IOException e) {
            errors++;
            open--;
            key.cancel();
        }
    }

    private void responded(SwarmConnection connection, int status) {
        latencies.add(connection.nanosSinceSent());
        statuses += status / 100 == 2 ? 0 : 1;
        lastResponse = System.nanoTime();
    }

    private void sendNext(SelectionKey key, SwarmConnection connection, boolean isAllowed) throws IOException {
        if (isAllowed) {
            key.interestOps(SelectionKey.OP_READ);
            connection.send(requests.get((int) (sent++ % requests.size())));
        } else {
            key.interestOps(0);
            open--;
        }
    }

    /** A request without a response is an error. */
    private Load load(Duration time) {
        var sorted = latencies.build().sorted().toArray();
        latencies = LongStream.builder();
        return Load.of(sorted, time, errors + open, statuses);
    }

    @Override
    public void close() {
        connections.close();
    }
}
