package io.apikit.example;

import io.apikit.ApiApp;
import io.apikit.auth.Backend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/** Starts the service as configured: in front of a real backend, or of the demo's. */
final class Launch {
    private Launch() {}

    /**
     * Starts it, listening when this returns.
     *
     * @return what to tell whoever started it, line by line; nothing if it is configured
     * @throws BadConfiguration if a setting cannot be used
     * @throws IllegalStateException if it cannot listen there
     */
    static List<String> with(Configuration configuration) {
        if (configuration.backend().isPresent()) {
            start(configuration, configuration.backend().get().open());
            return List.of();
        }
        var demo = Demo.start();
        var app = start(configuration, demo.backend());
        return demo.guide(url(configuration.host(), app.port()));
    }

    private static ApiApp start(Configuration configuration, Backend backend) {
        requireFree(configuration.host(), configuration.port());
        return MyMicroservice.app(backend, configuration.prefixes().toArray(String[]::new))
                .start(configuration.host(), configuration.port());
    }

    /** Tries the address first: a server that cannot have it would log pages about it. */
    private static void requireFree(String host, int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException refused) {
            throw new IllegalStateException(
                    "cannot listen at " + host + ":" + port + " (HOST, PORT): " + refused.getMessage(), refused);
        }
    }

    /** Where to reach it from this machine. */
    private static String url(String host, int port) {
        var reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return "http://" + (reachable.contains(":") ? "[" + reachable + "]" : reachable) + ":" + port;
    }
}
