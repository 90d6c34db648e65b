package io.apikit.internal.server;

import io.apikit.internal.caller.ClientNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The progress of one connection with what its client owes it, from one check to the next: a TLS handshake, the headers
 * of the next request, the body of the one that runs, the reading of its response. Bytes that arrive while no request
 * runs can only be incomplete headers. They are counted at the socket: an incomplete TLS record has no decrypted bytes.
 * Requests are recorded on their own threads; one thread at a time checks.
 */
final class WatchedConnection {
    /** What the client owes, in the order in which connections are closed if there are too many. */
    enum Debt {
        /** Nothing: no request runs, and none has begun. */
        NONE,
        /** A handshake, or the headers of a request. */
        HEAD,
        /** The body of a request that waits for it. */
        BODY,
        /** Nothing: the service is at work on a request. */
        SERVED
    }

    /** A body that the service waits for now and then. Thread-safe. */
    interface AwaitedBody {
        /** Returns since when the service has been waiting, in monotonic nanoseconds; empty if it is not. */
        OptionalLong awaitedSince();

        /** Ends a body that has come too slowly. */
        void checkPace();
    }

    /**
     * The limits of one connection.
     *
     * @param headerTime for the headers of a request, and for a TLS handshake
     * @param readerBytesPerSecond the least rate at which a client reads a response that waits for it; 0 for none
     * @param readerTime in which that rate is measured
     */
    record Times(Duration headerTime, int readerBytesPerSecond, Duration readerTime) {}

    private final EndPoint socket;
    private final Times times;
    private final LongSupplier nanoTime;
    private final long openedNanos;
    private final Optional<InetAddress> peer;
    private final ClientNetwork network;
    private final ReaderPace reader = new ReaderPace();
    private final AtomicInteger streams = new AtomicInteger();
    private volatile Connection outermost;
    private volatile boolean isHandshaking;
    private volatile boolean isMultiplexed;

    /** Such as WebSocket, whose bytes are no requests. */
    private volatile boolean isOther;

    private volatile @Nullable Request running;
    private volatile @Nullable AwaitedBody body;
    private volatile long ended;
    private long seenEnded;
    private long seenBytes;
    private long receivedNanos;
    private long beginNanos;
    private boolean hasBegun;

    WatchedConnection(Connection first, Times times, LongSupplier nanoTime) {
        this.socket = socket(first.getEndPoint());
        this.outermost = first;
        this.times = times;
        this.nanoTime = nanoTime;
        this.openedNanos = nanoTime.getAsLong();
        this.receivedNanos = openedNanos;
        this.peer = socket.getRemoteSocketAddress() instanceof InetSocketAddress address
                ? Optional.ofNullable(address.getAddress())
                : Optional.empty();
        this.network = ClientNetwork.of(peer);
    }

    /** Returns the end point below TLS, which would wait for the close of the other side. */
    static EndPoint socket(EndPoint end) {
        return end instanceof EndPoint.Wrapper wrapper ? socket(wrapper.unwrap()) : end;
    }

    EndPoint socket() {
        return socket;
    }

    /** Returns the address of the client or proxy; empty for a connection without addresses. */
    Optional<InetAddress> peer() {
        return peer;
    }

    ClientNetwork network() {
        return network;
    }

    /** Adds a protocol of the same socket: the first one, one inside TLS, or one that the client has upgraded to. */
    synchronized void opened(Connection connection) {
        if (connection instanceof SslConnection || !(outermost instanceof SslConnection)) {
            outermost = connection;
            seenBytes = 0;
            hasBegun = false;
        }
        if (connection instanceof SslConnection tls) {
            isHandshaking = true;
            tls.addHandshakeListener(new SslHandshakeListener() {
                @Override
                public void handshakeSucceeded(Event event) {
                    handshakeEnded();
                }
            });
        }
        if (connection instanceof ConnectionMetaData http) {
            isMultiplexed = http.getHttpVersion().getVersion() >= HttpVersion.HTTP_2.getVersion();
            isOther = false;
        }
    }

    /** Records that a protocol has ended, and that the socket is open: its client has upgraded to another one. */
    void upgraded(Connection from) {
        if (from instanceof ConnectionMetaData) {
            isOther = true;
        }
    }

    private synchronized void handshakeEnded() {
        isHandshaking = false;
        seenBytes = outermost.getBytesIn();
    }

    void begin(Request request) {
        if (isMultiplexed) {
            streams.incrementAndGet();
        } else {
            running = request;
        }
    }

    /** Requests of one connection follow each other, unless it is multiplexed, so that one thread at a time counts. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void end() {
        if (isMultiplexed) {
            endStream();
        } else {
            if (body != null) {
                body = null;
            }
            ended++;
            running = null;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    private synchronized void endStream() {
        ended++;
        streams.decrementAndGet();
    }

    /** Records the body of the request that has begun. */
    void awaits(AwaitedBody awaited) {
        if (!isMultiplexed) {
            body = awaited;
        }
    }

    /** Returns the request that runs; null if there is none, or if the connection may have several. */
    @Nullable
    Request running() {
        return running;
    }

    /** Returns when bytes came in last, to within the time between two checks. */
    synchronized long receivedNanos() {
        return receivedNanos;
    }

    private boolean isRunning() {
        return isOther || running != null || streams.get() > 0;
    }

    /**
     * Checks what the client owes. A body that is late ends by itself.
     *
     * @return the limit that the connection has reached; empty if it goes on
     */
    Optional<ConnectionLimit> check() {
        var owed = body;
        if (running != null && owed != null) {
            owed.checkPace();
        }
        return checkSocket();
    }

    /** Reads the end of a request before the bytes: a later check notices one that ends between the two. */
    private synchronized Optional<ConnectionLimit> checkSocket() {
        var nowEnded = ended;
        var bytes = outermost.getBytesIn();
        if (bytes != seenBytes) {
            receivedNanos = nanoTime.getAsLong();
        }
        if (isHandshaking) {
            return isOver(openedNanos, times.headerTime) ? Optional.of(ConnectionLimit.HANDSHAKE) : Optional.empty();
        }
        if (isRunning() || nowEnded != seenEnded) {
            seenEnded = nowEnded;
            seenBytes = bytes;
            hasBegun = false;
        } else if (bytes > seenBytes && !hasBegun) {
            hasBegun = true;
            beginNanos = nanoTime.getAsLong();
        }
        if (isLate()) {
            return Optional.of(ConnectionLimit.HEAD);
        }
        return reader.isTooSlow() ? Optional.of(ConnectionLimit.READER) : Optional.empty();
    }

    private boolean isLate() {
        if (isRunning()) {
            return false;
        }
        if (hasBegun) {
            return isOver(beginNanos, isMultiplexed ? timeAfterIdle() : times.headerTime);
        }
        return ended == 0 && socket.getIdleTimeout() > 0 && isOver(openedNanos, timeAfterIdle());
    }

    /**
     * Returns the time in which a connection that is only idle has ended by the server's own limit for that. Bytes of
     * HTTP/2 need not belong to a request: the client may grant more window after a response.
     */
    private Duration timeAfterIdle() {
        return times.headerTime.plusMillis(Math.max(0, socket.getIdleTimeout()));
    }

    private boolean isOver(long sinceNanos, Duration time) {
        return nanoTime.getAsLong() - sinceNanos > time.toNanos();
    }

    /** Returns what the client owes at this moment. */
    synchronized Claim claim() {
        var now = nanoTime.getAsLong();
        if (isHandshaking) {
            return new Claim(this, Debt.HEAD, openedNanos);
        }
        if (isRunning()) {
            var owed = body;
            var since = owed == null ? OptionalLong.empty() : owed.awaitedSince();
            return since.isPresent()
                    ? new Claim(this, Debt.BODY, since.getAsLong())
                    : new Claim(this, Debt.SERVED, now);
        }
        if (hasBegun) {
            return new Claim(this, Debt.HEAD, beginNanos);
        }
        if (ended == seenEnded && outermost.getBytesIn() > seenBytes) {
            return new Claim(this, Debt.HEAD, now);
        }
        var idleMs = socket instanceof IdleTimeout end ? end.getIdleFor() : 0;
        return new Claim(this, Debt.NONE, now - Duration.ofMillis(idleMs).toNanos());
    }

    void close(String reason) {
        socket.close(new TimeoutException(reason));
    }

    /** What the client of a connection owes, and since when, in monotonic nanoseconds. */
    record Claim(WatchedConnection connection, Debt debt, long sinceNanos) {
        /** Returns whether this connection is to be closed rather than the other. */
        boolean isBefore(Claim other) {
            return debt == other.debt ? sinceNanos - other.sinceNanos < 0 : debt.compareTo(other.debt) < 0;
        }
    }

    /** Measures how fast the client reads, over times in which bytes wait for it at each check. */
    private final class ReaderPace {
        private boolean isMeasuring;
        private long sinceNanos;
        private long sinceBytes;

        private boolean isTooSlow() {
            var served = running;
            var taken = served == null || times.readerBytesPerSecond == 0
                    ? OptionalLong.empty()
                    : ErrorShapingResponse.takenBytes(served);
            if (taken.isEmpty()) {
                isMeasuring = false;
                return false;
            }
            var now = nanoTime.getAsLong();
            var nanos = now - sinceNanos;
            var isWhole = isMeasuring && nanos >= times.readerTime.toNanos();
            var isSlow =
                    isWhole && taken.getAsLong() - sinceBytes < nanos / 1_000_000_000.0 * times.readerBytesPerSecond;
            if (isWhole || !isMeasuring) {
                isMeasuring = true;
                sinceNanos = now;
                sinceBytes = taken.getAsLong();
            }
            return isSlow;
        }
    }
}
