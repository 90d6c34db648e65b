package io.apikit.starter;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What the settings say about a {@link FurtherBackend} that has an address. Thread-safe. */
public final class Site {
    private final SiteSettings settings;
    private final String prefix;
    private final Settings all;
    private final UnaryOperator<Backend.Builder> sharing;

    Site(SiteSettings settings, String prefix, Settings all, UnaryOperator<Backend.Builder> sharing) {
        this.settings = settings;
        this.prefix = prefix;
        this.all = all;
        this.sharing = sharing;
    }

    /** Returns the base URL. */
    public String url() {
        return settings.url();
    }

    /** Returns the prefix of the routes. */
    public String prefix() {
        return prefix;
    }

    /**
     * Returns the URL of the token endpoint.
     *
     * @throws IllegalStateException if the further backend has no {@link FurtherBackend#clientCredentials}
     */
    public String tokenUrl() {
        return settings.tokenUrl()
                .orElseThrow(() -> new IllegalStateException("the backend at " + prefix + " has no token endpoint"));
    }

    /** Returns all settings of the service. */
    public Settings settings() {
        return all;
    }

    /**
     * Returns a new builder of a backend at this address, with its account, its certificates, its proxy, and the store that
     * the replicas share. The caller adds the auth mode and a name.
     */
    public Backend.Builder backend() {
        return sharing.apply(settings.backend());
    }

    /**
     * Returns a system with one backend.
     *
     * @param mode how to log in
     * @param routes adds the routes with Javalin's ApiBuilder
     */
    public WrappedSystem system(Authenticator mode, Consumer<Backend> routes) {
        return system(
                backend().name(prefix.replaceFirst("^/", "").replace('/', '-')).auth(mode), routes);
    }

    /**
     * Returns a system with one backend.
     *
     * @param builder made from {@link #backend()}
     * @param routes adds the routes with Javalin's ApiBuilder
     */
    public WrappedSystem system(Backend.Builder builder, Consumer<Backend> routes) {
        return new OneBackend(prefix, builder.build(), routes);
    }

    private record OneBackend(String prefix, Backend backend, Consumer<Backend> routes) implements WrappedSystem {
        @Override
        public List<Backend> backends() {
            return List.of(backend);
        }

        @Override
        public void addEndpoints() {
            routes.accept(backend);
        }
    }
}
