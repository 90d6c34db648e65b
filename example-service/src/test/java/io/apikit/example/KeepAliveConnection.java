package io.apikit.example;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A client with one connection. It keeps the connection until the server closes it, and then opens another one. It never
 * repeats a request, so that every failure is seen. The JDK's own client would repeat some.
 */
final class KeepAliveConnection implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;

    private final URI service;
    private @Nullable Socket socket;

    /** @param isLast whether the server closes the connection after this response */
    record Response(int status, boolean isLast, String body) {}

    KeepAliveConnection(String service) {
        this.service = URI.create(service);
    }

    /** @param headers further lines of the head, each with its end of line */
    Response get(String path, String... headers) throws IOException {
        var open = open();
        var head = "GET " + path + " HTTP/1.1\r\nHost: " + service.getAuthority() + "\r\n" + String.join("", headers);
        open.getOutputStream().write((head + "\r\n").getBytes(ISO_8859_1));
        var response = read(open.getInputStream());
        if (response.isLast()) {
            close();
        }
        return response;
    }

    private Socket open() throws IOException {
        var known = socket;
        if (known != null) {
            return known;
        }
        var opened = new Socket(service.getHost(), service.getPort());
        opened.setSoTimeout(TIMEOUT_MS);
        socket = opened;
        return opened;
    }

    private static Response read(InputStream in) throws IOException {
        var status = Integer.parseInt(line(in).split(" ", 3)[1]);
        var isLast = false;
        var length = 0;
        for (var header = line(in); !header.isEmpty(); header = line(in)) {
            var lower = header.toLowerCase(Locale.ROOT);
            isLast |= lower.equals("connection: close");
            length = lower.startsWith("content-length: ") ? Integer.parseInt(lower.substring(16)) : length;
        }
        return new Response(status, isLast, new String(in.readNBytes(length), UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("closed after: " + line);
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
