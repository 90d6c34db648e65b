package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on a free port that writes whatever bytes its handler makes. It reads what a correct client sends. */
final class RawServer implements AutoCloseable {
    /** Makes the reply to one request. Called by many threads. */
    interface Handler {
        Reply reply(Request request) throws IOException;
    }

    /** A request in Latin-1. */
    record Request(String method, String target, String head, String body) {
        /** Returns the first header of this name, or nothing. */
        String header(String name) {
            var start = "\n" + name.toLowerCase(Locale.ROOT) + ":";
            int at = head.toLowerCase(Locale.ROOT).indexOf(start);
            int from = at + start.length();
            return at < 0 ? "" : head.substring(from, head.indexOf('\r', from)).strip();
        }

        /** Returns the path without the query. */
        String path() {
            int query = target.indexOf('?');
            return query < 0 ? target : target.substring(0, query);
        }
    }

    /** Longer than the deadline of a case, and short enough for the run of every build. */
    private static final int STALL_MILLIS = 4_000;

    private final ServerSocket listening;
    private final Handler handler;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "fuzz-server");
        thread.setDaemon(true);
        return thread;
    });

    RawServer(Handler handler) {
        this.handler = handler;
        try {
            this.listening = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    int openConnections() {
        return open.size();
    }

    private void accept() {
        try {
            while (true) {
                var socket = listening.accept();
                open.add(socket);
                threads.execute(() -> serve(socket));
            }
        } catch (IOException ignored) {
            // The server is closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream());
            while (write(socket, in, handler.reply(read(in)))) {
                // The next request of the connection follows.
            }
        } catch (IOException ignored) {
            // The client has gone, as many cases intend.
        } finally {
            open.remove(socket);
        }
    }

    /** Returns whether another request may follow. */
    private static boolean write(Socket socket, InputStream in, Reply reply) throws IOException {
        var out = socket.getOutputStream();
        boolean isFirst = true;
        for (var piece : reply.pieces()) {
            if (!isFirst && reply.pauseMillis() > 0) {
                pause(reply.pauseMillis());
            }
            isFirst = false;
            out.write(piece);
            out.flush();
        }
        switch (reply.end()) {
            case KEEP -> {
                return true;
            }
            case RESET -> socket.setSoLinger(true, 0);
            case STALL -> {
                socket.setSoTimeout(STALL_MILLIS);
                in.read();
            }
            case CLOSE -> socket.shutdownOutput();
        }
        return false;
    }

    private static void pause(int millis) throws EOFException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EOFException();
        }
    }

    private static Request read(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            head.append((char) next(in));
        }
        var parts = head.substring(0, head.indexOf("\r\n")).split(" ", 3);
        var bare = new Request(parts[0], parts.length > 1 ? parts[1] : "", head.toString(), "");
        var body = bare.header("Transfer-Encoding").isEmpty()
                ? whole(
                        in,
                        bare.header("Content-Length").isEmpty() ? 0 : Integer.parseInt(bare.header("Content-Length")))
                : chunks(in);
        return new Request(bare.method(), bare.target(), bare.head(), body);
    }

    private static String chunks(InputStream in) throws IOException {
        var body = new StringBuilder();
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            body.append(whole(in, size));
            line(in);
        }
        while (!line(in).isEmpty()) {
            // Trailers are ignored.
        }
        return body.toString();
    }

    private static String whole(InputStream in, int length) throws IOException {
        var bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return new String(bytes, ISO_8859_1);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = next(in); next != '\n'; next = next(in)) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private static int next(InputStream in) throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException();
        }
        return next;
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
        } finally {
            threads.shutdownNow();
        }
    }
}
