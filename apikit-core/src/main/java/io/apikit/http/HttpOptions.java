package io.apikit.http;

import java.time.Duration;

/**
 * The limits of one backend's HTTP client. Immutable and threadsafe.
 *
 * <ul>
 *   <li>{@code connectTimeout}, 2 s: for the connection and its TLS handshake, and for a free one of those there may be
 *   <li>{@code responseTimeout}, 10 s: for the first byte of the answer; of one that is passed on, for each next one
 *   <li>{@code totalTimeout}, 30 s: for the whole exchange, unless the request has a time of its own
 *   <li>{@code bodyLimitBytes}, 16 MiB: of an answer's body, as it is once decompressed
 *   <li>{@code maxConnections}, 512: requests to the backend at the same time; logins have some of their own beside them
 *   <li>{@code tls}, {@link Tls#system()}
 * </ul>
 */
public final class HttpOptions {
    /** An answer is one array, and no array is longer. */
    private static final long LARGEST_BODY = Integer.MAX_VALUE - 16;

    private static final HttpOptions DEFAULTS = builder().build();

    private final Duration connectTimeout;
    private final Duration responseTimeout;
    private final Duration totalTimeout;
    private final long bodyLimitBytes;
    private final int maxConnections;
    private final Tls tls;

    private HttpOptions(Builder builder) {
        this.connectTimeout = builder.connectTimeout;
        this.responseTimeout = builder.responseTimeout;
        this.totalTimeout = builder.totalTimeout;
        this.bodyLimitBytes = builder.bodyLimitBytes;
        this.maxConnections = builder.maxConnections;
        this.tls = builder.tls;
    }

    public static HttpOptions defaults() {
        return DEFAULTS;
    }

    public static Builder builder() {
        return new Builder();
    }

    public Duration connectTimeout() {
        return connectTimeout;
    }

    public Duration responseTimeout() {
        return responseTimeout;
    }

    public Duration totalTimeout() {
        return totalTimeout;
    }

    public long bodyLimitBytes() {
        return bodyLimitBytes;
    }

    public int maxConnections() {
        return maxConnections;
    }

    public Tls tls() {
        return tls;
    }

    /** Whichever of the two ends a call that gets no answer. */
    Duration shortestTimeout() {
        return responseTimeout.compareTo(totalTimeout) < 0 ? responseTimeout : totalTimeout;
    }

    /** Collects the options; not threadsafe. Each setter refuses a bad value at once, naming the option. */
    public static final class Builder {
        private Duration connectTimeout = Duration.ofSeconds(2);
        private Duration responseTimeout = Duration.ofSeconds(10);
        private Duration totalTimeout = Duration.ofSeconds(30);
        private long bodyLimitBytes = 16L << 20;
        private int maxConnections = 512;
        private Tls tls = Tls.system();

        private Builder() {}

        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout = OptionChecks.timeout("connectTimeout", timeout);
            return this;
        }

        public Builder responseTimeout(Duration timeout) {
            this.responseTimeout = OptionChecks.timeout("responseTimeout", timeout);
            return this;
        }

        public Builder totalTimeout(Duration timeout) {
            this.totalTimeout = OptionChecks.timeout("totalTimeout", timeout);
            return this;
        }

        public Builder bodyLimitBytes(long bytes) {
            this.bodyLimitBytes = OptionChecks.between("bodyLimitBytes", bytes, 1, LARGEST_BODY);
            return this;
        }

        public Builder maxConnections(int connections) {
            this.maxConnections = (int) OptionChecks.between("maxConnections", connections, 1, 1_000_000);
            return this;
        }

        public Builder tls(Tls tls) {
            this.tls = tls;
            return this;
        }

        public HttpOptions build() {
            return new HttpOptions(this);
        }
    }
}
