package io.apikit.testkit.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** One connection in Redis's serialization protocol, version 2, for one command after another. Not thread-safe. */
final class RedisProtocol implements AutoCloseable {
    private static final int LIMIT_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    private RedisProtocol(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static RedisProtocol connect(int port) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
        socket.setSoTimeout(LIMIT_MILLIS);
        return new RedisProtocol(socket);
    }

    /**
     * Sends a command, and returns its response.
     *
     * @throws IllegalStateException with the server's text if the response is an error
     */
    String send(List<String> words) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(("*" + words.size() + "\r\n").getBytes(UTF_8));
        for (var word : words) {
            var text = word.getBytes(UTF_8);
            bytes.writeBytes(("$" + text.length + "\r\n").getBytes(UTF_8));
            bytes.writeBytes(text);
            bytes.writeBytes("\r\n".getBytes(UTF_8));
        }
        socket.getOutputStream().write(bytes.toByteArray());
        return response();
    }

    private String response() throws IOException {
        var line = line();
        var rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', ':' -> rest;
            case '-' -> throw new IllegalStateException(rest);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> array(Integer.parseInt(rest));
            default -> throw new IOException("no response of Redis: " + line);
        };
    }

    private String array(int length) throws IOException {
        var elements = new ArrayList<String>();
        for (int i = 0; i < length; i++) {
            elements.add(response());
        }
        return String.join("\n", elements);
    }

    /** Bytes that are no text of UTF-8 become one character each. */
    private String bulk(int length) throws IOException {
        if (length < 0) {
            return "";
        }
        var bytes = in.readNBytes(length);
        line();
        var text = new String(bytes, UTF_8);
        return text.indexOf('\uFFFD') < 0 ? text : new String(bytes, ISO_8859_1);
    }

    private String line() throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection was closed");
            }
            bytes.write(next);
        }
        return bytes.toString(UTF_8).stripTrailing();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
