package io.apikit;

import io.apikit.internal.caller.ForwardedFor;
import io.apikit.internal.caller.TrustedProxies;
import io.apikit.internal.server.ForwardedIdentityHandler;
import io.apikit.internal.server.ServerSettings;
import io.apikit.ops.Operations;
import io.javalin.config.JavalinState;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.plugin.Plugin;
import java.util.List;
import java.util.function.Consumer;

/**
 * Metadata for a Javalin app that already exists. It adds the metadata routes under every prefix, answers a
 * {@link BackendError} in the one error shape, answers health at {@code GET /} where nothing else does, and closes the
 * auth mode when the app has stopped. All else, other errors too, stays as the app has it: {@link ApiApp} does more.
 *
 * <pre>{@code
 * Javalin.create(config -> {
 *     config.registerPlugin(new ApiPlugin(metadata, c -> c.routePrefixes("/svc").auth(backend)));
 *     ...
 * });
 * }</pre>
 *
 * <p>Register it before the app's routes. Where a route would answer in place of the metadata, registering throws an
 * {@link IllegalStateException} that names that route. One plugin serves one app; not threadsafe.
 */
public final class ApiPlugin extends Plugin<ApiPlugin.Config> {
    private final ServiceMetadata metadata;

    /**
     * A plugin to register.
     *
     * @param metadata what the service says of itself
     * @param config sets the prefixes (default the root) and the auth mode (default {@link AuthMode#none})
     */
    public ApiPlugin(ServiceMetadata metadata, Consumer<Config> config) {
        super(config, new Config());
        this.metadata = metadata;
    }

    @Override
    public void onInitialize(JavalinState state) {
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
        var resources = new AppLifecycle.Resources(pluginConfig.auth, List.of());
        state.events.serverStopped(resources::close);
        state.events.serverStopFailed(resources::close);
        state.events.serverStartFailed(resources::close);
    }

    @Override
    public void onStart(JavalinState state) {
        for (var method : List.of(HandlerType.GET, HandlerType.HEAD)) {
            if (state.internalRouter.findFirstHttpHandlerEntry(method, "/") == null) {
                state.routes.addHttpHandler(method, "/", ctx -> answerRoot(state, ctx));
            }
        }
    }

    /** A route comes before files and pages in Javalin, but health must not: the app had them first. */
    private static void answerRoot(JavalinState state, Context ctx) {
        var files = state.resourceHandler;
        if ((files == null || !files.handle(ctx)) && !state.singlePageHandler.handle(ctx)) {
            AppRouter.Health.answer(ctx);
        }
    }

    /** The plugin's settings; not threadsafe. */
    public static final class Config {
        private List<RoutePrefix> prefixes = List.of(RoutePrefix.ROOT);
        private AuthMode auth = AuthMode.none();
        private TrustedProxies trustedProxies = TrustedProxies.none();
        private ForwardedFor forwardedFor = ForwardedFor.none();

        private Config() {}

        /**
         * Where the metadata is mounted, as in {@link ApiApp.Builder#routePrefixes}.
         *
         * @throws IllegalArgumentException for a prefix that is no literal path, naming it
         */
        public Config routePrefixes(String... prefixes) {
            this.prefixes = RoutePrefix.parseAll(prefixes);
            return this;
        }

        /** How the service authenticates to its backend; closed when the app has stopped, if it can be. */
        public Config auth(AuthMode mode) {
            this.auth = mode;
            return this;
        }

        /**
         * Who may say who a caller is, as in {@link Operations#trustedProxies(String...)}; default nobody.
         *
         * @throws IllegalArgumentException for what is no address or block, naming it
         */
        public Config trustedProxies(String... peers) {
            this.trustedProxies = TrustedProxies.of(peers);
            return this;
        }

        /**
         * Whose {@code X-Forwarded-For} counts, as in {@link Operations#forwardedFor(String...)}; default nobody's. Behind an
         * ingress all callers share the limits of one address else, such as that for refused passwords.
         *
         * @throws IllegalArgumentException for what is no address or block, naming it
         */
        public Config forwardedFor(String... peers) {
            this.forwardedFor = ForwardedFor.of(peers);
            return this;
        }
    }
}
