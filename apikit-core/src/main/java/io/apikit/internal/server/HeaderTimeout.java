package io.apikit.internal.server;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the connections whose request's headers do not become whole in time: to the server's idle time each of their
 * bytes is a new beginning. Looks at all connections once in a while; a request costs it two volatile writes.
 */
final class HeaderTimeout implements Connection.Listener, LifeCycle.Listener, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(HeaderTimeout.class);
    private static final String ATTRIBUTE = HeaderTimeout.class.getName();
    private static final Duration LONGEST_PERIOD = Duration.ofSeconds(1);

    private final Server server;
    private final Duration headerTime;
    private final long periodMs;
    private final Set<HeaderProgress> open = ConcurrentHashMap.newKeySet();
    private volatile Scheduler.@Nullable Task next;

    HeaderTimeout(Server server, Duration headerTime) {
        this.server = server;
        this.headerTime = headerTime;
        this.periodMs = Math.min(LONGEST_PERIOD.toMillis(), headerTime.toMillis() / 4);
    }

    /** The headers of this one are whole. */
    static void requestBegins(Request request) {
        if (request.getConnectionMetaData().getAttribute(ATTRIBUTE) instanceof HeaderProgress progress) {
            progress.begin();
            Request.addCompletionListener(request, failure -> progress.end());
        }
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof ConnectionMetaData http
                && http.getHttpVersion().getVersion() < HttpVersion.HTTP_2.getVersion()) {
            var progress = new HeaderProgress(connection, headerTime);
            http.setAttribute(ATTRIBUTE, progress);
            open.add(progress);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        if (connection instanceof ConnectionMetaData http
                && http.getAttribute(ATTRIBUTE) instanceof HeaderProgress progress) {
            open.remove(progress);
        }
    }

    /** Of a connector this hears too, and begins nothing a second time. */
    @Override
    public void lifeCycleStarting(LifeCycle starting) {
        if (starting instanceof Server) {
            watchConnectors();
        }
    }

    private void watchConnectors() {
        Arrays.stream(server.getConnectors()).forEach(connector -> connector.addEventListener(this));
    }

    @Override
    public void lifeCycleStarted(LifeCycle started) {
        if (started instanceof Server) {
            schedule();
        }
    }

    @Override
    public void lifeCycleStopping(LifeCycle stopping) {
        var pending = next;
        if (stopping instanceof Server && pending != null) {
            pending.cancel();
        }
    }

    @Override
    public void run() {
        try {
            open.forEach(this::look);
        } finally {
            schedule();
        }
    }

    /** One that cannot be looked at is told of once, and is no reason not to look at the others. */
    private void look(HeaderProgress progress) {
        try {
            progress.look();
        } catch (RuntimeException e) {
            open.remove(progress);
            LOG.warn("a connection can no longer be watched", e);
        }
    }

    private void schedule() {
        if (server.isRunning() && !server.isStopping()) {
            next = server.getScheduler().schedule(this, periodMs, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * How far one connection is with the headers of its next request, seen from one look to the next: bytes that came while
     * no request was under way can only be headers that are not whole yet. Requests are noted on their own threads; one
     * thread at a time looks.
     */
    static final class HeaderProgress {
        private final Connection connection;
        private final long timeNanos;
        private final long openedNanos = NanoTime.now();
        private volatile boolean underWay;
        private volatile long over;
        private long seenOver;
        private long seenBytes;
        private long begunNanos;
        private boolean begun;

        HeaderProgress(Connection connection, Duration time) {
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
}
