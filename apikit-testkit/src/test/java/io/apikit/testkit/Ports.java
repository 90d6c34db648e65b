package io.apikit.testkit;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;

/** Whether anybody listens. */
final class Ports {
    private Ports() {}

    static boolean open(String url) {
        URI uri = URI.create(url);
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
