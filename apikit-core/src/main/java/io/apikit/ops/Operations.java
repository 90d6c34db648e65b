package io.apikit.ops;

import java.time.Duration;

/**
 * How an app is run. Settings are read once, when the app is built; not threadsafe.
 *
 * <pre>{@code
 * .operations(ops -> ops.grace(Duration.ofSeconds(25)).maxConcurrentRequests(500))
 * }</pre>
 */
public final class Operations {
    private Duration grace = Duration.ofSeconds(10);
    private int maxConcurrentRequests = 10_000;
    private TrustedProxies trustedProxies = TrustedProxies.none();

    /** The defaults, as each setter names them. */
    public Operations() {}

    /**
     * How long stopping waits for the requests in flight; those that take longer are cut off. Default 10 s; zero waits
     * for none. Keep it below the time the platform leaves between SIGTERM and SIGKILL (30 s in Kubernetes).
     *
     * @throws IllegalArgumentException for a negative duration
     */
    public Operations grace(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative, but is " + grace);
        }
        this.grace = grace;
        return this;
    }

    /**
     * How many requests run at the same time; further ones wait. Default 10,000, one virtual thread each. On platform
     * threads (Java before 21) at most 1,016 run at the same time, whatever this says.
     *
     * @throws IllegalArgumentException for a number below 1
     */
    public Operations maxConcurrentRequests(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("maxConcurrentRequests must be 1 or more, but is " + max);
        }
        this.maxConcurrentRequests = max;
        return this;
    }

    /**
     * The addresses, or blocks of them ({@code 10.1.0.0/16}, {@code fd00::/8}), from which an oauth2-proxy in front of
     * the service connects. It says who the caller is: {@code X-Forwarded-Access-Token} becomes the caller's bearer
     * token, {@code X-Forwarded-User} and {@code -Email} its name ({@link ForwardedIdentity}). Default none: then no
     * header names anybody.
     *
     * <p>With some, every request is checked before anything else sees it, also one for metadata or health. An identity
     * header from another peer is a 401; one that is duplicated, malformed or spelled with an underscore is a 400,
     * whoever sent it. A request without any is served as ever. The peer is that of the TCP connection, whatever
     * {@code X-Forwarded-For} or the PROXY protocol says. {@code X-Auth-Request-*} headers name nobody.
     *
     * <p>The proxy must run with {@code --pass-access-token}: without it a client's own token passes through it, and is
     * believed.
     *
     * @throws IllegalArgumentException for what is no address or block, such as a host name
     */
    public Operations trustedProxies(String... peers) {
        this.trustedProxies = TrustedProxies.of(peers);
        return this;
    }

    /** How long stopping waits for the requests in flight. */
    public Duration grace() {
        return grace;
    }

    /** How many requests run at the same time. */
    public int maxConcurrentRequests() {
        return maxConcurrentRequests;
    }

    /** Who may say who a caller is. */
    public TrustedProxies trustedProxies() {
        return trustedProxies;
    }
}
