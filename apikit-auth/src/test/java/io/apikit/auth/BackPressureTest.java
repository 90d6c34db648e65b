package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * A body far larger than what may be held, and a client that stops reading: the backend must find that it cannot send,
 * and the heap must not have grown.
 */
class BackPressureTest extends StreamTest {
    private static final long MIB = 1 << 20;
    private static final long LENGTH = 512 * MIB;

    /** What sockets on the way may hold: at most 6 MiB to read and 4 MiB to write each, on Linux. */
    private static final long IN_SOCKETS = 32 * MIB;

    private static final long HEAP_GROWTH = 32 * MIB;

    /** Sends without end, and tells when nothing more can be sent. */
    private static final class Tap implements AutoCloseable {
        /** So long without room to write is a stop; shorter, a busy machine. */
        private static final long STOPPED_MS = 500;

        private final ServerSocketChannel listening = ServerSocketChannel.open();
        private final AtomicLong sent = new AtomicLong();
        private final CountDownLatch stopped = new CountDownLatch(1);

        private Tap() throws IOException {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        }

        String url() throws IOException {
            return "http://127.0.0.1:" + ((InetSocketAddress) listening.getLocalAddress()).getPort();
        }

        Long run() throws IOException {
            try (var client = listening.accept();
                    var writable = Selector.open()) {
                client.read(ByteBuffer.allocate(8192));
                var head = "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: " + LENGTH + "\r\n\r\n";
                client.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
                client.configureBlocking(false);
                client.register(writable, SelectionKey.OP_WRITE);
                send(client, writable);
            }
            return sent.get();
        }

        private void send(SocketChannel client, Selector writable) throws IOException {
            var piece = ByteBuffer.allocate((int) MIB);
            while (sent.get() < LENGTH) {
                if (writable.select(STOPPED_MS) == 0) {
                    stopped.countDown();
                    writable.select();
                }
                writable.selectedKeys().clear();
                piece.clear();
                piece.limit((int) Math.min(piece.capacity(), LENGTH - sent.get()));
                sent.addAndGet(client.write(piece));
            }
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    @Test
    void clientThatStopsReadingStopsTheBackend() throws Exception {
        var threads = Executors.newSingleThreadExecutor();
        try (var tap = new Tap();
                var backend = Backend.at(tap.url()).build()) {
            serve(call -> {}, ctx -> backend.session(Credentials.none()).stream(BackendRequest.get("/data"), ctx));
            var sending = threads.submit(tap::run);
            var before = usedHeap();

            try (var client = rawClient()) {
                client.readUntil("\r\n\r\n");
                assertThat(tap.stopped.await(20, TimeUnit.SECONDS)).isTrue();
                assertThat(tap.sent.get()).isLessThan(IN_SOCKETS);
                assertThat(usedHeap() - before).isLessThan(HEAP_GROWTH);

                var received = drain(client, tap, before);
                assertThat(received).isEqualTo(LENGTH);
            }
            assertThat(sending.get(10, TimeUnit.SECONDS)).isEqualTo(LENGTH);
        } finally {
            threads.shutdownNow();
        }
    }

    private static long drain(RawClient client, Tap tap, long before) throws IOException {
        var buffer = new byte[(int) MIB];
        long received = 0;
        long look = LENGTH / 2;
        while (received < LENGTH) {
            received += client.readSome(buffer);
            if (received > look) {
                assertThat(tap.sent.get() - received).isLessThan(IN_SOCKETS);
                assertThat(usedHeap() - before).isLessThan(HEAP_GROWTH);
                look = LENGTH;
            }
        }
        return received;
    }

    private static long usedHeap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
