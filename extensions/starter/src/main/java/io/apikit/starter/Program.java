package io.apikit.starter;

import io.apikit.ApiApp;
import io.apikit.ops.logging.Logging;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;

/** Runs a service in this JVM. */
final class Program {
    static final int CANNOT_START = 1;
    static final int BAD_SETTINGS = 2;

    private final ServiceDefinition service;

    Program(ServiceDefinition service) {
        this.service = service;
    }

    /**
     * Starts the service. Returns 0, or after a failure its exit code: standard error then has one line about it.
     *
     * @param arguments by the names of their settings
     */
    int start(Map<String, String> arguments) {
        try {
            var sources = SettingSources.read(service.table(), arguments, System.getenv());
            // First, because all else may log.
            configureLogging(sources);
            StartCache.report();
            launch(Configuration.from(service, sources.resolve())).forEach(System.out::println);
            return 0;
        } catch (InvalidSettingException e) {
            return failed(e, BAD_SETTINGS);
        } catch (RuntimeException e) {
            return failed(e, CANNOT_START);
        }
    }

    private void configureLogging(SettingSources sources) {
        try {
            Logging.configure(sources.forLog(), service.metadata.name());
        } catch (IllegalArgumentException e) {
            var problem = String.valueOf(e.getMessage()).split(": ", 2);
            throw problem.length == 2
                    ? sources.invalid(problem[0], problem[1])
                    : new InvalidSettingException(problem[0]);
        }
    }

    /** Starts the service. When this returns, it listens. Returns the lines to print. */
    private List<String> launch(Configuration configuration) {
        var factory = new AppFactory(service, configuration);
        if (configuration.backend().isPresent() || service.demo == null) {
            requireFree(configuration.server());
            listen(factory.app(), configuration.server());
            return List.of();
        }
        var demo = service.demo.start(configuration.values());
        requireFree(configuration.server());
        var app = listen(factory.demo(demo), configuration.server());
        var server = configuration.server();
        return demo.guide(server.url(app.port()), server.status());
    }

    private static ApiApp listen(ApiApp app, ListeningSettings server) {
        return app.start(server.host(), server.port());
    }

    /** Tries the address first: if it is in use, the server would log a long stack trace. */
    private static void requireFree(ListeningSettings server) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(server.host(), server.port()));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "cannot listen at " + server.host() + ":" + server.port() + " (HOST, PORT): " + e.getMessage(), e);
        }
    }

    private int failed(RuntimeException e, int exitCode) {
        var problem = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        System.err.println(service.metadata.name() + ": " + InvalidSettingException.oneLine(problem));
        return exitCode;
    }
}
