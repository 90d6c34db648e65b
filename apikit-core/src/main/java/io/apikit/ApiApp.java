package io.apikit;

import io.apikit.internal.server.ErrorShapingResponse;
import io.apikit.internal.server.ServerSettings;
import io.apikit.ops.Operations;
import io.javalin.Javalin;
import io.javalin.apibuilder.EndpointGroup;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Javalin app with the manners of a wrapper service: metadata under every route prefix, health at the root, every
 * error in one shape, HEAD that answers as GET does, a request id in every answer.
 *
 * <pre>{@code
 * ApiApp.builder(metadata)
 *         .routePrefixes("/", "/mymicroservice")
 *         .auth(backend)
 *         .routes(() -> get("/{jobname}", ctx -> ctx.json(...)))      // Javalin's ApiBuilder
 *         .build()
 *         .start(8080);
 * }</pre>
 *
 * <p><b>Errors.</b> Every answer of 400 and above is {@code {"reason", "status_code", "error_content"}}, or problem
 * details (RFC 9457) for a caller whose Accept names {@code application/problem+json} and likes JSON no better. What a
 * handler writes under such a status is no exception: its text (up to 16 KiB) becomes the {@code error_content}, anything
 * else is dropped. Only an answer that has begun with another status stays as it is; if it fails then, the connection is
 * cut.
 *
 * <p><b>Probes.</b> {@code /health/live} and {@code /health/ready} answer whoever runs the service; what readiness asks and
 * where both are is set by {@link Operations}.
 *
 * <p><b>Stopping.</b> {@link #stop} has readiness say so, serves on for {@link Operations#stopDelay} if readiness was asked
 * of late, lets the requests in flight finish within the grace period, cuts off the rest, and then closes the auth mode
 * and the other resources, each once. From start to stop a shutdown hook does the same on SIGTERM; the JVM's exit status
 * is then 143 as usual, and up to the {@code main} that wants another.
 *
 * <p>A running app is threadsafe; a builder is not.
 */
public class ApiApp extends Javalin {
    private static final Logger LOG = LoggerFactory.getLogger(ApiApp.class);

    private final ServiceMetadata metadata;
    private final MetadataRoutes metadataRoutes;
    private final AppLifecycle lifecycle;
    private final MeterRegistry meters;

    private ApiApp(ServiceMetadata metadata, AppAssembly assembly, AppLifecycle.Resources resources) {
        super(assembly.state());
        this.metadata = metadata;
        this.metadataRoutes = assembly.metadata();
        this.meters = assembly.meters();
        this.lifecycle = new AppLifecycle(assembly.probes(), super::stop, resources);
    }

    /** An app that is described by this metadata. */
    public static Builder builder(ServiceMetadata metadata) {
        return new Builder(metadata);
    }

    /** Not for this class: always throws an {@link UnsupportedOperationException}; {@link #builder} makes an app. */
    @SuppressWarnings("DoNotCallSuggester") // it only hides Javalin's own
    public static ApiApp create() {
        throw new UnsupportedOperationException("an ApiApp is made by ApiApp.builder(metadata)");
    }

    /** Not for this class: always throws an {@link UnsupportedOperationException}; {@link #builder} makes an app. */
    public static ApiApp create(Consumer<JavalinConfig> config) {
        return create();
    }

    /** Not for this class: always throws an {@link UnsupportedOperationException}; {@link #builder} makes an app. */
    public static ApiApp start(Consumer<JavalinConfig> config) {
        return create();
    }

    /**
     * Whether an ApiApp's own server answers this request, so that an answer which fails once it has begun is cut off.
     * False in an app that only has the {@link ApiPlugin}.
     */
    public static boolean serves(Context ctx) {
        return ErrorShapingResponse.of(ctx).isPresent();
    }

    /** What the service says of itself. */
    public ServiceMetadata metadata() {
        return metadata;
    }

    /**
     * What is measured, to add meters of one's own to; each shows at {@code /metrics}. Give them few labels of few values:
     * no caller, no id. Empty once the app has stopped; where metrics are switched off, a registry that keeps nothing.
     *
     * <pre>{@code
     * Counter.builder("jobs.started").description("Jobs started").register(app.meters());
     * }</pre>
     */
    public MeterRegistry meters() {
        return meters;
    }

    /**
     * Answers with the metadata under one more prefix; adds no other route. A prefix that is there already is no error.
     *
     * @throws IllegalArgumentException for a prefix that is no literal path, naming it
     * @throws IllegalStateException after start; or if one of the app's routes would answer first, naming it
     */
    public ApiApp addRoutePrefix(String prefix) {
        var parsed = RoutePrefix.parse(prefix);
        if (lifecycle.isStarted()) {
            throw new IllegalStateException("too late for route prefix " + prefix + ": the app has been started");
        }
        metadataRoutes.mount(unsafe, parsed);
        return this;
    }

    /**
     * Starts on port 8080, or the one that {@code javalin(config -> config.jetty.port = ...)} names.
     *
     * @throws io.javalin.util.JavalinException if the app was started before, or cannot start; it is then stopped and its resources closed
     */
    @Override
    public ApiApp start() {
        return starting(super::start);
    }

    /** Starts on this port of all interfaces; 0 picks a free one, which {@link #port} then tells. */
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
     * Stops the app, once: waits for those who ask readiness to learn it and for the requests in flight to finish, then
     * closes the resources. Other threads that stop it meanwhile wait too. An interruption ends the first of these waits
     * and is still there when this returns. An app that has been stopped cannot be started again.
     */
    @Override
    public ApiApp stop() {
        lifecycle.stop();
        return this;
    }

    private ApiApp starting(Runnable server) {
        lifecycle.start(server);
        LOG.info(
                "{} {} listening on {}",
                metadata.name(),
                metadata.version(),
                ServerSettings.describe(jettyServer().server()));
        return this;
    }

    /** Collects what makes an app; the order of the calls does not matter. Not threadsafe. */
    public static final class Builder {
        private final ServiceMetadata metadata;
        private final OperationsSettings operations = new OperationsSettings();
        private final List<EndpointGroup> routes = new ArrayList<>();
        private final List<Consumer<JavalinConfig>> javalin = new ArrayList<>();
        private final List<AutoCloseable> closeOnStop = new ArrayList<>();
        private List<RoutePrefix> prefixes = List.of(RoutePrefix.ROOT);
        private AuthMode auth = AuthMode.none();

        private Builder(ServiceMetadata metadata) {
            this.metadata = metadata;
        }

        /**
         * Where metadata and routes are mounted: literal paths, with or without slashes around them, {@code ""} or
         * {@code "/"} for the root. Replaces what was there; default the root alone.
         *
         * @throws IllegalArgumentException for a prefix that is no literal path, naming it
         */
        public Builder routePrefixes(String... prefixes) {
            this.prefixes = RoutePrefix.parseAll(prefixes);
            return this;
        }

        /** How the service authenticates to its backend; closed on stop if it can be. Default {@link AuthMode#none}. */
        public Builder auth(AuthMode mode) {
            this.auth = mode;
            return this;
        }

        /**
         * Routes in the words of Javalin's ApiBuilder, mounted below every prefix: the group runs once for each, the
         * longest first, the root last, so that no wildcard at the root shadows a prefix. May be called again for more.
         *
         * <p>A {@code get("/")} at the root takes the place of the health check; nothing takes that of the metadata.
         */
        public Builder routes(EndpointGroup routes) {
            this.routes.add(routes);
            return this;
        }

        /**
         * Everything else that Javalin offers. Runs after the metadata is mounted and before the routes are. May be called
         * again for more.
         */
        public Builder javalin(Consumer<JavalinConfig> config) {
            this.javalin.add(config);
            return this;
        }

        /** How the app is run: its probes, its grace period, how many requests at once. */
        public Builder operations(Consumer<Operations> ops) {
            ops.accept(operations);
            return this;
        }

        /** What else to close on stop, such as further backends; the last given is closed first. */
        public Builder closeOnStop(AutoCloseable... resources) {
            closeOnStop.addAll(List.of(resources));
            return this;
        }

        /**
         * The app, not yet started.
         *
         * @throws IllegalArgumentException for two routes of the same method and path, those for probes included, naming
         *     them
         */
        public ApiApp build() {
            var assembly = new AppAssembly(new MetadataRoutes(metadata, auth), prefixes, routes, javalin, operations);
            return new ApiApp(metadata, assembly, assembly.resources(auth, closeOnStop));
        }
    }
}
