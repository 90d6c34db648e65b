package io.apikit.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Free ports below those that a system gives to clients: a server that is restarted finds its own free again. */
final class Ports {
    private static final int FIRST = 12_000;
    private static final int END = 32_000;

    private Ports() {}

    static int free() {
        while (true) {
            var port = ThreadLocalRandom.current().nextInt(FIRST, END);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // The next one, then.
            }
        }
    }
}
