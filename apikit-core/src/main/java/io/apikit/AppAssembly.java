package io.apikit;

import static io.apikit.ops.AppView.RouteKind.METADATA;
import static io.apikit.ops.AppView.RouteKind.METRICS;
import static io.apikit.ops.AppView.RouteKind.PAGE;
import static io.apikit.ops.AppView.RouteKind.PROBE;
import static io.apikit.ops.AppView.RouteKind.SERVICE;

import io.apikit.internal.health.Probes;
import io.apikit.internal.metrics.AccessLogWriter;
import io.apikit.internal.metrics.AppMetrics;
import io.apikit.internal.metrics.ServedRequest;
import io.apikit.internal.server.BodyLimitHandler.BodyLimits;
import io.apikit.internal.server.CachePolicy;
import io.apikit.internal.server.ClosingConnector;
import io.apikit.internal.server.ErrorShapingResponse;
import io.apikit.internal.server.InFlightRequests;
import io.apikit.internal.server.InboundPipeline;
import io.apikit.internal.server.InboundPipeline.CheckedCallers;
import io.apikit.internal.server.JettyErrorHandler;
import io.apikit.internal.server.OperationsConnector;
import io.apikit.internal.server.ServerSettings;
import io.apikit.internal.server.ServerThreads;
import io.apikit.internal.server.YieldingConnector;
import io.apikit.internal.util.BackgroundThreads;
import io.apikit.internal.util.DefaultJson;
import io.apikit.ops.callers.CallerCheck;
import io.javalin.apibuilder.ApiBuilder;
import io.javalin.apibuilder.EndpointGroup;
import io.javalin.config.JavalinConfig;
import io.javalin.config.JavalinState;
import io.javalin.config.SizeUnit;
import io.javalin.http.Context;
import io.javalin.http.util.AsyncExecutor;
import io.javalin.json.JavalinJackson;
import io.javalin.json.JsonMapper;
import io.javalin.util.Util;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kotlin.Lazy;
import kotlin.LazyKt;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.VirtualThreads;

/**
 * Assembles one app from its settings. This class, {@link AppRouter}, {@link MetadataRoutes} and
 * {@link InMemoryResponseWriter} are all that touches Javalin's inner state: {@code Javalin.create} would make a plain
 * Javalin, with its own router.
 */
final class AppAssembly {
    private static final int MOST_UPLOAD_MB = 16;
    private static final int MOST_FORM_MB = 2 * MOST_UPLOAD_MB;

    private final MetadataRoutes metadata;
    private final List<RoutePrefix> prefixes;
    private final List<EndpointGroup> routes;
    private final ReservedPrefixes reserved;
    private final RegisteredRoutes registered;
    private final List<Consumer<JavalinConfig>> javalin;
    private final OperationsSettings settings;
    private final Probes probes;
    private final Optional<AppMetrics> metrics;
    private final OperationsRoutes operations;
    private final MountedPages pages;
    private final AppLifecycle.Resources resources;

    AppAssembly(ApiApp.Builder from) {
        this.metadata = new MetadataRoutes(from.metadata, from.auth);
        this.prefixes = from.prefixes;
        this.routes = List.copyOf(from.routes);
        this.reserved = from.reserved;
        this.javalin = List.copyOf(from.javalin);
        this.settings = from.operations;
        this.probes = settings.probes();
        this.metrics = settings.metricsPath().map(AppMetrics::new);
        this.operations = new OperationsRoutes(
                settings.livePath(),
                settings.readyPath(),
                probes,
                metrics,
                settings.port().isPresent());
        this.registered =
                new RegisteredRoutes(from.auth, reserved, settings.port().isPresent());
        this.pages = MountedPages.of(
                settings.pages(),
                metadata.fields(),
                metrics.map(AppMetrics::registry),
                probes,
                settings.callers(),
                operations.paths(),
                registered::forCallers);
        var own = Stream.concat(metrics.stream(), pages.resources());
        this.resources = new AppLifecycle.Resources(
                Stream.concat(Stream.of(from.auth), reserved.owners().stream()).toList(),
                Stream.concat(own, from.closeOnStop.stream()).toList());
        metrics.ifPresent(measured -> resources.bindTo(measured.registry()));
        settings.callers().ifPresent(check -> bindCallers(check, from.auth));
    }

    /** One header cannot say both who may call the service and whose login its backend gets. */
    private void bindCallers(CallerCheck check, AuthMode auth) {
        if (check.needsAuthorization()) {
            Stream.concat(Stream.of(auth), reserved.owners().stream())
                    .filter(mode -> mode.challenge().isPresent())
                    .findFirst()
                    .ifPresent(mode -> {
                        throw new IllegalArgumentException("callers are checked by their Authorization header, and the"
                                + " backend with the mode " + mode.name()
                                + " takes its login from the same header: give"
                                + " the backend a service account by credentials(..), or check callers by API keys");
                    });
        }
        check.bindTo(meters());
    }

    MetadataRoutes metadata() {
        return metadata;
    }

    RegisteredRoutes registered() {
        return registered;
    }

    Probes probes() {
        return probes;
    }

    /** Returns the registry of the app's meters; one that keeps nothing if metrics are switched off. */
    MeterRegistry meters() {
        return metrics.map(AppMetrics::registry).orElseGet(AppMetrics::none);
    }

    /** Returns where the author gets the same registry, with all meters in it. */
    Supplier<MeterRegistry> shownMeters() {
        var none = AppMetrics.none();
        return () -> metrics.map(AppMetrics::shown).orElse(none);
    }

    /** Returns what the app closes when it stops: its metrics and pages last, which show the other resources. */
    AppLifecycle.Resources resources() {
        return resources;
    }

    /**
     * Returns the state of the app. Routes are added in the order in which they take precedence: metadata and health,
     * what the author configures, the author's routes.
     */
    JavalinState state() {
        var state = new JavalinState();
        var router = new AppRouter(state, reserved, registered);
        nameOwnPaths(router);
        state.internalRouter = router;
        state.servletRequestLifecycle.add(
                0,
                (submit, servlet, ctx, path) ->
                        ErrorShapingResponse.of(ctx).ifPresent(shaping -> shaping.setContext(ctx)));
        state.servletRequestLifecycle.add(new InMemoryResponseWriter(state));
        var defaultMapper = setDefaultMapper(state);
        JavalinState.applyUserConfig(state, config -> {
            defaults(config);
            config.routes.wsBeforeUpgrade(this::beginUpgrade);
            mount(state, config);
        });
        wrapMapper(state, defaultMapper);
        var mostRequests = OptionalInt.empty();
        if (state.jetty.threadPool == null) {
            var isVirtual = state.concurrency.useVirtualThreads;
            int most = ServerThreads.mostRequests(isVirtual, settings.maxConcurrentRequests());
            state.jetty.threadPool = ServerThreads.of(isVirtual, most);
            mostRequests = OptionalInt.of(most);
        }
        var requests = mostRequests;
        state.jetty.modifyServer(server -> prepare(server, state, router, requests));
        resources.announceIn(state.jetty);
        return state;
    }

    /** Adds the routes in the order in which they take precedence. */
    private void mount(JavalinState state, JavalinConfig config) {
        prefixes.forEach(prefix -> registered.during(METADATA, prefix, () -> metadata.mount(state, prefix)));
        registered.during(PROBE, RoutePrefix.ROOT, () -> operations.mountProbes(config.routes));
        registered.during(METRICS, RoutePrefix.ROOT, () -> operations.mountMetrics(config.routes));
        registered.during(PAGE, RoutePrefix.ROOT, () -> pages.mount(config.routes, operations));
        javalin.forEach(author -> author.accept(config));
        prefixes.forEach(prefix ->
                registered.during(SERVICE, prefix, () -> config.routes.apiBuilder(() -> mountRoutes(prefix))));
    }

    /** Javalin serves the upgrade to a WebSocket without its router, and without the tasks of other requests. */
    private void beginUpgrade(Context ctx) {
        ErrorShapingResponse.of(ctx).ifPresent(shaping -> shaping.setContext(ctx));
        reserved.checkUpgrade(ctx);
    }

    private void nameOwnPaths(AppRouter router) {
        prefixes.forEach(prefix -> metadata.nameOwnPaths(router, prefix));
        operations.nameOwnPaths(router);
        pages.nameOwnPaths(router);
    }

    /** Sets a mapper, which the author may replace, and returns it. */
    private static Lazy<? extends JsonMapper> setDefaultMapper(JavalinState state) {
        state.jsonMapper = LazyKt.lazy(() -> new JavalinJackson(
                DefaultJson.recycling(JavalinJackson.defaultMapper()), state.concurrency.useVirtualThreads));
        return state.jsonMapper;
    }

    private static void wrapMapper(JavalinState state, Lazy<? extends JsonMapper> defaultMapper) {
        var given = state.jsonMapper;
        // The author's own Lazy is not used: it may not be safe for several threads that ask first.
        state.jsonMapper(new RequestJsonMapper(LazyKt.lazy(given::getValue), given != defaultMapper));
    }

    private void mountRoutes(RoutePrefix prefix) {
        for (var group : routes) {
            if (prefix.isRoot()) {
                group.addEndpoints();
            } else {
                ApiBuilder.path(prefix.path(), group);
            }
        }
    }

    /** Sets the defaults. The author may change all of them. */
    private void defaults(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.concurrency.useVirtualThreads = VirtualThreads.areSupported();
        if (!VirtualThreads.areSupported()) {
            // Javalin's own threads for ctx.async keep the JVM up for a minute after it stopped.
            config.concurrency.executor = LazyKt.lazyOf(new AsyncExecutor(BackgroundThreads.open("apikit-async")));
        }
        config.router.javaLangErrorHandler(ExceptionMappers::unexpected);
        ExceptionMappers.mapAll(config.routes);
        ServerSettings.parseStrictly(config.jetty, settings.limits().headerBytes());
        config.http.maxRequestSize = settings.limits().bodyBytes();
        // Without a limit, a form's files could fill the disk.
        config.jetty.multipartConfig.maxFileSize(MOST_UPLOAD_MB, SizeUnit.MB);
        config.jetty.multipartConfig.maxTotalRequestSize(MOST_FORM_MB, SizeUnit.MB);
        var errors = new JettyErrorHandler();
        config.jetty.modifyServer(ServerSettings::dropStatistics);
        config.jetty.modifyServer(server -> server.setErrorHandler(errors));
        config.jetty.modifyServletContextHandler(context -> context.setErrorHandler(errors));
    }

    /** Runs when the app starts, after everything that the author does with the server. */
    private void prepare(Server server, JavalinState state, AppRouter router, OptionalInt mostRequests) {
        addConnectors(server, state);
        ServerSettings.apply(server, settings.grace(), settings.limits().headerBytes());
        var inFlight = new InFlightRequests();
        pipeline(state, router, inFlight, mostRequests).install(server);
        metrics.ifPresent(measured -> measured.watch(server, inFlight::count));
        pages.start();
    }

    private InboundPipeline pipeline(
            JavalinState state, AppRouter router, InFlightRequests inFlight, OptionalInt mostRequests) {
        return new InboundPipeline(
                new CachePolicy(metadata.hasAuth() || reserved.owners().stream().anyMatch(AppAssembly::signs)),
                probes,
                inFlight,
                settings.allowedOrigins(),
                settings.refusesCrossSite(),
                settings.trustedProxies(),
                settings.forwardedFor(),
                settings.callers().map(check -> new CheckedCallers(check, inContext(state, openPaths(check, router)))),
                settings.limits().rateLimiter(),
                inContext(state, Stream.concat(health(router), operations.paths())),
                settings.limits().headerBytes(),
                bodyLimits(state),
                mostRequests,
                inContext(state, Stream.concat(health(router), operations.probePaths())),
                inContext(state, Stream.concat(operations.paths(), pages.operationsPaths())),
                settings.limits().connectionSettings(),
                settings.warnAfter(),
                listeners(),
                meters());
    }

    /** Returns the paths whose GET and HEAD need no credential. */
    private Stream<String> openPaths(CallerCheck check, AppRouter router) {
        var served = check.protectsMetrics() ? operations.probePaths() : operations.paths();
        var described = check.protectsMetadata() ? Stream.<String>empty() : metadata.paths();
        return Stream.of(health(router), served, described, check.openPaths().stream())
                .flatMap(paths -> paths);
    }

    private static boolean signs(AuthMode owner) {
        return !owner.name().equals(AuthMode.none().name());
    }

    private void addConnectors(Server server, JavalinState state) {
        var hasConnector = server.getConnectors().length > 0 || !state.jettyInternal.connectors.isEmpty();
        if (!hasConnector && settings.readAhead()) {
            state.jetty.addConnector((any, http) -> YieldingConnector.of(server, http, state.jetty));
        } else if (!hasConnector) {
            state.jetty.addConnector(
                    (any, http) -> ClosingConnector.of(server, http, state.jetty.host, state.jetty.port));
        }
        settings.port()
                .ifPresent(port -> state.jetty.addConnector(
                        (any, http) -> OperationsConnector.of(server, http, state.jetty.host, port)));
    }

    private static Stream<String> health(AppRouter router) {
        return router.hasHealthAtRoot() ? Stream.of("/") : Stream.empty();
    }

    private static Set<String> inContext(JavalinState state, Stream<String> paths) {
        var context = Util.normalizeContextPath(state.router.contextPath);
        return paths.map(path -> context.equals("/") ? path : context + path).collect(Collectors.toUnmodifiableSet());
    }

    /** Javalin's own limit for a body in memory may be higher: then the author has set it. */
    private BodyLimits bodyLimits(JavalinState state) {
        var body = Math.max(settings.limits().bodyBytes(), state.http.maxRequestSize);
        var form = Math.max(body, (long) MOST_FORM_MB * SizeUnit.MB.getMultiplier());
        return new BodyLimits(body, form, settings.limits().bodyBytesPerSecond());
    }

    private List<ServedRequest.Listener> listeners() {
        var log = settings.accessLog() ? Stream.of(new AccessLogWriter()) : Stream.<ServedRequest.Listener>empty();
        return Stream.concat(log, metrics.stream().flatMap(measured -> measured.listeners().stream()))
                .toList();
    }
}
