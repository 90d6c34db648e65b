package io.apikit.bench.load.backend;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** A server on one thread. It uses no other thread, and leaves the other cores to the candidates. */
final class Server {
    /** Ten thousand connections may arrive at once. The kernel may lower this number. */
    private static final int BACKLOG = 16_384;

    private record Due(long nanoTime, Connection connection, Response response) {}

    private final Selector selector = Selector.open();
    private final ServerSocketChannel listening = ServerSocketChannel.open();
    private final PriorityQueue<Due> later =
            new PriorityQueue<>(Comparator.comparingLong(due -> due.nanoTime() - START));
    private final Responses responses;
    private int peak;

    private static final long START = System.nanoTime();

    Server(int port, Responses responses) throws IOException {
        this.responses = responses;
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        listening.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
    }

    void serve() throws IOException {
        while (true) {
            selector.select(this::ready, millisToNext());
            sendDueResponses();
        }
    }

    private long millisToNext() {
        var next = later.peek();
        // A wait of 0 has no limit.
        return next == null ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(next.nanoTime() - System.nanoTime()) + 1);
    }

    private void ready(SelectionKey key) {
        if (key.isValid() && key.isAcceptable()) {
            accept();
        } else if (key.isValid()) {
            serve(key);
        }
    }

    private void accept() {
        try {
            for (var client = listening.accept(); client != null; client = listening.accept()) {
                client.setOption(StandardSocketOptions.TCP_NODELAY, true).configureBlocking(false);
                var key = client.register(selector, SelectionKey.OP_READ);
                key.attach(new Connection(key));
            }
        } catch (IOException e) {
            System.err.println("a connection was not accepted: " + e);
        }
    }

    private void serve(SelectionKey key) {
        var connection = (Connection) requireNonNull(key.attachment());
        if (key.isWritable()) {
            connection.writeOn();
            return;
        }
        var request = connection.read();
        if (request.isPresent()) {
            respond(connection, responses.to(request.get(), peak));
            // The next count is of what follows it.
            peak = request.get().path().equals("/count") ? later.size() : peak;
        }
    }

    private void respond(Connection connection, Response response) {
        if (response.delay().isZero()) {
            connection.write(response);
            return;
        }
        later.add(new Due(System.nanoTime() + response.delay().toNanos(), connection, response));
        peak = Math.max(peak, later.size());
    }

    private void sendDueResponses() {
        for (var next = later.peek(); next != null && next.nanoTime() - System.nanoTime() <= 0; next = later.peek()) {
            later.remove();
            next.connection().write(next.response());
        }
    }
}
