package io.apikit;

import io.apikit.internal.server.CachePolicy;
import io.apikit.internal.server.ErrorShapingResponse;
import io.apikit.internal.server.InboundPipeline;
import io.apikit.internal.server.JettyErrorHandler;
import io.apikit.internal.server.JsonBytes;
import io.apikit.internal.server.ServerSettings;
import io.apikit.internal.server.ServerThreads;
import io.apikit.internal.util.BackgroundThreads;
import io.javalin.apibuilder.ApiBuilder;
import io.javalin.apibuilder.EndpointGroup;
import io.javalin.config.JavalinConfig;
import io.javalin.config.JavalinState;
import io.javalin.config.SizeUnit;
import io.javalin.http.util.AsyncExecutor;
import io.javalin.json.JavalinJackson;
import java.util.List;
import java.util.function.Consumer;
import kotlin.LazyKt;
import org.eclipse.jetty.util.VirtualThreads;

/**
 * Puts an app together. This, {@link AppRouter} and {@link MetadataRoutes} are all that touches Javalin's inner state:
 * {@code Javalin.create} would make a plain Javalin, with its own router.
 */
record AppAssembly(
        MetadataRoutes metadata,
        List<RoutePrefix> prefixes,
        List<EndpointGroup> routes,
        List<Consumer<JavalinConfig>> javalin,
        Operated operated) {
    private static final int MOST_UPLOAD_MB = 16;

    /** In the order that decides who answers: metadata and health, what the author configures, the author's routes. */
    JavalinState state() {
        var state = new JavalinState();
        var router = new AppRouter(state);
        state.internalRouter = router;
        state.servletRequestLifecycle.add(
                0,
                (submit, servlet, ctx, path) ->
                        ErrorShapingResponse.of(ctx).ifPresent(exchange -> exchange.passes(ctx.endpoints())));
        state.servletRequestLifecycle.add(new InMemoryResponseWriter(state));
        state.jsonMapper = LazyKt.lazy(() -> new JavalinJackson(
                JsonBytes.recycling(JavalinJackson.defaultMapper()), state.concurrency.useVirtualThreads));
        JavalinState.applyUserConfig(state, config -> {
            defaults(config);
            prefixes.forEach(prefix -> metadata.mount(state, prefix));
            operated.mount(state);
            javalin.forEach(author -> author.accept(config));
            prefixes.forEach(prefix -> config.routes.apiBuilder(() -> mountRoutes(prefix)));
        });
        // Not the author's own Lazy, which threads must not ask first at the same time.
        state.jsonMapper(new RequestJsonMapper(LazyKt.lazy(state.jsonMapper::getValue)));
        if (state.jetty.threadPool == null) {
            state.jetty.threadPool = ServerThreads.bounded(
                    state.concurrency.useVirtualThreads, operated.settings().maxConcurrentRequests());
        }
        var entrance = new InboundPipeline(operated, new CachePolicy(metadata.hasAuth()));
        state.jetty.modifyServer(server -> entrance.open(server, state, router));
        return state;
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

    /** All of them may be changed by the author. */
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
        ServerSettings.demand(config.jetty, operated.settings().limits());
        config.http.maxRequestSize = operated.settings().limits().bodyBytes();
        // Without a limit a form's files fill the disk, whoever sends them.
        config.jetty.multipartConfig.maxFileSize(MOST_UPLOAD_MB, SizeUnit.MB);
        config.jetty.multipartConfig.maxTotalRequestSize(2 * MOST_UPLOAD_MB, SizeUnit.MB);
        var errors = new JettyErrorHandler();
        config.jetty.modifyServer(server -> server.setErrorHandler(errors));
        config.jetty.modifyServletContextHandler(context -> context.setErrorHandler(errors));
    }
}
