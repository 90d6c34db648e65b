package io.apikit.internal.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** So many kept-alive connections, each of which asks five times a second, whether or not it was answered quickly. */
final class HonestLoad implements AutoCloseable {
    private static final long PERIOD_NANOS = Duration.ofMillis(200).toNanos();
    private static final byte[] REQUEST = "GET /ask HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1);

    private final List<Thread> callers = new ArrayList<>();
    private volatile ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final AtomicInteger failed = new AtomicInteger();
    private volatile long notBefore;
    private volatile boolean over;

    HonestLoad(InetSocketAddress service, int connections) {
        for (var i = 0; i < connections; i++) {
            var offset = PERIOD_NANOS * i / connections;
            var caller = new Thread(() -> call(service, System.nanoTime() + offset), "honest-" + i);
            caller.setDaemon(true);
            caller.start();
            callers.add(caller);
        }
    }

    /** What was due before it begins, and is late, is not asked for any more. */
    Latencies measure(Duration time) {
        notBefore = System.nanoTime();
        nanos = new ConcurrentLinkedQueue<>();
        failed.set(0);
        var end = System.nanoTime() + time.toNanos();
        parkUntil(end);
        return Latencies.of(nanos, failed.get());
    }

    private void call(InetSocketAddress service, long first) {
        var due = first;
        while (!over) {
            try (var socket = new Socket(service.getAddress(), service.getPort())) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(30_000);
                while (!over) {
                    due = Math.max(due, notBefore);
                    parkUntil(due);
                    socket.getOutputStream().write(REQUEST);
                    readAnswer(socket);
                    nanos.add(System.nanoTime() - due);
                    due += PERIOD_NANOS;
                }
            } catch (IOException broken) {
                failed.incrementAndGet();
                due += PERIOD_NANOS;
            }
        }
    }

    private static void readAnswer(Socket socket) throws IOException {
        var buffer = new byte[4096];
        var came = new StringBuilder();
        while (!came.toString().endsWith("{\"answer\":42}")) {
            int count = socket.getInputStream().read(buffer);
            if (count < 0) {
                throw new IOException("closed after " + came);
            }
            came.append(new String(buffer, 0, count, ISO_8859_1));
        }
        if (came.indexOf("HTTP/1.1 200 ") != 0) {
            throw new IOException("not what was asked for: " + came);
        }
    }

    private static void parkUntil(long moment) {
        for (var left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {
        over = true;
    }
}
