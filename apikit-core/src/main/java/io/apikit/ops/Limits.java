package io.apikit.ops;

import java.time.Duration;

/**
 * The limits of what a service accepts from its callers: how often, how much, and for how long. Implemented by the
 * library. The settings are read once, when the app is built. Not thread-safe.
 *
 * <pre>{@code
 * .operations(ops -> ops
 *         .forwardedFor("10.1.0.0/16")                                 // the ingress
 *         .limits(limits -> limits
 *                 .perPeer(200, Duration.ofMillis(20))                 // 200 at once, then 50 a second
 *                 .perCaller(100, Duration.ofMillis(100))
 *                 .bodyBytes(64 << 20)))
 * }</pre>
 *
 * <p>A request over one of the two rates gets a 429 with {@code Retry-After} in whole seconds and the fields of
 * draft-ietf-httpapi-ratelimit-headers. {@code RateLimit-Policy: "caller";q=100;w=10} names the limit: a burst of 100,
 * which is full again after 10 s. {@code RateLimit: "caller";r=0;t=1} is what is left of it, and the seconds until
 * there is more. Limits that are set here are named in every response. The default limit is named only in its 429.
 *
 * <p>Health, readiness and metrics are never limited. Counters are kept for at most 50,000 peers and 50,000 callers. A
 * client that invents more names than that is limited by its peer address. A client with more addresses than that has
 * as many bursts in any case.
 */
public interface Limits {
    /**
     * Limits the requests of one address to a burst, and one more after each refill. An IPv6 address counts with its
     * /64 network, which is what one customer has. The address is that of the TCP connection, or the one that a proxy
     * of {@link Operations#forwardedFor(String...)} reports.
     *
     * <p>Default: a burst of 100,000 and one more per 20 us. An ingress in front of all callers sends less than 50,000
     * requests a second even when all dashboards load at once, and is not limited. One sender of more than that is.
     *
     * @throws IllegalArgumentException unless the burst is 1 to 1,000,000 and the refill 1 us to 2 h
     */
    Limits perPeer(int burst, Duration refill);

    /**
     * Limits the requests of one caller to a burst, and one more after each refill. A caller is known by the name that
     * a trusted proxy reports, else by its user name, else by its token, else by its address. Names are not verified
     * before they are counted: this limit keeps honest callers from crowding each other out, and {@link #perPeer}
     * limits all others.
     *
     * <p>Default: no such limit, because callers without a name would share that of the ingress in front of them.
     *
     * @throws IllegalArgumentException unless the burst is 1 to 1,000,000 and the refill 1 us to 2 h
     */
    Limits perCaller(int burst, Duration refill);

    /** Removes both rate limits, for a service whose platform limits rates. */
    Limits anyRate();

    /**
     * Limits the length of a request's line and headers together. Default 8 KiB. Longer ones get a 431, or a 414 if the
     * line alone is too long.
     *
     * <p>With a connector of your own for HTTP/2, each header counts with 32 bytes more (RFC 9113, section 6.5.2). A
     * stream whose headers are longer gets the same responses. At twice this length Jetty's own limit ends the
     * connection.
     *
     * @throws IllegalArgumentException unless it is 1 KiB to 1 MiB
     */
    Limits headerBytes(int most);

    /**
     * Limits the length of a request's body, however it is read: {@code ctx.body()}, {@code bodyInputStream()}, chunked
     * or not. Default 1 MiB. A longer one gets a 413. A service that takes uploads as streams needs more.
     *
     * <p>A multipart form may be as long as Javalin's {@code jetty.multipartConfig} allows if that is more: by default
     * 32 MiB, 16 MiB a file.
     *
     * @throws IllegalArgumentException for a number below 0
     */
    Limits bodyBytes(long most);

    /**
     * Sets the minimum rate at which a body arrives. A slower body gets a 408. Only the time that the service waits for
     * the caller counts, without the first {@link #headerTime} of it. Silence ends with the connection's idle time, 30
     * s. Default 500 bytes a second. 0 is no such limit, for callers that keep a request open to write into it now and
     * then.
     *
     * <p>What is no content counts as waiting: chunk extensions, trailers, the rest of an incomplete TLS record.
     *
     * @throws IllegalArgumentException for a number below 0
     */
    Limits bodyBytesPerSecond(int least);

    /**
     * Limits the time from the first byte of a request's headers to the last, however steadily they arrive. Default 10
     * s. A connection that takes longer is closed without a response, within a second.
     *
     * <p>A TLS handshake has the same time, from the start of the connection. A connection that is kept open and silent
     * between two requests is limited by the idle time, 30 s. A connection without one whole request by the end of both
     * times is closed too.
     *
     * <p>With a connector of your own for HTTP/2 (RFC 9113), a connection has both times together, from the first byte
     * that comes while no stream is open to the next stream. One whose client sends nothing but PING frames ends too.
     *
     * @throws IllegalArgumentException unless it is 100 ms to an hour
     */
    Limits headerTime(Duration most);

    /**
     * Sets the minimum rate at which a caller reads a response. A caller that reads more slowly for 30 s, while bytes
     * wait for it all the time, is cut off within a second. Default 1,024 bytes a second. 0 is no such limit: then a
     * caller is cut off only if it takes nothing for the connection's idle time, 30 s. Only connections of HTTP/1.1 are
     * measured.
     *
     * @throws IllegalArgumentException for a number below 0
     */
    Limits responseBytesPerSecond(int least);

    /**
     * Limits how many connections the service has at the same time. Default 80 % of the files that the process may open
     * ({@code ulimit -n}). For each further one another one is closed, of the address that has most: the one that is
     * idle for the longest time. If none is idle, it is the one whose TLS handshake or headers are incomplete for the
     * longest time, then the one whose body is awaited for the longest time. If all of that address are served, the next
     * address loses one. If all connections are served, the new one is closed. Connections of {@link Operations#port}
     * are not counted.
     *
     * @throws IllegalArgumentException unless it is 1 to 10,000,000
     */
    Limits connections(int most);

    /**
     * Limits how many connections one address has at the same time. Default 1,000. Further ones are closed at once. An
     * IPv6 address counts with its /64 network. The address is that of the TCP connection. The addresses of {@link
     * Operations#forwardedFor(String...)} and {@link Operations#trustedProxies(String...)} have no such limit: behind an
     * ingress that is not named there, all callers share one.
     *
     * @throws IllegalArgumentException unless it is 1 to 10,000,000
     */
    Limits connectionsPerAddress(int most);
}
