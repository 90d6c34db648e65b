package io.apikit;

import com.sun.management.UnixOperatingSystemMXBean;
import io.apikit.internal.limits.Rate;
import io.apikit.internal.limits.RateLimiter;
import io.apikit.internal.server.InboundPipeline.ConnectionSettings;
import io.apikit.ops.Limits;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;

/** The limits that an author has set, and the defaults of the others. Not thread-safe. */
final class LimitSettings implements Limits {
    private static final int LEAST_HEADER_BYTES = 1024;
    private static final int MOST_HEADER_BYTES = 1 << 20;
    private static final int MOST_CONNECTIONS = 10_000_000;

    private Optional<Rate> perPeer = Optional.of(new Rate("peer", 100_000, Duration.ofNanos(20_000), false));
    private Optional<Rate> perCaller = Optional.empty();
    private int headerBytes = 8 * 1024;
    private long bodyBytes = 1 << 20;
    private int bodyBytesPerSecond = 500;
    private Duration headerTime = Duration.ofSeconds(10);
    private int responseBytesPerSecond = 1024;
    private Duration readerTime = Duration.ofSeconds(30);
    private int connections = defaultConnections();
    private int connectionsPerAddress = 1_000;

    /** Returns 80 % of the files that this process may open: the others are for calls to backends, files and logs. */
    private static int defaultConnections() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? (int) Math.max(1, Math.min(MOST_CONNECTIONS, system.getMaxFileDescriptorCount() / 10 * 8))
                : MOST_CONNECTIONS;
    }

    @Override
    public Limits perPeer(int burst, Duration refill) {
        this.perPeer = Optional.of(new Rate("peer", burst, refill, true));
        return this;
    }

    @Override
    public Limits perCaller(int burst, Duration refill) {
        this.perCaller = Optional.of(new Rate("caller", burst, refill, true));
        return this;
    }

    @Override
    public Limits anyRate() {
        this.perPeer = Optional.empty();
        this.perCaller = Optional.empty();
        return this;
    }

    @Override
    public Limits headerBytes(int most) {
        if (most < LEAST_HEADER_BYTES || most > MOST_HEADER_BYTES) {
            throw new IllegalArgumentException("headerBytes must be 1024 to 1048576, not " + most);
        }
        this.headerBytes = most;
        return this;
    }

    @Override
    public Limits bodyBytes(long most) {
        if (most < 0) {
            throw new IllegalArgumentException("bodyBytes must not be negative, but is " + most);
        }
        this.bodyBytes = most;
        return this;
    }

    @Override
    public Limits bodyBytesPerSecond(int least) {
        if (least < 0) {
            throw new IllegalArgumentException("bodyBytesPerSecond must not be negative, but is " + least);
        }
        this.bodyBytesPerSecond = least;
        return this;
    }

    @Override
    public Limits headerTime(Duration most) {
        if (most.compareTo(Duration.ofMillis(100)) < 0 || most.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("headerTime must be 100 ms to an hour, not " + most);
        }
        this.headerTime = most;
        return this;
    }

    @Override
    public Limits responseBytesPerSecond(int least) {
        if (least < 0) {
            throw new IllegalArgumentException("responseBytesPerSecond must not be negative, but is " + least);
        }
        this.responseBytesPerSecond = least;
        return this;
    }

    @Override
    public Limits connections(int most) {
        this.connections = atLeastOne("connections", most);
        return this;
    }

    @Override
    public Limits connectionsPerAddress(int most) {
        this.connectionsPerAddress = atLeastOne("connectionsPerAddress", most);
        return this;
    }

    private static int atLeastOne(String setting, int most) {
        if (most < 1 || most > MOST_CONNECTIONS) {
            throw new IllegalArgumentException(setting + " must be 1 to " + MOST_CONNECTIONS + ", not " + most);
        }
        return most;
    }

    /** For tests: replaces the time in which the rate of a reader is measured. */
    Limits readerTime(Duration time) {
        this.readerTime = time;
        return this;
    }

    ConnectionSettings connectionSettings() {
        return new ConnectionSettings(
                connections, connectionsPerAddress, headerTime, responseBytesPerSecond, readerTime);
    }

    int headerBytes() {
        return headerBytes;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    int bodyBytesPerSecond() {
        return bodyBytesPerSecond;
    }

    /** Returns the counters of both rates; empty if neither is limited. */
    Optional<RateLimiter> rateLimiter() {
        return perPeer.or(() -> perCaller).map(any -> new RateLimiter(perPeer, perCaller, System::nanoTime));
    }
}
