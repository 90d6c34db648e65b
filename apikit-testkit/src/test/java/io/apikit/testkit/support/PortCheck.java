package io.apikit.testkit.support;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;

/** Checks whether a server listens. */
public final class PortCheck {
    private PortCheck() {}

    public static boolean open(String url) {
        URI uri = URI.create(url);
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
