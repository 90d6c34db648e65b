package io.apikit.starter;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.http.HttpOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What an author says about a service. {@link Service} changes it before anybody else sees it, and never after that. */
final class ServiceDefinition {
    final ServiceMetadata metadata;
    final List<Consumer<Backend.Builder>> backend = new ArrayList<>();
    final List<Consumer<HttpOptions.Builder>> http = new ArrayList<>();
    final List<BiConsumer<Backend, Settings>> routes = new ArrayList<>();
    final List<BiConsumer<ApiApp.Builder, Settings>> configure = new ArrayList<>();
    final List<FurtherBackend> further = new ArrayList<>();
    final List<Setting> own = new ArrayList<>();
    List<String> prefixes = List.of("/");

    @Nullable
    String backendUrl;

    @Nullable
    Authenticator auth;

    @Nullable
    Demo demo;

    ServiceDefinition(ServiceMetadata metadata) {
        this.metadata = metadata;
    }

    ServiceDefinition(ServiceDefinition other) {
        this(other.metadata);
        backend.addAll(other.backend);
        http.addAll(other.http);
        routes.addAll(other.routes);
        configure.addAll(other.configure);
        further.addAll(other.further);
        own.addAll(other.own);
        prefixes = other.prefixes;
        backendUrl = other.backendUrl;
        auth = other.auth;
        demo = other.demo;
    }

    /** Returns the settings of the service. */
    SettingTable table() {
        return SettingTable.of(this);
    }

    /** Returns the prefixes of the further backends. */
    String[] reserved() {
        return further.stream().map(FurtherBackend::prefix).toArray(String[]::new);
    }
}
