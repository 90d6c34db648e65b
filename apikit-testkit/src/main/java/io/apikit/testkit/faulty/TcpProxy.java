package io.apikit.testkit.faulty;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A proxy that passes bytes on as they are, later if a test says so, and to another server once a test says so. So a server
 * is far away, or fails over behind its address. It listens on 127.0.0.1 and a free port.
 *
 * <pre>{@code
 * try (var proxy = TcpProxy.to(server.port())) {
 *     proxy.delay(Duration.ofMillis(150));   // 300 ms there and back
 *     proxy.moveTo(other.port());            // ends the connections; later ones go to the other server
 * }
 * }</pre>
 *
 * <p>Thread-safe. It has two daemon threads for each connection, and two of its own.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int BUFFER = 16 << 10;

    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor writer =
            new ScheduledThreadPoolExecutor(1, task -> thread("write", task));
    private volatile int port;
    private volatile long delayNanos;

    private TcpProxy(ServerSocket listening, int port) {
        this.listening = listening;
        this.port = port;
        thread("accept", this::accept).start();
    }

    /** Starts a proxy to a port of 127.0.0.1, without a delay. */
    public static TcpProxy to(int port) {
        try {
            return new TcpProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the port at which it listens. */
    public int port() {
        return listening.getLocalPort();
    }

    /** Delays all bytes that arrive from now on by this, in each direction. Default: zero. */
    public void delay(Duration each) {
        delayNanos = each.toNanos();
    }

    /** Ends all connections, and has later ones lead to another port of 127.0.0.1. */
    public void moveTo(int other) {
        port = other;
        open.forEach(TcpProxy::reset);
    }

    private void accept() {
        try {
            while (true) {
                var client = listening.accept();
                thread("there", () -> serve(client)).start();
            }
        } catch (IOException ignored) {
            // It is closed.
        }
    }

    private void serve(Socket client) {
        try (client;
                var server = new Socket()) {
            open.add(client);
            open.add(server);
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            thread("back", () -> copy(server, client)).start();
            copy(client, server);
        } catch (IOException ignored) {
            // There is no server: the client's connection ends.
        } finally {
            open.remove(client);
        }
    }

    private void copy(Socket from, Socket to) {
        try {
            var in = from.getInputStream();
            var out = to.getOutputStream();
            var buffer = new byte[BUFFER];
            long due = System.nanoTime();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                // Never before earlier bytes, whose delay may have been longer.
                due = Math.max(due, System.nanoTime() + delayNanos);
                var bytes = Arrays.copyOf(buffer, read);
                var unused =
                        writer.schedule(() -> write(bytes, out, to), due - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (IOException | RejectedExecutionException ignored) {
            // One of the two has ended, or the proxy has.
        } finally {
            open.remove(from);
            reset(to);
        }
    }

    private static void write(byte[] bytes, OutputStream out, Socket to) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            reset(to);
        }
    }

    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException ignored) {
            // It is closed already.
        }
    }

    private static Thread thread(String name, Runnable work) {
        var thread = new Thread(work, "tcp-proxy-" + name);
        thread.setDaemon(true);
        return thread;
    }

    /** Ends the proxy and its connections. */
    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        writer.shutdownNow();
        open.forEach(TcpProxy::reset);
    }
}
