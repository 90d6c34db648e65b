package io.apikit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** Somebody who asks a service directly, from this address. */
record Peer(String address) {
    private static final int LIMIT_MILLIS = 10_000;

    /** The whole answer, from its status line on. */
    String get(int port, String path, Map<String, String> headers) {
        var more = headers.entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                .collect(Collectors.joining());
        var request = "GET " + path + " HTTP/1.1\r\nHost: service\r\nConnection: close\r\n" + more + "\r\n";
        try (var socket = new Socket("127.0.0.1", port, InetAddress.getByName(address), 0)) {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
