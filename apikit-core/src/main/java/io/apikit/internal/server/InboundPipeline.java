package io.apikit.internal.server;

import io.apikit.AppRouter;
import io.apikit.Operated;
import io.javalin.config.JavalinState;
import io.javalin.util.Util;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;

/** What a request passes in the server before Javalin sees it, and whom the server tells of its end. */
public record InboundPipeline(Operated operated, CachePolicy callersOwn) {
    /** The last handler to be inserted is the first to see a request. */
    public void open(Server server, JavalinState state, AppRouter router) {
        var settings = operated.settings();
        if (server.getConnectors().length == 0 && state.jettyInternal.connectors.isEmpty()) {
            state.jetty.addConnector((any, http) -> YieldingConnector.of(server, http, state.jetty));
        }
        if (server.getStopTimeout() == 0) {
            server.setStopTimeout(settings.grace().toMillis());
        }
        server.insertHandler(BodyLimitHandler.of(state, settings.limits()));
        RateLimitHandler.insert(server, settings.limits(), neverLimited(state, router));
        ForwardedIdentityHandler.insert(server, settings.trustedProxies());
        CorsHandler.insert(server, settings.allowedOrigins());
        settings.forwardedFor().installOn(server);
        var graceful = new GracefulHandler();
        server.insertHandler(graceful);
        server.insertHandler(new ConnectionDraining(operated.probes()));
        server.insertHandler(new RequestScopeHandler(callersOwn));
        server.addEventListener(new HeaderTimeout(server, settings.limits().headerTime()));
        server.addEventListener(new ConnectionDraining.IdleConnections(server));
        server.addEventListener(new ServerSettings.AcceptQueue(server));
        server.setRequestLog(RequestEvents.before(server.getRequestLog(), operated.listeners()));
        operated.metrics().ifPresent(measured -> measured.watch(server, graceful));
        operated.pages().start();
    }

    private Set<String> neverLimited(JavalinState state, AppRouter router) {
        var health = router.hasHealthAtRoot() ? Stream.of("/") : Stream.<String>empty();
        var context = Util.normalizeContextPath(state.router.contextPath);
        return Stream.concat(health, operated.probed())
                .map(path -> context.equals("/") ? path : context + path)
                .collect(Collectors.toUnmodifiableSet());
    }
}
