package io.apikit.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Free ports below those that the kernel gives to outgoing connections. Ten thousand connections take none of them. */
final class Ports {
    private static final int FIRST = 20_000;
    private static final int LAST = 30_000;

    private Ports() {}

    static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return taken.getLocalPort();
            } catch (IOException ignored) {
                // The port is in use: another one is tried.
            }
        }
    }
}
