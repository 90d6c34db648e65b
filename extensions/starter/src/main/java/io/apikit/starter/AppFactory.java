package io.apikit.starter;

import io.apikit.ApiApp;
import io.apikit.auth.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Makes the app of a service from its description and its settings. */
final class AppFactory {
    private final ServiceDefinition service;
    private final Configuration configuration;

    AppFactory(ServiceDefinition service, Configuration configuration) {
        this.service = service;
        this.configuration = configuration;
    }

    /**
     * Returns the app in front of the configured backend.
     *
     * @throws InvalidSettingException if there is none, or if the library rejects one of the settings
     */
    ApiApp.Builder app() {
        var main = configuration
                .backend()
                .orElseThrow(() -> new InvalidSettingException(
                        StandardSetting.BACKEND_URL + ": is not set, and the service has no other backend"));
        var store = configuration.store().map(StoreSettings::open);
        UnaryOperator<Backend.Builder> sharing =
                backend -> store.map(shared -> shared.with(backend)).orElse(backend);
        var backend = configuration.values().checked(StandardSetting.BACKEND_URL.name(), () -> build(main, sharing));
        var app = app(backend, further(sharing));
        store.ifPresent(shared ->
                app.closeOnStop(shared).operations(ops -> ops.softCheck("login-store", backend::isStoreReachable)));
        service.configure.forEach(configure -> configure.accept(app, configuration.values()));
        return app;
    }

    /** Returns the app in front of a demo. It shares nothing: each replica would have a demo of its own. */
    ApiApp.Builder demo(Demo.Running demo) {
        var systems = new ArrayList<>(further(UnaryOperator.identity()));
        systems.addAll(demo.systems());
        var app = app(demo.backend(), systems);
        service.configure.forEach(configure -> configure.accept(app, configuration.values()));
        return app;
    }

    private Backend build(Configuration.MainBackend main, UnaryOperator<Backend.Builder> sharing) {
        var builder = sharing.apply(main.site().backend(service.http).auth(main.mode()));
        service.backend.forEach(settings -> settings.accept(builder));
        return builder.build();
    }

    private List<WrappedSystem> further(UnaryOperator<Backend.Builder> sharing) {
        return configuration.further().entrySet().stream()
                .map(entry -> configuration
                        .values()
                        .checked(
                                entry.getKey().names().url(),
                                () -> entry.getKey()
                                        .system(new Site(
                                                entry.getValue(),
                                                entry.getKey().prefix(),
                                                configuration.values(),
                                                sharing))))
                .toList();
    }

    private ApiApp.Builder app(Backend backend, List<WrappedSystem> systems) {
        var app = ApiApp.builder(service.metadata).auth(backend);
        ServerSettings.reserve(app, service.reserved());
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
