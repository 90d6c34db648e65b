package io.apikit.ops;

import io.apikit.internal.limits.Rate;
import io.apikit.internal.limits.RateLimiter;
import java.time.Duration;
import java.util.Optional;

/**
 * What a service takes from outside before it refuses: how often, how much, and for how long. Settings are read once,
 * when the app is built; not threadsafe.
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
 * <p>A request over one of the two rates is answered with 429, {@code Retry-After} in whole seconds, and the fields of
 * draft-ietf-httpapi-ratelimit-headers: {@code RateLimit-Policy: "caller";q=100;w=10} names the limit, a burst of 100
 * that is whole again after 10 s, and {@code RateLimit: "caller";r=0;t=1} what is left of it and when there is more.
 * Limits that were set here are named in every answer; the default one only where it refuses. Health, readiness and
 * metrics are never limited. What is counted is kept for 50,000 peers and 50,000 callers at most: whoever makes up more
 * names than that is held by the peer's limit, and whoever has more addresses than that has as many burst anyway.
 */
public final class Limits {
    private static final int LEAST_HEADER_BYTES = 1024;
    private static final int MOST_HEADER_BYTES = 1 << 20;

    private Optional<Rate> perPeer = Optional.of(new Rate("peer", 100_000, Duration.ofNanos(20_000), false));
    private Optional<Rate> perCaller = Optional.empty();
    private int headerBytes = 8 * 1024;
    private long bodyBytes = 1 << 20;
    private int bodyBytesPerSecond = 500;
    private Duration headerTime = Duration.ofSeconds(10);

    Limits() {}

    /**
     * How often one address may ask: a burst, and one more after each refill. An IPv6 address counts with its /64, which
     * is what one customer has. The address is that of the TCP connection, or where {@link
     * Operations#forwardedFor(String...)} says so, the one a proxy names. Default 100,000, and one more per 20 us: an
     * ingress in front of everybody brings less than 50,000 requests a second even when all dashboards load at once,
     * and is not to be held; one sender of more than that is.
     *
     * @throws IllegalArgumentException unless the burst is 1 to 1,000,000 and the refill 1 us to 2 h
     */
    public Limits perPeer(int burst, Duration refill) {
        this.perPeer = Optional.of(new Rate("peer", burst, refill, true));
        return this;
    }

    /**
     * How often one caller may ask, as {@link io.apikit.internal.caller.CallerKey CallerKey} tells callers apart: by the name a proxy gives it, its user
     * name, its token, or if it shows none of these its address. Names are not checked before they are counted, so this
     * keeps honest callers from crowding each other out; {@link #perPeer} is what holds the others. Default: no such
     * limit, since callers without a name would share that of the ingress they come through.
     *
     * @throws IllegalArgumentException unless the burst is 1 to 1,000,000 and the refill 1 us to 2 h
     */
    public Limits perCaller(int burst, Duration refill) {
        this.perCaller = Optional.of(new Rate("caller", burst, refill, true));
        return this;
    }

    /** No limit per address, for a service whose platform has one. */
    public Limits anyRate() {
        this.perPeer = Optional.empty();
        this.perCaller = Optional.empty();
        return this;
    }

    /**
     * How long a request's line and headers may be together. Default 8 KiB; longer ones are a 431, or a 414 if the line
     * alone is too long.
     *
     * @throws IllegalArgumentException unless it is 1 KiB to 1 MiB
     */
    public Limits headerBytes(int most) {
        if (most < LEAST_HEADER_BYTES || most > MOST_HEADER_BYTES) {
            throw new IllegalArgumentException("headerBytes must be 1024 to 1048576, not " + most);
        }
        this.headerBytes = most;
        return this;
    }

    /**
     * How long a request's body may be, however it is read: {@code ctx.body()}, {@code bodyInputStream()}, chunked or
     * not. Default 1 MiB; a longer one is a 413. A service that takes uploads as streams needs more. A multipart form
     * may be as long as Javalin's {@code jetty.multipartConfig} allows where that is more: 32 MiB, 16 MiB a file, unless
     * the author says otherwise.
     *
     * @throws IllegalArgumentException for a number below 0
     */
    public Limits bodyBytes(long most) {
        if (most < 0) {
            throw new IllegalArgumentException("bodyBytes must not be negative, but is " + most);
        }
        this.bodyBytes = most;
        return this;
    }

    /**
     * How slowly a body may come. Only the time that the service waits for the caller counts, and of it the first
     * {@link #headerTime} does not; a slower body is a 408. Silence altogether ends with the connection's idle time, 30 s. Default 500 bytes;
     * 0 for no such limit, where callers keep a request open to write into it now and then.
     *
     * <p>A slow reader needs no such number: whatever it takes moves the connection's window on by a segment at the
     * least, and it is cut off by the idle time if that takes longer.
     *
     * @throws IllegalArgumentException for a number below 0
     */
    public Limits bodyBytesPerSecond(int least) {
        if (least < 0) {
            throw new IllegalArgumentException("bodyBytesPerSecond must not be negative, but is " + least);
        }
        this.bodyBytesPerSecond = least;
        return this;
    }

    /**
     * How long a request's headers may take from their first byte to their last, however steadily they come. Default
     * 10 s; a connection that takes longer is closed without an answer, within a second. A connection that is kept open
     * and silent between two requests is none of these; the idle time, 30 s, is for that. One that has not brought a
     * whole request by the end of both, a TLS handshake that goes on and on for example, is closed too.
     *
     * @throws IllegalArgumentException unless it is 100 ms to an hour
     */
    public Limits headerTime(Duration most) {
        if (most.compareTo(Duration.ofMillis(100)) < 0 || most.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("headerTime must be 100 ms to an hour, not " + most);
        }
        this.headerTime = most;
        return this;
    }

    /** How long a request's line and headers may be together. */
    public int headerBytes() {
        return headerBytes;
    }

    /** How long a request's body may be. */
    public long bodyBytes() {
        return bodyBytes;
    }

    /** How slowly a body may come; 0 for as slowly as it likes. */
    public int bodyBytesPerSecond() {
        return bodyBytesPerSecond;
    }

    /** How long a request's headers may take. */
    public Duration headerTime() {
        return headerTime;
    }

    /** Counts requests against the rates; empty if there is none. */
    public Optional<RateLimiter> rateLimiter() {
        return perPeer.or(() -> perCaller).map(any -> new RateLimiter(perPeer, perCaller, System::nanoTime));
    }
}
