package io.apikit.example;

import io.apikit.ApiApp;
import io.apikit.auth.Backend;
import io.apikit.example.demo.DemoBackend;
import io.apikit.example.demo.StandInSystem;
import io.apikit.example.systems.WrappedSystem;
import io.apikit.status.StatusPage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Starts the service as configured: in front of a real backend, or of the demo's backend. */
final class ServiceLauncher {
    private ServiceLauncher() {}

    /**
     * Starts the service. When this returns, the service listens.
     *
     * @return the lines to print: how to try the demo. Empty if a backend is configured
     * @throws InvalidSettingException if a setting cannot be used
     * @throws IllegalStateException if it cannot listen at the address
     */
    static List<String> launch(Configuration configuration) {
        if (configuration.backend().isPresent()) {
            startShared(configuration, configuration.backend().get());
            return List.of();
        }
        var standIns = StandInSystem.startMissing(configuration.systems());
        var demo = DemoBackend.start();
        var systems = Stream.concat(
                configuration.systems().wrapped().stream(), standIns.stream().map(CompletableFuture::join));
        var app = start(configuration, service(configuration, demo.backend()), systems.toList());
        var url = url(configuration.host(), app.port());
        var guide = new ArrayList<>(demo.guide(url));
        configuration.status().ifPresent(path -> guide.add("And watch it in a browser: " + url + path));
        guide.add("And the other systems that are wrapped here, with a fake behind each:");
        standIns.forEach(standIn -> guide.add(standIn.join().line(url)));
        return guide;
    }

    /** Starts the service with what its replicas share. The demo shares nothing: each replica would have a demo of its own. */
    private static void startShared(Configuration configuration, BackendSettings settings) {
        var store = configuration.store().map(StoreSettings::open);
        UnaryOperator<Backend.Builder> sharing =
                backend -> store.map(shared -> shared.with(backend)).orElse(backend);
        var backend = settings.open(sharing);
        var app = service(configuration, backend);
        store.ifPresent(shared ->
                app.closeOnStop(shared).operations(ops -> ops.softCheck("login-store", backend::isStoreReachable)));
        start(configuration, app, configuration.systems().wrapped(sharing));
    }

    private static ApiApp.Builder service(Configuration configuration, Backend backend) {
        return MyMicroservice.app(backend, configuration.prefixes().toArray(String[]::new));
    }

    private static ApiApp start(Configuration configuration, ApiApp.Builder app, List<WrappedSystem> systems) {
        requireFree(configuration.host(), configuration.port());
        systems.forEach(system -> addSystem(app, system));
        var stopping = configuration.stopping();
        stopping.delay().ifPresent(delay -> app.operations(ops -> ops.stopDelay(delay)));
        app.operations(ops -> ops.grace(stopping.grace())
                .forwardedFor(configuration.forwardedFor().toArray(String[]::new)));
        configuration.status().ifPresent(path -> app.operations(ops -> ops.page(StatusPage.at(path))));
        return app.build().start(configuration.host(), configuration.port());
    }

    /**
     * Adds a system below a prefix that belongs to its backend. Nothing below the prefix is taken for a job and a metric,
     * or the caller's password for the system would be sent to the backend of the service.
     */
    static ApiApp.Builder addSystem(ApiApp.Builder service, WrappedSystem system) {
        var backends = system.backends();
        return service.routes(system.prefix(), backends.get(0), system)
                .closeOnStop(backends.toArray(AutoCloseable[]::new))
                .closeOnStop(system);
    }

    /** Tries the address first: if it is in use, the server would log a long stack trace. */
    private static void requireFree(String host, int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "cannot listen at " + host + ":" + port + " (HOST, PORT): " + e.getMessage(), e);
        }
    }

    /** Returns the URL of the service on this machine. */
    private static String url(String host, int port) {
        var reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return "http://" + (reachable.contains(":") ? "[" + reachable + "]" : reachable) + ":" + port;
    }
}
