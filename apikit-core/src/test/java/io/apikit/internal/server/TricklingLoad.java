package io.apikit.internal.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** So many connections whose headers come at a byte a second, each opened anew as soon as the server has ended it. */
final class TricklingLoad implements AutoCloseable {
    private static final byte[] BEGUN = "GET /ask HTTP/1.1\r\nHost: x\r\nX-Slow: ".getBytes(ISO_8859_1);

    private final InetSocketAddress service;
    private final @Nullable SocketChannel[] channels;
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "trickling");
    private volatile boolean over;

    TricklingLoad(InetSocketAddress service, int connections) throws IOException {
        this.service = service;
        this.channels = new SocketChannel[connections];
        for (var i = 0; i < connections; i++) {
            channels[i] = connect();
        }
        thread.setDaemon(true);
        thread.start();
    }

    int open() {
        return open.get();
    }

    /** How many the server has ended so far. */
    int ended() {
        return ended.get();
    }

    private SocketChannel connect() throws IOException {
        var channel = SocketChannel.open(service);
        channel.configureBlocking(false);
        channel.write(ByteBuffer.wrap(BEGUN));
        open.incrementAndGet();
        return channel;
    }

    private void run() {
        var pause = Duration.ofSeconds(1).toNanos() / channels.length;
        var due = System.nanoTime();
        for (var i = 0; !over; i = (i + 1) % channels.length) {
            due += pause;
            LockSupport.parkNanos(due - System.nanoTime());
            try {
                trickle(i);
            } catch (IOException refused) {
                channels[i] = null;
            }
        }
    }

    private void trickle(int i) throws IOException {
        var channel = channels[i];
        if (channel == null) {
            channels[i] = connect();
        } else if (isEnded(channel)) {
            ended.incrementAndGet();
            open.decrementAndGet();
            channel.close();
            channels[i] = connect();
        }
    }

    private static boolean isEnded(SocketChannel channel) {
        try {
            channel.write(ByteBuffer.wrap(new byte[] {'a'}));
            return channel.read(ByteBuffer.allocate(16)) != 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        over = true;
        LockSupport.unpark(thread);
        for (var channel : channels) {
            if (channel != null) {
                channel.close();
            }
        }
    }
}
