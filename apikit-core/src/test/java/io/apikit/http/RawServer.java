package io.apikit.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback whose every connection is handled, byte for byte, by a script; all end when it is closed. */
final class RawServer implements AutoCloseable {
    /** Handles one connection; what it throws ends the connection only. */
    interface Script {
        void run(Connection connection) throws IOException, InterruptedException;
    }

    private final ServerSocket listening;
    private final Script script;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

    private RawServer(ServerSocket listening, Script script) {
        this.listening = listening;
        this.script = script;
        start(this::accept);
    }

    static RawServer on(Script script) throws IOException {
        return new RawServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    static RawServer on(ServerSocket listening, Script script) {
        return new RawServer(listening, script);
    }

    /** Every connection: reads a request, writes this, closes. */
    static RawServer answering(String answer) throws IOException {
        return on(connection -> {
            connection.readRequest();
            connection.write(answer);
        });
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    int port() {
        return listening.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    /** The head, and the body if any, of the next request that came. */
    String nextRequest() throws InterruptedException {
        return requests.take();
    }

    List<String> requestsSoFar() {
        return List.copyOf(requests);
    }

    private void accept() {
        try {
            while (true) {
                var socket = listening.accept();
                open.add(socket);
                connections.incrementAndGet();
                start(() -> handle(socket));
            }
        } catch (IOException closing) {
            closed.countDown();
        }
    }

    private void handle(Socket socket) {
        try (socket) {
            script.run(new Connection(socket));
        } catch (IOException | InterruptedException clientIsGone) {
            // As many scripts intend.
        }
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (var socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One connection, as a script sees it. */
    final class Connection {
        private final Socket socket;

        private Connection(Socket socket) {
            this.socket = socket;
        }

        /** Reads a head, and as much body as its Content-Length says. */
        String readRequest() throws IOException {
            var head = readHead();
            var length = head.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1");
            int body = length.matches("\\d+") ? Integer.parseInt(length) : 0;
            head.append(new String(socket.getInputStream().readNBytes(body), StandardCharsets.ISO_8859_1));
            requests.add(head.toString());
            return head.toString();
        }

        /** Reads a head only, and counts it as no request. */
        StringBuilder readHead() throws IOException {
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new IOException("client is gone");
                }
                head.append((char) next);
            }
            return head;
        }

        /** How much more comes until the client goes away, in whichever way. */
        long countToTheEnd() {
            long count = 0;
            try {
                while (socket.getInputStream().read() >= 0) {
                    count++;
                }
            } catch (IOException reset) {
                // An end too.
            }
            return count;
        }

        Connection write(String text) throws IOException {
            return write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        Connection write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        }

        /** Writes the same text until the client goes away. */
        void writeForever(String text) throws IOException {
            while (true) {
                write(text);
            }
        }

        /** Says nothing until the client goes away. */
        void stall() throws IOException {
            while (socket.getInputStream().read() >= 0) {
                // More of the request.
            }
        }

        /** A byte at a time, each a few milliseconds after the one before, until the client goes away. */
        void drip(String text) throws IOException, InterruptedException {
            while (!closed.await(5, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                write(text);
            }
        }

        void close() throws IOException {
            socket.close();
        }

        /** Ends the connection with a reset. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
