package io.apikit.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** One request on a plain socket of its own. A client library would add delays of its own. */
final class Probe {
    private static final String OK = "HTTP/1.1 200";
    private static final int TIMEOUT_MILLIS = 10_000;

    private Probe() {}

    /** Returns whether the service responds with 200. It need not listen yet. */
    static boolean isOk(int port, String path, String authorization) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            var request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAuthorization: " + authorization
                    + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            var response = socket.getInputStream();
            var status = new String(response.readNBytes(OK.length()), ISO_8859_1);
            // What is left unread would make the kernel reset the connection.
            response.skipNBytes(response.available());
            return status.equals(OK);
        } catch (IOException ignored) {
            return false;
        }
    }
}
