package io.apikit.bench.micro;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A small HTTP/1.1 server on a loopback port, with a thread for each connection. It reads requests without a body and
 * responds at once. A responder that looks at no header allocates nothing, so the allocation measured is the client's.
 */
final class LoopbackBackend implements AutoCloseable {
    /** The response of a small backend behind a common server. */
    static final byte[] OK = ascii("""
            HTTP/1.1 200 OK
            Server: nginx
            Date: Sun, 01 Mar 2026 12:00:00 GMT
            Content-Type: text/plain; charset=utf-8
            Content-Length: 4
            Connection: keep-alive

            93.5""");

    static final byte[] UNAUTHORIZED = ascii("HTTP/1.1 401 Unauthorized\nContent-Length: 0\n\n");

    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final ServerSocket listener;
    private volatile Responder responder = head -> OK;

    private LoopbackBackend(ServerSocket listener) {
        this.listener = listener;
    }

    static LoopbackBackend start() {
        try {
            var backend = new LoopbackBackend(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()));
            startThread(backend::accept);
            return backend;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a responder with a 200 for requests that have this header and value, else a 401. */
    static Responder requiring(String header, String value) {
        return head -> head.header(header).filter(value::equals).isPresent() ? OK : UNAUTHORIZED;
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** Sets what responds from now on. */
    void respondWith(Responder next) {
        responder = next;
    }

    private void accept() {
        try {
            while (true) {
                var connection = listener.accept();
                connections.add(connection);
                startThread(() -> serve(connection));
            }
        } catch (IOException ignored) {
            // The listener is closed.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            var in = connection.getInputStream();
            var out = connection.getOutputStream();
            var head = new RequestHead();
            while (head.read(in)) {
                out.write(responder.respond(head));
            }
        } catch (IOException ignored) {
            // The connection is closed.
        } finally {
            connections.remove(connection);
        }
    }

    private static void startThread(Runnable task) {
        var thread = new Thread(task, "loopback-backend");
        thread.setDaemon(true);
        thread.start();
    }

    private static byte[] ascii(String lines) {
        return lines.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (var connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Chooses a response, on the thread of a connection. */
    interface Responder {
        byte[] respond(RequestHead head);
    }

    /** The request line and the headers of a connection's current request. */
    static final class RequestHead {
        private final byte[] bytes = new byte[8 * 1024];
        private int length;

        private RequestHead() {}

        /** Reads a head up to its empty line, and returns false at the end of the connection. */
        private boolean read(InputStream in) throws IOException {
            length = 0;
            while (!isComplete()) {
                int count = in.read(bytes, length, bytes.length - length);
                if (count <= 0) {
                    return false;
                }
                length += count;
            }
            return true;
        }

        private boolean isComplete() {
            return length >= 4
                    && bytes[length - 4] == '\r'
                    && bytes[length - 3] == '\n'
                    && bytes[length - 2] == '\r'
                    && bytes[length - 1] == '\n';
        }

        /** Returns the value of the first header of this name. */
        Optional<String> header(String name) {
            var start = name + ": ";
            return new String(bytes, 0, length, StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(line -> line.regionMatches(true, 0, start, 0, start.length()))
                    .findFirst()
                    .map(line -> line.substring(start.length()));
        }
    }
}
