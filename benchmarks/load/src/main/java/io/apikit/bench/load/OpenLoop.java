package io.apikit.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests at a steady rate, each at its own time, whether or not there are responses to those before. A latency counts from
 * the time at which the request was due. A slow response thus delays no request that nobody counts. Used by one thread.
 */
final class OpenLoop {
    /** More than are busy at half of the greatest load, unless a service pauses. Then requests wait for a connection. */
    static final int CONNECTIONS = 128;

    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);
    private static final long LONGEST_NAP = TimeUnit.MICROSECONDS.toNanos(50);

    private final Selector selector;
    private final ByteBuffer request;
    private final Deque<SelectionKey> free = new ArrayDeque<>();
    private final long[] latencies;
    private final double interval;
    private long start;
    private long lastResponse;
    private int sent;
    private int received;
    private long statuses;

    private OpenLoop(OpenConnections connections, ByteBuffer request, int count, double perSecond) {
        this.selector = connections.selector();
        selector.keys().forEach(free::push);
        this.request = request;
        this.latencies = new long[count];
        this.interval = 1e9 / perSecond;
    }

    /** Sends exactly this number of requests at this rate. */
    static Load drive(Workload workload, int port, long count, double perSecond) {
        var request = ByteBuffer.wrap(workload.request(port, workload.authorization(0)));
        try (var connections = OpenConnections.to(port, CONNECTIONS, SelectionKey.OP_READ)) {
            return new OpenLoop(connections, request, Math.toIntExact(count), perSecond).run();
        } catch (IOException e) {
            throw new BenchFailure("a load at a steady rate failed: " + e.getMessage());
        }
    }

    private Load run() throws IOException {
        start = System.nanoTime();
        lastResponse = start;
        while (received < latencies.length && System.nanoTime() - lastResponse < LONGEST_SILENCE.toNanos()) {
            sendDue();
            if (selector.selectNow(this::read) == 0) {
                nap();
            }
        }
        var time = Duration.ofNanos(System.nanoTime() - start);
        var sorted = Arrays.copyOf(latencies, received);
        Arrays.sort(sorted);
        return Load.of(sorted, time, latencies.length - received, statuses);
    }

    private void sendDue() throws IOException {
        while (sent < latencies.length && !free.isEmpty() && due() - System.nanoTime() <= 0) {
            OpenConnections.of(free.pop()).send(request, due());
            sent++;
        }
    }

    /** Shorter than a selector's shortest wait of a millisecond, which would be part of each latency. */
    private void nap() {
        LockSupport.parkNanos(Math.max(1, Math.min(LONGEST_NAP, due() - System.nanoTime())));
    }

    private long due() {
        return start + (long) (sent * interval);
    }

    private void read(SelectionKey key) {
        try {
            var connection = OpenConnections.of(key);
            int status = connection.read();
            if (status != 0) {
                latencies[received++] = connection.nanosSinceSent();
                statuses += status / 100 == 2 ? 0 : 1;
                lastResponse = System.nanoTime();
                free.push(key);
            }
        } catch (IOException e) {
            throw new BenchFailure("a connection at a steady rate failed: " + e.getMessage());
        }
    }
}
