package io.apikit.bench.load;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Connections to a service, and the selector that watches them. Used by one thread. */
record OpenConnections(Selector selector) implements AutoCloseable {
    private static final int BATCH = 25;
    private static final Duration PAUSE_BETWEEN_BATCHES = Duration.ofMillis(2);

    /**
     * Opens connections.
     *
     * @param operations what the selector watches for at first
     */
    static OpenConnections to(int port, int count, int operations) throws IOException {
        var all = new OpenConnections(Selector.open());
        for (int i = 0; i < count; i++) {
            var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.configureBlocking(false).register(all.selector, operations, new SwarmConnection(channel));
            pauseAfterBatch(i);
        }
        return all;
    }

    /** A server's accept queue holds 50 connections by default. If it is full, the kernel delays a connection by 1 s. */
    private static void pauseAfterBatch(int connection) {
        if (connection % BATCH == BATCH - 1) {
            Pause.of(PAUSE_BETWEEN_BATCHES);
        }
    }

    static SwarmConnection of(SelectionKey key) {
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
