package io.apikit.bench.load.backend;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** A client's connection: one request after the other. Used by one thread. */
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

    /** Takes what has come. */
    Optional<Request> read() {
        try {
            if (channel().read(received) < 0 || !received.hasRemaining()) {
                close();
                return Optional.empty();
            }
            return Request.next(received);
        } catch (IOException gone) {
            close();
            return Optional.empty();
        }
    }

    void write(Answer answer) {
        unsent = answer.bytes().duplicate();
        writeOn();
    }

    void writeOn() {
        try {
            channel().write(unsent);
            key.interestOps(unsent.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        } catch (IOException | CancelledKeyException gone) {
            close();
        }
    }

    private void close() {
        try {
            channel().close();
        } catch (IOException alreadyGone) {
            key.cancel();
        }
    }

    private SocketChannel channel() {
        return (SocketChannel) key.channel();
    }
}
