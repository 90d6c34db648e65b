package io.apikit;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.NanoTime;

/**
 * How far one connection is with the headers of its next request, seen from one look to the next: bytes that came while
 * no request was under way can only be headers that are not whole yet. Requests are noted on their own threads; one
 * thread at a time looks.
 */
final class HeadProgress {
    private final Connection connection;
    private final long timeNanos;
    private final long openedNanos = NanoTime.now();
    private volatile boolean underWay;
    private volatile long over;
    private long seenOver;
    private long seenBytes;
    private long begunNanos;
    private boolean begun;

    HeadProgress(Connection connection, Duration time) {
        this.connection = connection;
        this.timeNanos = time.toNanos();
    }

    void begin() {
        underWay = true;
    }

    /** Requests of one connection follow each other: nobody else counts. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void end() {
        over++;
        underWay = false;
    }

    /** The end of a request is read before the bytes: of one that ends between the two, a later look learns. */
    void look() {
        var nowOver = over;
        var bytes = connection.getBytesIn();
        if (underWay || nowOver != seenOver) {
            seenOver = nowOver;
            seenBytes = bytes;
            begun = false;
        } else if (bytes > seenBytes && !begun) {
            begun = true;
            begunNanos = NanoTime.now();
        }
        if (isLate()) {
            socket(connection.getEndPoint()).close(new TimeoutException("the request's headers took too long"));
        }
    }

    private boolean isLate() {
        if (underWay) {
            return false;
        }
        return begun ? NanoTime.since(begunNanos) > timeNanos : over == 0 && isLateForItsFirst();
    }

    /** Bytes of a handshake that never ends are none of ours to count. */
    private boolean isLateForItsFirst() {
        var idleNanos = connection.getEndPoint().getIdleTimeout() * 1_000_000;
        return idleNanos > 0 && NanoTime.since(openedNanos) > idleNanos + timeNanos;
    }

    /** Past TLS, which would wait for the other side to say goodbye. */
    private static EndPoint socket(EndPoint end) {
        return end instanceof EndPoint.Wrapper wrapper ? socket(wrapper.unwrap()) : end;
    }
}
