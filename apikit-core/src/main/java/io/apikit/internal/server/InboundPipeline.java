package io.apikit.internal.server;

import io.apikit.internal.caller.CorsOrigins;
import io.apikit.internal.caller.ForwardedFor;
import io.apikit.internal.caller.SiteOrigins;
import io.apikit.internal.caller.TrustedProxies;
import io.apikit.internal.health.Probes;
import io.apikit.internal.limits.RateLimiter;
import io.apikit.internal.metrics.ServedRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;

/**
 * The handlers of the server that a request passes before it reaches Javalin.
 *
 * @param cachePolicy for responses without a {@code Cache-Control} of their own
 * @param probes which report whether the app is about to stop
 * @param inFlight waits for the requests in flight when the server stops
 * @param origins the web pages that may call
 * @param refusesCrossSite whether other web pages cannot change anything
 * @param trustedProxies the peers that may report who a caller is
 * @param forwardedFor the peers that may report the address of a caller
 * @param rateLimiter empty if no rate is limited
 * @param unlimitedPaths the paths whose GET and HEAD are never limited
 * @param bodyLimits for every request with a body
 * @param headerTime from the first byte of a request's headers to the last
 * @param warnAfter how long a request runs without a response before it is reported; zero for never
 * @param listeners which are called after the end of each request
 */
public record InboundPipeline(
        CachePolicy cachePolicy,
        Probes probes,
        GracefulHandler inFlight,
        CorsOrigins origins,
        boolean refusesCrossSite,
        TrustedProxies trustedProxies,
        ForwardedFor forwardedFor,
        Optional<RateLimiter> rateLimiter,
        Set<String> unlimitedPaths,
        BodyLimitHandler.BodyLimits bodyLimits,
        Duration headerTime,
        Duration warnAfter,
        List<ServedRequest.Listener> listeners) {

    /** The handlers, in the order in which a request meets them. */
    private Stream<Handler.Singleton> handlers() {
        return Stream.<Optional<? extends Handler.Singleton>>of(
                        Optional.of(new RequestScopeHandler(cachePolicy)),
                        Optional.of(new ConnectionDraining(probes)),
                        Optional.of(inFlight),
                        CorsHandler.create(origins),
                        ForwardedIdentityHandler.create(trustedProxies),
                        rateLimiter.map(limiter -> new RateLimitHandler(limiter, unlimitedPaths)),
                        Optional.of(new TargetSyntaxHandler()),
                        crossSite(),
                        Optional.of(new BodyLimitHandler(bodyLimits, headerTime)))
                .flatMap(Optional::stream);
    }

    private Optional<CrossSiteHandler> crossSite() {
        return refusesCrossSite
                ? Optional.of(new CrossSiteHandler(new SiteOrigins(origins, trustedProxies, forwardedFor)))
                : Optional.empty();
    }

    /** Adds the handlers and listeners to a server that is about to start. */
    public void install(Server server) {
        Handler.Singleton outer = server;
        for (var handler : handlers().toList()) {
            outer.insertHandler(handler);
            outer = handler;
        }
        forwardedFor.installOn(server);
        server.addEventListener(new HeaderTimeout(server, headerTime, new OverdueRequests(warnAfter)));
        server.setRequestLog(RequestEvents.create(listeners, server.getRequestLog()));
    }
}
