package io.apikit.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A health check on a plain socket. A client library would add delays of its own. */
final class HealthProbe {
    private static final byte[] HEALTH =
            "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1);
    private static final String OK = "HTTP/1.1 200";
    private static final int TIMEOUT_MILLIS = 5_000;

    private HealthProbe() {}

    /** Returns whether {@code GET /} returns 200. */
    static boolean isOk(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(HEALTH);
            return new String(socket.getInputStream().readNBytes(OK.length()), ISO_8859_1).equals(OK);
        } catch (IOException ignored) {
            return false;
        }
    }
}
