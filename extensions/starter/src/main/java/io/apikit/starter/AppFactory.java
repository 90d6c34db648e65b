package io.apikit.starter;

import io.apikit.ApiApp;
import io.apikit.auth.Backend;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Makes the app of a service from its description and its settings. Used once, by one thread. */
final class AppFactory {
    private final ServiceDefinition service;
    private final Configuration configuration;
    /** What an app that is not built would leave open; the last one first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    AppFactory(ServiceDefinition service, Configuration configuration) {
        this.service = service;
        this.configuration = configuration;
    }

    /**
     * Returns the app in front of the configured backend.
     *
     * @throws InvalidSettingException if there is none, or if the library rejects one of the settings
     */
    ApiApp app() {
        return built(this::inFrontOfBackend);
    }

    /** Returns the app in front of a demo. It shares nothing: each replica would have a demo of its own. */
    ApiApp demo(Demo.Running demo) {
        return built(() -> inFrontOf(demo));
    }

    private ApiApp built(Supplier<ApiApp.Builder> app) {
        try {
            var builder = app.get();
            service.configure.forEach(configure -> configure.accept(builder, configuration.values()));
            return builder.build();
        } catch (RuntimeException | Error e) {
            opened.forEach(resource -> close(resource, e));
            throw e;
        }
    }

    private static void close(AutoCloseable resource, Throwable failure) {
        try {
            resource.close();
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            failure.addSuppressed(e);
        }
    }

    private ApiApp.Builder inFrontOfBackend() {
        var main = configuration
                .backend()
                .orElseThrow(() -> new InvalidSettingException(
                        StandardSetting.BACKEND_URL + ": is not set, and the service has no other backend"));
        var store = configuration.store().map(StoreSettings::open);
        store.ifPresent(opened::push);
        UnaryOperator<Backend.Builder> sharing =
                backend -> store.map(shared -> shared.with(backend)).orElse(backend);
        var backend = configuration.values().checked(StandardSetting.BACKEND_URL.name(), () -> build(main, sharing));
        var app = app(backend, further(sharing));
        store.ifPresent(shared ->
                app.closeOnStop(shared).operations(ops -> ops.softCheck("login-store", backend::isStoreReachable)));
        return app;
    }

    private ApiApp.Builder inFrontOf(Demo.Running demo) {
        var backend = demo.backend();
        opened.push(backend);
        var systems = new ArrayList<>(further(UnaryOperator.identity()));
        for (var system : demo.systems()) {
            opened.push(system);
            systems.add(system);
        }
        return app(backend, systems);
    }

    private Backend build(Configuration.MainBackend main, UnaryOperator<Backend.Builder> sharing) {
        var builder = sharing.apply(main.site().backend(service.http).auth(main.mode()));
        service.backend.forEach(settings -> settings.accept(builder));
        var backend = builder.build();
        opened.push(backend);
        return backend;
    }

    private List<WrappedSystem> further(UnaryOperator<Backend.Builder> sharing) {
        var systems = new ArrayList<WrappedSystem>();
        configuration.further().forEach((further, settings) -> {
            var site = new Site(settings, further.prefix(), configuration.values(), sharing);
            var system = configuration.values().checked(further.names().url(), () -> further.system(site));
            opened.push(system);
            systems.add(system);
        });
        return systems;
    }

    private ApiApp.Builder app(Backend backend, List<WrappedSystem> systems) {
        var app = ApiApp.builder(service.metadata).auth(backend);
        ListeningSettings.reserve(app, service.reserved());
        app.operations(ops -> ops.softCheck("backend", backend::isReachable))
                .javalin(config -> config.appData(SettingValues.KEY, configuration.values()));
        configuration.callers().ifPresent(check -> app.operations(ops -> ops.callers(check)));
        configuration.server().addTo(app);
        service.routes.forEach(routes -> app.routes(() -> routes.accept(backend, configuration.values())));
        systems.forEach(system -> add(app, system));
        return app;
    }

    /**
     * Adds a system below a prefix that belongs to its backend. Nothing below the prefix is taken for a route of the
     * service, or the caller's password for the system would be sent to the backend of the service.
     */
    private static void add(ApiApp.Builder app, WrappedSystem system) {
        var backends = system.backends();
        app.routes(system.prefix(), backends.get(0), system)
                .closeOnStop(backends.toArray(AutoCloseable[]::new))
                .closeOnStop(system);
    }
}
