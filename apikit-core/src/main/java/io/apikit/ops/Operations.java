package io.apikit.ops;

import io.apikit.ops.callers.CallerCheck;
import io.apikit.ops.callers.VerifiedCaller;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of how an app is run. Implemented by the library. The settings are read once, when the app is built. Not
 * thread-safe.
 *
 * <pre>{@code
 * .operations(ops -> ops.grace(Duration.ofSeconds(25)).maxConcurrentRequests(500))
 * }</pre>
 */
public interface Operations {
    /**
     * Sets how long stopping waits for the requests in flight. Those that take longer are cut off. Default 10 s. Zero
     * waits for none. Keep it and {@link #stopDelay} together below the time that the platform leaves between SIGTERM
     * and SIGKILL (30 s in Kubernetes, 10 s in Docker).
     *
     * @throws IllegalArgumentException for a negative duration
     */
    Operations grace(Duration grace);

    /**
     * Sets a port of their own for the probes, the metrics and the pages. Default none: they are on the port of the
     * service. With one, they are a 404 on the service's port, and all else is a 404 on this port. It has threads of its
     * own, and its connections do not count for {@link Limits#connections(int)}. It listens on the service's host,
     * without TLS. 0 is any free port, which the line of the log at start names.
     *
     * <p>Everybody who can reach the service can read the metrics and pages. A port that is not published is one way to
     * keep them from callers.
     *
     * @throws IllegalArgumentException unless it is 0 to 65535
     */
    Operations port(int port);

    /**
     * Sets how many requests run at the same time. Further requests wait in the order they came, without a thread.
     * Default 10,000, one virtual thread each. On platform threads (Java before 21) at most 1,016 run at the same time,
     * whatever is set here. A request that reads its body needs no second turn. Probes do not wait. A pool of your own
     * ({@code config.jetty.threadPool}) limits the requests itself, and then this number has no effect.
     *
     * @throws IllegalArgumentException for a number below 1
     */
    Operations maxConcurrentRequests(int max);

    /**
     * Sets the addresses, or blocks of them ({@code 10.1.0.0/16}, {@code fd00::/8}), from which an oauth2-proxy in
     * front of the service connects. The proxy reports who the caller is: {@code X-Forwarded-Access-Token} becomes the
     * caller's bearer token, {@code X-Forwarded-User} and {@code -Email} its name ({@link ForwardedIdentity}). Default
     * none: then no header names a caller.
     *
     * <p>If a proxy is trusted, every request is checked before any other handler, also one for metadata or health. An
     * identity header from another peer is a 401. One that is duplicated, malformed or spelled with an underscore is a
     * 400, from every peer. A request without any is served as usual. The peer is that of the TCP connection, not the
     * one that {@code X-Forwarded-For} or the PROXY protocol reports. {@code X-Auth-Request-*} headers name no caller.
     *
     * <p>The proxy must run with {@code --pass-access-token}. Without it, the proxy forwards a client's own token, and
     * the service trusts it.
     *
     * @throws IllegalArgumentException for a value that is no address or block, such as a host name
     */
    Operations trustedProxies(String... peers);

    /**
     * Sets the addresses, or blocks of them, of the proxies whose {@code X-Forwarded-For} is read: an ingress, a load
     * balancer. The header is read from the right, up to the first address that is not one of these. Default none: then
     * the address of a request is the peer of its TCP connection.
     *
     * <p>A client may write anything into the header. The proxy appends what it sees, and only that counts. An entry
     * that cannot be parsed ends the reading: the address is then that of the last proxy known. {@code Forwarded} (RFC
     * 7239) is not read, because a proxy that writes the one header forwards a client's other one.
     *
     * <p>The address is used for limits only ({@link Limits}). It never identifies a user.
     *
     * @throws IllegalArgumentException for a value that is no address or block, such as a host name
     */
    Operations forwardedFor(String... peers);

    /**
     * Sets the origins of web pages, such as {@code https://portal.example.org}, whose scripts may call the service
     * with their users' credentials (CORS). They may read the responses, errors too, and send any method and header.
     * Default none.
     *
     * <p>With some, every response varies by {@code Origin}. Requests of other pages are served without permission to
     * read the response, as browsers expect it. Preflight requests get their response before any handler of the app.
     *
     * @throws IllegalArgumentException for a value that is no origin: a path, a wildcard, {@code null}
     */
    Operations allowOrigins(String... origins);

    /**
     * Sets whether a request from a web page of another site is a 403 if it may change something. Default true. A browser
     * that remembers the caller's password sends it with such a request, and {@link #allowOrigins} only decides who may
     * read the response.
     *
     * <p>Requests are refused whose method is none of GET, HEAD, OPTIONS and TRACE (RFC 9110, section 9.2.1), and upgrades
     * to a WebSocket, in two cases. Their {@code Origin} is neither the service's own nor in {@code allowOrigins}. Or they
     * have none, and {@code Sec-Fetch-Site: cross-site}. Programs that are no browser send neither header.
     *
     * <p>The service's own origin has the host and port of {@code Host}, whatever its scheme; a default port equals none.
     * {@code X-Forwarded-Host} counts too if it comes from a peer of {@link #trustedProxies} or {@link #forwardedFor}: a
     * proxy that replaces {@code Host} must send it, and must be named in one of these settings.
     */
    Operations refuseCrossSite(boolean on);

    /**
     * Sets who may call the service. Default: everybody who can reach it. The module {@code apikit-callers} has checks of
     * API keys and of signed tokens.
     *
     * <p>A caller that is not admitted gets a 401 for every path and method. Only GET and HEAD of the health check, the
     * metadata, the probes, the metrics and the {@linkplain CallerCheck#openPaths open paths} need no credential. A page
     * needs one, except on a {@linkplain #port port of its own}. A CORS preflight gets its response before.
     *
     * <p>The header with the credential is removed from the request. {@link VerifiedCaller} names the caller, who is also
     * the caller of {@link Limits#perCaller}. Tries that are refused count for their address.
     *
     * @throws IllegalStateException if a check is set already
     */
    Operations callers(CallerCheck check);

    /** Sets the limits of what the service accepts. May be called again for more. */
    Operations limits(Consumer<Limits> settings);

    /**
     * Sets whether a connection tries to read its next request before it waits for it. Default true. On a busy service
     * the next request has mostly arrived, and the connection need not be registered with a selector again, which is a
     * quarter of a request's CPU. It has effect only on virtual threads (Java 21 and newer) and only for the connector
     * that the library makes, not for one of {@code config.jetty}. It overrides methods of Jetty's connections: set
     * false to exclude it as a cause of trouble.
     */
    Operations readAhead(boolean on);

    /**
     * Sets how long a request may run without a response before the log has a WARN about it, with its route and the
     * stack of its thread. Each route is reported once. A response that has begun is not reported, such as a stream.
     * While a request's body arrives, the time does not run. Default 30 s, to within a few seconds. Zero reports
     * nothing. The request itself goes on. It costs no timer for each request. Only connections of HTTP/1.1 are
     * watched.
     *
     * @throws IllegalArgumentException for a negative duration, or one of more than a day
     */
    Operations warnAfter(Duration after);

    /** Sets whether each request is a line in the {@linkplain AccessLog access log}. Default true. */
    Operations accessLog(boolean on);

    /**
     * Sets the path of the metrics in the text format of Prometheus. It must be literal and does not depend on the
     * route prefixes. Default {@code /metrics}. Null switches metrics off, and then nothing is measured. Everybody who
     * can reach the service can read them. They contain no secret and no caller's name.
     *
     * @throws IllegalArgumentException for a path that is not literal
     */
    Operations metrics(@Nullable String path);

    /**
     * Adds a page about the app, such as that of the module {@code apikit-status}. May be called again for more pages.
     * Default: none. Everybody who can reach the service can read a page.
     *
     * <pre>{@code
     * .operations(ops -> ops.page(StatusPage.at("/status")))
     * }</pre>
     *
     * @throws IllegalArgumentException for a page whose path is not literal
     */
    Operations page(AppPage page);

    /**
     * Sets the path of the liveness probe, for GET and HEAD. It does not depend on the route prefixes. Default {@code
     * /health/live}. Null removes the probe. The response is always 200 and {@code {"status":"up"}}: a prober that gets
     * none should restart the process.
     *
     * @throws IllegalArgumentException for a path that is not literal, has no leading slash or has a trailing one
     */
    Operations live(@Nullable String path);

    /**
     * Sets the path of the readiness probe, for GET and HEAD. It does not depend on the route prefixes. Default {@code
     * /health/ready}. Null removes the probe.
     *
     * <p>The response is JSON with a {@code status} and the {@code checks} by name: 200 for {@code up} and {@code
     * degraded}, 503 for {@code down} and {@code stopping}. A 503 has the fields of every error too. A caller that
     * accepts problem details gets those alone.
     *
     * @throws IllegalArgumentException for a path that is not literal, has no leading slash or has a trailing one
     */
    Operations ready(@Nullable String path);

    /**
     * Adds a check without which the service is not ready. While the check returns false, throws or is late, readiness
     * is 503. Use it for what this one instance lacks and others may have. What all instances share, above all the
     * backend, belongs at most in a {@link #softCheck}. As a hard check, its outage removes all instances at once, and
     * with them the errors that callers could understand.
     *
     * <p>Checks run only when readiness is requested, at the same time as each other and at most once a second. A check
     * never starts again while its last run continues. A check should not log in: the session renews itself when it is
     * used. The log has a line when a check goes down and one when it is up again. The first has the class of the
     * exception, not its message.
     *
     * @throws IllegalArgumentException for a name that is blank, has control characters or exists already
     */
    Operations check(String name, Callable<Boolean> check);

    /**
     * Adds a check whose failure is reported and changes nothing else: readiness is 200 and {@code degraded}. Otherwise
     * the same as {@link #check}.
     *
     * <pre>{@code
     * .operations(ops -> ops.softCheck("backend", backend::isReachable))
     * }</pre>
     *
     * @throws IllegalArgumentException for a name that is blank, has control characters or exists already
     */
    Operations softCheck(String name, Callable<Boolean> check);

    /**
     * Sets how long a probe waits for each check. A check that takes longer is reported as {@code timeout}, and
     * immediately in later probes, until it has returned in time. Default 1 s. If the platform gives a probe no more
     * than that (1 s is the default of Kubernetes), a check that hangs costs one probe.
     *
     * @throws IllegalArgumentException unless it is positive and at most a day
     */
    Operations checkTimeout(Duration timeout);

    /**
     * Sets how long stopping continues to serve after readiness reports {@code stopping}, so that load balancers notice
     * it and send no more requests. In the second half of it each response closes its connection. It should be longer
     * than the prober's period, times the failures that it needs to see.
     *
     * <p>Default 5 s, but none if readiness was not requested in the last 60 s, since no prober would notice it. A
     * delay that is set here is always kept. {@link #grace} comes after it. Both together must stay below the time that
     * the platform leaves between SIGTERM and SIGKILL (30 s in Kubernetes, 10 s in Docker). Interrupting the thread
     * that stops the app ends the delay, not the grace period.
     *
     * @throws IllegalArgumentException for a negative duration, or one of more than a day
     */
    Operations stopDelay(Duration delay);
}
