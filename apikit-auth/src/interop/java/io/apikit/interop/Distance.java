package io.apikit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A network between a client and a server: each byte, and each close, arrives after the same time. */
final class Distance implements AutoCloseable {
    private final long delayNanos;
    private final int target;
    private final ServerSocket listening;

    /** @param oneWay how long a byte takes */
    Distance(int target, Duration oneWay) {
        this.target = target;
        this.delayNanos = oneWay.toNanos();
        try {
            listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                var near = listening.accept();
                var far = new Socket(InetAddress.getLoopbackAddress(), target);
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                carry(near, far);
                carry(far, near);
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private void carry(Socket from, Socket to) {
        var onTheWay = new LinkedBlockingQueue<Packet>();
        start(() -> send(from, onTheWay));
        start(() -> arrive(to, onTheWay));
    }

    private void send(Socket from, LinkedBlockingQueue<Packet> onTheWay) {
        var buffer = new byte[8192];
        int count = 0;
        while (count >= 0) {
            try {
                count = from.getInputStream().read(buffer);
            } catch (IOException reset) {
                count = -1;
            }
            onTheWay.add(new Packet(System.nanoTime() + delayNanos, Arrays.copyOf(buffer, Math.max(count, 0)), count < 0));
        }
    }

    private static void arrive(Socket to, LinkedBlockingQueue<Packet> onTheWay) {
        try (to) {
            for (var packet = onTheWay.take(); !packet.isEnd(); packet = onTheWay.take()) {
                packet.await();
                to.getOutputStream().write(packet.bytes());
            }
        } catch (IOException gone) {
            // Nobody is there any more.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "distance");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Packet(long arrivesNanos, byte[] bytes, boolean isEnd) {
        private void await() {
            for (long left = arrivesNanos - System.nanoTime(); left > 0; left = arrivesNanos - System.nanoTime()) {
                LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(10)));
            }
        }
    }
}
