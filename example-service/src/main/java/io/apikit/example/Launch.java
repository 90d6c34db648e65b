package io.apikit.example;

import io.apikit.ApiApp;
import io.apikit.auth.Backend;
import io.apikit.status.StatusPage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

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
            var backend = configuration.backend().get().open();
            start(configuration, backend, configuration.systems().wrappers());
            return List.of();
        }
        var standIns = StandIn.startMissing(configuration.systems());
        var demo = Demo.start();
        var wrappers = Stream.concat(
                configuration.systems().wrappers().stream(), standIns.stream().map(CompletableFuture::join));
        var app = start(configuration, demo.backend(), wrappers.toList());
        var url = url(configuration.host(), app.port());
        var guide = new ArrayList<>(demo.guide(url));
        configuration.status().ifPresent(path -> guide.add("And watch it in a browser: " + url + path));
        guide.add("And the other systems that are wrapped here, with a fake behind each:");
        standIns.forEach(standIn -> guide.add(standIn.join().line(url)));
        return guide;
    }

    private static ApiApp start(Configuration configuration, Backend backend, List<Wrapper> wrappers) {
        requireFree(configuration.host(), configuration.port());
        var app = MyMicroservice.app(backend, configuration.prefixes().toArray(String[]::new));
        wrappers.forEach(wrapper -> beside(app, wrapper));
        var stopping = configuration.stopping();
        stopping.delay().ifPresent(delay -> app.operations(ops -> ops.stopDelay(delay)));
        app.operations(ops -> ops.grace(stopping.grace())
                .forwardedFor(configuration.forwardedFor().toArray(String[]::new)));
        configuration.status().ifPresent(path -> app.operations(ops -> ops.page(StatusPage.at(path))));
        return app.build().start(configuration.host(), configuration.port());
    }

    /** Mounts it, once, whatever the service's own prefixes; before them, or its paths would be jobs and metrics. */
    static ApiApp.Builder beside(ApiApp.Builder service, Wrapper wrapper) {
        return service.javalin(config -> config.routes.apiBuilder(wrapper)).closeOnStop(wrapper);
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
