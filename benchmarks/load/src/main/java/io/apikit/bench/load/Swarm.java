package io.apikit.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/** Many open connections on one thread, each of which asks again as soon as it is answered. Used by one thread. */
final class Swarm implements AutoCloseable {
    /** How long answers are waited for after the time is up. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int FEW = 25;
    private static final Duration BREATH = Duration.ofMillis(2);

    private final Selector selector;
    private final List<ByteBuffer> requests;
    private LongStream.Builder latencies = LongStream.builder();
    private long statuses;
    private long errors;
    private int open;
    private int turn;
    private long end;

    private Swarm(Selector selector, List<ByteBuffer> requests) {
        this.selector = selector;
        this.requests = requests;
    }

    /** Connects; nothing is asked yet. */
    static Swarm open(Workload workload, int port, int connections) {
        var requests = workload.authorizations().stream()
                .map(authorization -> "GET " + workload.path() + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                        + "\r\nAuthorization: " + authorization + "\r\n\r\n")
                .map(request -> ByteBuffer.wrap(request.getBytes(ISO_8859_1)))
                .toList();
        try {
            var swarm = new Swarm(Selector.open(), requests);
            for (int i = 0; i < connections; i++) {
                swarm.connect(port);
                pace(i);
            }
            return swarm;
        } catch (IOException refused) {
            throw new BenchFailure(connections + " connections could not be made: " + refused.getMessage());
        }
    }

    /** A server's queue of connections holds 50 by default; the kernel makes whoever comes then wait for a second. */
    private static void pace(int connection) {
        if (connection % FEW == FEW - 1) {
            Pause.of(BREATH);
        }
    }

    private void connect(int port) throws IOException {
        var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.configureBlocking(false).register(selector, 0, new SwarmConnection(channel));
    }

    /** Once for each connection; again and again until the time is up. */
    Load drive(Duration time) {
        long start = System.nanoTime();
        end = start + time.toNanos();
        open = selector.keys().size();
        selector.keys().forEach(key -> key.interestOps(SelectionKey.OP_WRITE));
        try {
            while (open > 0 && System.nanoTime() - end < PATIENCE.toNanos()) {
                selector.select(this::ready, 100);
            }
        } catch (IOException broken) {
            throw new BenchFailure("the client's selector is broken: " + broken.getMessage());
        }
        return load(Duration.ofNanos(System.nanoTime() - start));
    }

    private void ready(SelectionKey key) {
        var connection = (SwarmConnection) requireNonNull(key.attachment());
        try {
            if (key.isWritable()) {
                key.interestOps(SelectionKey.OP_READ);
                connection.send(requests.get(turn++ % requests.size()));
                return;
            }
            int status = connection.read();
            if (status != 0) {
                answered(key, connection, status);
            }
        } catch (IOException broken) {
            errors++;
            open--;
            key.cancel();
        }
    }

    private void answered(SelectionKey key, SwarmConnection connection, int status) throws IOException {
        latencies.add(connection.nanosSinceSent());
        statuses += status / 100 == 2 ? 0 : 1;
        if (System.nanoTime() - end < 0) {
            connection.send(requests.get(turn++ % requests.size()));
        } else {
            key.interestOps(0);
            open--;
        }
    }

    /** Who is not answered by now is an error. */
    private Load load(Duration time) {
        var sorted = latencies.build().sorted().toArray();
        latencies = LongStream.builder();
        return new Load(
                sorted.length, time, percentile(sorted, 0.5), percentile(sorted, 0.99), errors + open, statuses);
    }

    static Duration percentile(long[] sorted, double share) {
        return sorted.length == 0
                ? Duration.ZERO
                : Duration.ofNanos(sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))]);
    }

    @Override
    public void close() {
        try {
            for (var key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException gone) {
            throw new BenchFailure("a connection cannot be closed: " + gone.getMessage());
        }
    }
}
