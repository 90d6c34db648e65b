package io.apikit;

import io.apikit.internal.caller.ForwardedFor;
import io.apikit.internal.caller.TrustedProxies;
import io.apikit.internal.server.ForwardedIdentityHandler;
import io.apikit.internal.server.ServerSettings;
import io.apikit.internal.util.SingleUse;
import io.apikit.internal.util.WireLogLimit;
import io.apikit.ops.Operations;
import io.javalin.config.JavalinState;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.plugin.Plugin;
import java.util.List;
import java.util.function.Consumer;

/**
 * Metadata for a Javalin app that already exists. It adds the metadata routes under every prefix, maps {@link
 * BackendError} to the error shape, adds health at {@code GET /} if the app has nothing there, and closes the auth mode
 * when the app has stopped. All else, other errors too, stays as the app has it: {@link ApiApp} does more.
 *
 * <pre>{@code
 * Javalin.create(config -> {
 *     config.registerPlugin(new ApiPlugin(metadata, c -> c.routePrefixes("/svc").auth(backend)));
 *     ...
 * });
 * }</pre>
 *
 * <p>Register it before the app's routes. If a route has precedence over the metadata, registering throws an {@link
 * IllegalStateException} that names that route. One plugin is for one app. Not thread-safe.
 */
public final class ApiPlugin extends Plugin<ApiPlugin.Config> {
    private final ServiceMetadata metadata;

    /**
     * A plugin to register.
     *
     * @param metadata the description of the service
     * @param config sets the prefixes (default the root) and the auth mode (default {@link AuthMode#none})
     */
    public ApiPlugin(ServiceMetadata metadata, Consumer<Config> config) {
        super(config, new Config());
        this.metadata = metadata;
    }

    /** Adds routes, mappers and handlers to the app. Called by Javalin. */
    @Override
    public void onInitialize(JavalinState state) {
        WireLogLimit.apply();
        var routes = new MetadataRoutes(metadata, pluginConfig.auth);
        pluginConfig.prefixes.forEach(prefix -> routes.mount(state, prefix));
        ExceptionMappers.mapBackendErrors(state.routes);
        ServerSettings.keepHeaderCase(state.jetty);
        var proxies = pluginConfig.trustedProxies;
        var forwarded = pluginConfig.forwardedFor;
        state.jetty.modifyServer(server -> {
            ForwardedIdentityHandler.create(proxies).ifPresent(server::insertHandler);
            forwarded.installOn(server);
        });
        var resources = new AppLifecycle.Resources(List.of(pluginConfig.auth), List.of());
        resources.announceIn(state.jetty);
        state.events.serverStopped(resources::close);
        state.events.serverStopFailed(resources::close);
        state.events.serverStartFailed(resources::close);
    }

    /** Adds health at the root if the app has no route there. Called by Javalin. */
    @Override
    public void onStart(JavalinState state) {
        for (var method : List.of(HandlerType.GET, HandlerType.HEAD)) {
            if (state.internalRouter.findFirstHttpHandlerEntry(method, "/") == null) {
                state.routes.addHttpHandler(method, "/", ctx -> root(state, ctx));
            }
        }
    }

    /** In Javalin a route has precedence over files and pages, but health must not: the app had them first. */
    private static void root(JavalinState state, Context ctx) {
        var files = state.resourceHandler;
        if ((files == null || !files.handle(ctx)) && !state.singlePageHandler.handle(ctx)) {
            AppRouter.health(ctx);
        }
    }

    /** The plugin's settings. Not thread-safe. */
    public static final class Config {
        private List<RoutePrefix> prefixes = List.of(RoutePrefix.ROOT);
        private final SingleUse authSet = new SingleUse();
        private AuthMode auth = AuthMode.none();
        private TrustedProxies trustedProxies = TrustedProxies.none();
        private ForwardedFor forwardedFor = ForwardedFor.none();

        private Config() {}

        /**
         * Sets the prefixes of the metadata, as in {@link ApiApp.Builder#routePrefixes}.
         *
         * @throws IllegalArgumentException for a prefix that is not a literal path, naming it
         */
        public Config routePrefixes(String... prefixes) {
            this.prefixes = RoutePrefix.parseAll(prefixes);
            return this;
        }

        /**
         * Sets how the service authenticates to its backend. It is closed when the app has stopped, if it is closeable.
         *
         * @throws IllegalStateException if it is set already
         */
        public Config auth(AuthMode mode) {
            authSet.begin("auth(..) of the plugin is set to " + auth + " already, and cannot be set twice:"
                    + " close a further backend in an event of the app");
            this.auth = mode;
            return this;
        }

        /**
         * Sets the proxies that report who a caller is, as in {@link Operations#trustedProxies(String...)}. Default
         * none.
         *
         * @throws IllegalArgumentException for a value that is no address or block, naming it
         */
        public Config trustedProxies(String... peers) {
            this.trustedProxies = TrustedProxies.of(peers);
            return this;
        }

        /**
         * Sets the proxies whose {@code X-Forwarded-For} is read, as in {@link Operations#forwardedFor(String...)}.
         * Default none. Without it, all callers behind an ingress share the limits of its address, such as that for
         * refused passwords.
         *
         * @throws IllegalArgumentException for a value that is no address or block, naming it
         */
        public Config forwardedFor(String... peers) {
            this.forwardedFor = ForwardedFor.of(peers);
            return this;
        }
    }
}
