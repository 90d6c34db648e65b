package io.apikit.ops.logging;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Sends datagrams on a thread of its own, which alone waits for names to be looked up. What it cannot send is lost, and
 * said once on standard error. Threadsafe.
 */
final class SyslogSender implements AutoCloseable {
    /** About a second of a busy service. */
    private static final int WAITING = 4_096;

    /** What fits into a datagram (65,507 bytes by IPv4), with room to spare; a longer line loses its end. */
    private static final int MESSAGE_BYTES = 60_000;

    private final SyslogAddress to;
    private final BlockingQueue<byte[]> messages = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread = new Thread(this::run, "apikit-syslog");
    private boolean failing;

    SyslogSender(SyslogAddress to) {
        this.to = to;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Sent soon, or dropped where too many wait. */
    @SuppressWarnings("CheckReturnValue") // lost is lost
    void offer(byte[] message) {
        messages.offer(message);
    }

    int waiting() {
        return messages.size();
    }

    /** Sends what still waits. */
    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try (var socket = new DatagramSocket()) {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    send(socket, messages.take());
                }
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
            for (var last = messages.poll(); last != null; last = messages.poll()) {
                send(socket, last);
            }
        } catch (IOException cannotOpen) {
            tell(cannotOpen);
        }
    }

    /** The address is asked for each time: the JVM keeps it for half a minute, and a syslog may move. */
    private void send(DatagramSocket socket, byte[] message) {
        try {
            var address = InetAddress.getByName(to.host());
            socket.send(new DatagramPacket(message, Math.min(message.length, MESSAGE_BYTES), address, to.port()));
            failing = false;
        } catch (IOException | RuntimeException lost) {
            tell(lost);
        }
    }

    private void tell(Exception lost) {
        if (!failing) {
            failing = true;
            System.err.println("apikit: the log cannot be sent to LOGHOST " + to + ", lines are lost: " + lost);
        }
    }
}
