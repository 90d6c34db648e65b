package io.apikit.internal.server;

import io.apikit.internal.caller.CorsOrigins;
import io.apikit.internal.caller.ForwardedFor;
import io.apikit.internal.caller.SiteOrigins;
import io.apikit.internal.caller.TrustedProxies;
import io.apikit.internal.health.Probes;
import io.apikit.internal.limits.RateLimiter;
import io.apikit.internal.metrics.ServedRequest;
import io.apikit.ops.callers.CallerCheck;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;

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
 * @param callers which callers may call; empty if everybody may
 * @param rateLimiter empty if no rate is limited
 * @param unlimitedPaths the paths whose GET and HEAD are never limited
 * @param headerBytes of a request's line and headers, where Jetty allows more
 * @param bodyLimits for every request with a body
 * @param mostRequests served at the same time; empty if the author's own threads limit them
 * @param probePaths the paths whose GET and HEAD do not wait for others
 * @param operationsPaths the paths that a connector of their own serves
 * @param connections the limits of their number and their time
 * @param warnAfter how long a request runs without a response before it is reported; zero for never
 * @param listeners which are called after the end of each request
 * @param meters for what the limits refuse
 */
public record InboundPipeline(
        CachePolicy cachePolicy,
        Probes probes,
        InFlightRequests inFlight,
        CorsOrigins origins,
        boolean refusesCrossSite,
        TrustedProxies trustedProxies,
        ForwardedFor forwardedFor,
        Optional<CheckedCallers> callers,
        Optional<RateLimiter> rateLimiter,
        Set<String> unlimitedPaths,
        int headerBytes,
        BodyLimitHandler.BodyLimits bodyLimits,
        OptionalInt mostRequests,
        Set<String> probePaths,
        Set<String> operationsPaths,
        ConnectionSettings connections,
        Duration warnAfter,
        List<ServedRequest.Listener> listeners,
        MeterRegistry meters) {

    /**
     * The limits of connections.
     *
     * @param all how many the service may have
     * @param perAddress how many an address may have that is not one of a proxy
     * @param headerTime for a TLS handshake, and from the first byte of a request's headers to the last
     * @param readerBytesPerSecond the least rate at which a client reads what waits for it; 0 for none
     * @param readerTime in which that rate is measured
     */
    public record ConnectionSettings(
            int all, int perAddress, Duration headerTime, int readerBytesPerSecond, Duration readerTime) {}

    /**
     * Which callers may call.
     *
     * @param check decides about each of them
     * @param openPaths the paths whose GET and HEAD everybody may send
     */
    public record CheckedCallers(CallerCheck check, Set<String> openPaths) {}

    /** The handlers, in the order in which a request meets them. */
    private Stream<Handler.Singleton> handlers() {
        return Stream.<Optional<? extends Handler.Singleton>>of(
                        Optional.of(new RequestScopeHandler(cachePolicy)),
                        Optional.of(new HeadLimitHandler(headerBytes)),
                        Optional.of(new OperationsConnector.PathHandler(operationsPaths)),
                        Optional.of(new ConnectionDraining(probes)),
                        Optional.of(inFlight),
                        CorsHandler.create(origins),
                        ForwardedIdentityHandler.create(trustedProxies),
                        callers.map(
                                some -> new CallerCheckHandler.Announcement(some.check, new OpenPaths(some.openPaths))),
                        rateLimiter.map(limiter -> new RateLimitHandler(limiter, new OpenPaths(unlimitedPaths))),
                        callers.map(some -> new CallerCheckHandler(some.check, meters)),
                        Optional.of(new TargetSyntaxHandler()),
                        crossSite(),
                        Optional.of(new BodyLimitHandler(bodyLimits, connections.headerTime)),
                        mostRequests.stream()
                                .mapToObj(most -> new RequestAdmission(most, new OpenPaths(probePaths)))
                                .findFirst())
                .flatMap(Optional::stream);
    }

    private ConnectionWatch watch(Server server) {
        var limits = new ConnectionCounts.Limits(
                connections.all,
                connections.perAddress,
                peer -> forwardedFor.isProxy(peer) || trustedProxies.contains(peer));
        var times = new WatchedConnection.Times(
                connections.headerTime, connections.readerBytesPerSecond, connections.readerTime);
        return new ConnectionWatch(server, times, new OverdueRequests(warnAfter), new ConnectionCounts(limits, meters));
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
        server.addEventListener(watch(server));
        server.setRequestLog(RequestEvents.create(listeners, server.getRequestLog()));
    }
}
