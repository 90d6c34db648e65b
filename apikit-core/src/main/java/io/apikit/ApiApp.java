package io.apikit;

import static io.apikit.ops.AppView.RouteKind.METADATA;

import io.apikit.internal.server.ErrorShapingResponse;
import io.apikit.internal.server.ServerSettings;
import io.apikit.internal.util.SingleUse;
import io.apikit.internal.util.WireLogLimit;
import io.apikit.ops.Operations;
import io.javalin.Javalin;
import io.javalin.apibuilder.ApiBuilder;
import io.javalin.apibuilder.EndpointGroup;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Javalin app for a wrapper service. It has metadata under every route prefix, health at the root, every error in one
 * shape, HEAD for every GET route, and a request id in every response.
 *
 * <pre>{@code
 * ApiApp.builder(metadata)
 *         .routePrefixes("/", "/mymicroservice")
 *         .auth(backend)
 *         .routes(() -> get("/{jobname}", ctx -> ctx.json(...)))      // Javalin's ApiBuilder
 *         .build()
 *         .start("127.0.0.1", 8080);
 * }</pre>
 *
 * <p><b>Errors.</b> Every response of 400 and above is {@code {"reason", "status_code", "error_content"}}. A caller
 * whose {@code Accept} names {@code application/problem+json} and does not prefer JSON gets problem details (RFC 9457).
 * Text that a handler writes under such a status (up to 16 KiB) becomes the {@code error_content}; a body with a JSON type
 * ({@code application/json}, {@code +json}) of a handler, a filter or an exception mapper passes as it is; any other body
 * is discarded. Only a response that has begun with another status stays as it is. If it fails then, the connection is cut
 * off.
 *
 * <p><b>Probes.</b> {@code /health/live} and {@code /health/ready} are for the platform that runs the service. {@link
 * Operations} sets their paths and the checks of readiness.
 *
 * <p><b>Stopping.</b> {@link #stop} first has readiness report it, and serves on for {@link Operations#stopDelay} if
 * readiness was requested in the last 60 s. It then stops listening, waits within the grace period for the requests in
 * flight, and for those that still come on open connections, and cuts off the rest. At last it closes the auth mode and
 * the other resources, each once. From start to stop, a shutdown hook does the same on SIGTERM. The JVM's exit status is
 * then 143 as usual, unless {@code main} sets another.
 *
 * <p>A running app is thread-safe. A builder is not.
 */
public class ApiApp extends Javalin {
    private static final Logger log = LoggerFactory.getLogger(ApiApp.class);

    private final ServiceMetadata metadata;
    private final MetadataRoutes metadataRoutes;
    private final RegisteredRoutes registered;
    private final AppLifecycle lifecycle;
    private final Supplier<MeterRegistry> meters;

    private ApiApp(AppAssembly assembly, ServiceMetadata metadata) {
        super(assembly.state());
        this.metadata = metadata;
        this.metadataRoutes = assembly.metadata();
        this.registered = assembly.registered();
        this.meters = assembly.shownMeters();
        this.lifecycle = new AppLifecycle(metadata.name(), assembly.probes(), super::stop, assembly.resources());
    }

    /** Returns a builder of an app with this metadata. */
    public static Builder builder(ServiceMetadata metadata) {
        return new Builder(metadata);
    }

    /** Always throws an {@link UnsupportedOperationException}: use {@link #builder}. */
    @SuppressWarnings("DoNotCallSuggester") // it only hides Javalin's own
    public static ApiApp create() {
        throw new UnsupportedOperationException("an ApiApp is made by ApiApp.builder(metadata)");
    }

    /** Always throws an {@link UnsupportedOperationException}: use {@link #builder}. */
    public static ApiApp create(Consumer<JavalinConfig> config) {
        return create();
    }

    /** Always throws an {@link UnsupportedOperationException}: use {@link #builder}. */
    public static ApiApp start(Consumer<JavalinConfig> config) {
        return create();
    }

    /**
     * Returns whether the server of an ApiApp serves this request, so that a response that fails after its begin is cut
     * off. False in an app that only has the {@link ApiPlugin}.
     */
    public static boolean serves(Context ctx) {
        return ErrorShapingResponse.of(ctx).isPresent();
    }

    /** Returns the metadata of the service. */
    public ServiceMetadata metadata() {
        return metadata;
    }

    /**
     * Returns the registry of the app's meters, to add others, which appear at {@code /metrics} too. Give them few
     * labels of few values: no caller, no id. The registry is empty once the app has stopped. If metrics are switched
     * off, it is one that keeps nothing.
     *
     * <pre>{@code
     * Counter.builder("jobs.started").description("Jobs started").register(app.meters());
     * }</pre>
     */
    public MeterRegistry meters() {
        return meters.get();
    }

    /**
     * Adds the metadata under one more prefix, and no other route. A prefix that exists already is no error.
     *
     * @throws IllegalArgumentException for a prefix that is not a literal path, naming it
     * @throws IllegalStateException after start; or if one of the app's routes has precedence, naming it
     */
    public ApiApp addRoutePrefix(String prefix) {
        var parsed = RoutePrefix.parse(prefix);
        if (lifecycle.isStarted()) {
            throw new IllegalStateException("too late for route prefix " + prefix + ": the app has been started");
        }
        registered.during(METADATA, parsed, () -> metadataRoutes.mount(unsafe, parsed));
        return this;
    }

    /**
     * Starts on port 8080, or on the one that {@code javalin(config -> config.jetty.port = ...)} sets.
     *
     * @throws io.javalin.util.JavalinException if the app was started before, or cannot start; it is then stopped and
     *     its resources closed
     */
    @Override
    public ApiApp start() {
        return starting(super::start);
    }

    /**
     * Starts on this port of all interfaces, as Javalin does: other machines can connect. {@link #start(String, int)} with
     * {@code "127.0.0.1"} admits this machine alone. 0 selects a free port, which {@link #port} then returns.
     */
    @Override
    public ApiApp start(int port) {
        return starting(() -> super.start(port));
    }

    /** Starts on this port of this interface. */
    @Override
    public ApiApp start(String host, int port) {
        return starting(() -> super.start(host, port));
    }

    /**
     * Returns the port that the app listens on.
     *
     * @throws IllegalStateException before start
     */
    @Override
    public int port() {
        if (!lifecycle.isStarted()) {
            throw new IllegalStateException("the app " + metadata.name() + " has no port before start()");
        }
        return super.port();
    }

    /**
     * Stops the app, once. It waits until load balancers have noticed it by readiness, and for the requests in flight;
     * then it closes the resources. Other threads that call this meanwhile wait too. An interruption ends the first of
     * these waits and is still set when this returns. An app that has been stopped cannot be started again.
     */
    @Override
    public ApiApp stop() {
        lifecycle.stop();
        return this;
    }

    private ApiApp starting(Runnable server) {
        lifecycle.start(server);
        log.info(
                "{} {} listening on {}",
                metadata.name(),
                metadata.version(),
                ServerSettings.describe(jettyServer().server()));
        return this;
    }

    /** Builds one app. The order of the calls does not matter. Not thread-safe. */
    public static final class Builder {
        final ServiceMetadata metadata;
        final OperationsSettings operations = new OperationsSettings();
        final List<EndpointGroup> routes = new ArrayList<>();
        final ReservedPrefixes reserved = new ReservedPrefixes();
        final List<Consumer<JavalinConfig>> javalin = new ArrayList<>();
        final List<AutoCloseable> closeOnStop = new ArrayList<>();
        List<RoutePrefix> prefixes = List.of(RoutePrefix.ROOT);
        private final SingleUse authSet = new SingleUse();
        private final SingleUse built = new SingleUse();
        AuthMode auth = AuthMode.none();

        private Builder(ServiceMetadata metadata) {
            this.metadata = metadata;
        }

        /**
         * Sets the prefixes of metadata and routes: literal paths, with or without slashes around them, {@code ""} or
         * {@code "/"} for the root. Replaces earlier ones. Default the root alone.
         *
         * @throws IllegalArgumentException for a prefix that is not a literal path, or is at or below a reserved one,
         *     naming it
         */
        public Builder routePrefixes(String... prefixes) {
            this.prefixes = RoutePrefix.parseAll(prefixes);
            reserved.mountBelow(this.prefixes);
            return this;
        }

        /**
         * Sets how the service authenticates to its backend. Closed on stop if closeable. Default {@link
         * AuthMode#none}.
         *
         * @throws IllegalStateException if it is set already: further backends go to {@link #routes(String, AuthMode,
         *     EndpointGroup)} or {@link #closeOnStop}
         */
        public Builder auth(AuthMode mode) {
            authSet.begin("auth(..) of the app is set to " + auth + " already, and cannot be set twice:"
                    + " give a further backend to routes(prefix, backend, ..) or closeOnStop(backend)");
            this.auth = mode;
            return this;
        }

        /**
         * Adds routes with Javalin's ApiBuilder below every prefix. The group runs once for each prefix, the longest
         * first and the root last, so that no wildcard at the root has precedence over a prefix. May be called again
         * for more.
         *
         * <p>A {@code get("/")} at the root replaces the health check. Nothing replaces the metadata.
         */
        public Builder routes(EndpointGroup routes) {
            this.routes.add(routes);
            return this;
        }

        /**
         * Adds routes below a path that belongs to one backend, below every route prefix. Credentials for that backend
         * cannot reach another one by a misspelled path: a request at or below the path, in whatever case and encoding,
         * is matched by the routes below it alone. All others are a 404, or a 405 for another method. The backend is
         * measured, and closed on stop if closeable, like that of {@link #auth}.
         *
         * <pre>{@code
         * .routes(() -> get("/{jobname}/{metric}", ...))
         * .routes("/pele", pele, () -> get("/echo/{text}", ...))       // GET /pele/ecko is a 404
         * }</pre>
         *
         * @param prefix a literal path, other than the root
         * @param owner the backend that the path belongs to. May have several paths
         * @param routes the routes, relative to the path
         * @throws IllegalArgumentException for a prefix that is not a literal path or that belongs to another backend,
         *     naming it
         */
        public Builder routes(String prefix, AuthMode owner, EndpointGroup routes) {
            var path = RoutePrefix.parse(prefix);
            reserved.own(path, owner);
            reserved.mountBelow(prefixes);
            return routes(() -> ApiBuilder.path(path.path(), routes));
        }

        /**
         * Reserves paths for backends that are not configured, below every route prefix. What is registered below one is
         * served; all else there is a 404, as with {@link #routes(String, AuthMode, EndpointGroup)}. A path that belongs
         * to a backend may be among them.
         *
         * @throws IllegalArgumentException for a prefix that is not a literal path or is the root, naming it
         */
        public Builder reservePrefixes(String... prefixes) {
            reserved.reserve(RoutePrefix.parseAll(prefixes));
            reserved.mountBelow(this.prefixes);
            return this;
        }

        /**
         * Configures everything else of Javalin. Runs after the metadata is added and before the routes are. May be
         * called again for more.
         */
        public Builder javalin(Consumer<JavalinConfig> config) {
            this.javalin.add(config);
            return this;
        }

        /** Sets how the app is run: its probes, its grace period, its limits. May be called again for more. */
        public Builder operations(Consumer<Operations> ops) {
            ops.accept(operations);
            return this;
        }

        /**
         * Adds resources to close on stop, such as further backends and a store that they share. The last one is closed first,
         * after the backends of {@link #auth} and {@link #routes(String, AuthMode, EndpointGroup)}.
         */
        public Builder closeOnStop(AutoCloseable... resources) {
            closeOnStop.addAll(List.of(resources));
            return this;
        }

        /**
         * Returns the app, which is not started. A builder builds one app: two apps would share what is closed on stop.
         * An app that is never started is a WARN in the log when the JVM ends.
         *
         * @throws IllegalArgumentException for two routes of the same method that match the same paths, whatever their
         *     parameters are called; for a route at a path of the app's own. The message names both
         * @throws IllegalStateException if this builder has built an app already
         */
        public ApiApp build() {
            built.begin("this builder has built its app already: each app needs an ApiApp.builder(..) of its own");
            WireLogLimit.apply();
            return new ApiApp(new AppAssembly(this), metadata);
        }
    }
}
