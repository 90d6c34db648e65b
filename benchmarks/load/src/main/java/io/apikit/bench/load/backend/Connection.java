package io.apikit.bench.load.backend;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** A connection of a client: one request after the other. Used by one thread. */
final class Connection {
    /** More than any head of a request that a candidate sends. */
    private static final int LARGEST_REQUEST = 4096;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SelectionKey key;
    private final ByteBuffer received = ByteBuffer.allocate(LARGEST_REQUEST);
    private ByteBuffer unsent = NOTHING;

    Connection(SelectionKey key) {
        this.key = key;
    }

    /** Reads the received bytes. Returns the next complete request, if there is one. */
    Optional<Request> read() {
        try {
            if (channel().read(received) < 0 || !received.hasRemaining()) {
                close();
                return Optional.empty();
            }
            return Request.next(received);
        } catch (IOException ignored) {
            close();
            return Optional.empty();
        }
    }

    void write(Response response) {
        unsent = response.bytes().duplicate();
        writeOn();
    }

    void writeOn() {
        try {
            channel().write(unsent);
            key.interestOps(unsent.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        } catch (IOException | CancelledKeyException ignored) {
            close();
        }
    }

    private void close() {
        try {
            channel().close();
        } catch (IOException ignored) {
            key.cancel();
        }
    }

    private SocketChannel channel() {
        return (SocketChannel) key.channel();
    }
}
