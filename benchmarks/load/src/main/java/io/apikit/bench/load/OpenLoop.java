package io.apikit.bench.load;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
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
final class OpenLoop implements AutoCloseable {
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

    private OpenLoop(Selector selector, ByteBuffer request, int count, double perSecond) {
        this.selector = selector;
        this.request = request;
        this.latencies = new long[count];
        this.interval = 1e9 / perSecond;
    }

    /** Sends exactly this number of requests at this rate. */
    static Load drive(Workload workload, int port, long count, double perSecond) {
        var request = ByteBuffer.wrap(workload.request(port, workload.authorization(0)));
        try (var loop = new OpenLoop(Selector.open(), request, Math.toIntExact(count), perSecond)) {
            loop.connect(port);
            return loop.run();
        } catch (IOException e) {
            throw new BenchFailure("a load at a steady rate failed: " + e.getMessage());
        }
    }

    private void connect(int port) throws IOException {
        for (int i = 0; i < CONNECTIONS; i++) {
            var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.configureBlocking(false);
            free.push(channel.register(selector, SelectionKey.OP_READ, new SwarmConnection(channel)));
            Swarm.pauseAfterBatch(i);
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
            connection(free.pop()).send(request, due());
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
            int status = connection(key).read();
            if (status != 0) {
                latencies[received++] = connection(key).nanosSinceSent();
                statuses += status / 100 == 2 ? 0 : 1;
                lastResponse = System.nanoTime();
                free.push(key);
            }
        } catch (IOException e) {
            throw new BenchFailure("a connection at a steady rate failed: " + e.getMessage());
        }
    }

    private static SwarmConnection connection(SelectionKey key) {
        return (SwarmConnection) requireNonNull(key.attachment());
    }

    @Override
    public void close() {
        try {
            for (var key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new BenchFailure("a connection cannot be closed: " + e.getMessage());
        }
    }
}
