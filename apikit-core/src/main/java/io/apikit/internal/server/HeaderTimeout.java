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
 * Closes the connections whose request headers are not complete in time. The server's idle time is no limit for them,
 * because each byte restarts it. Checks all connections periodically, and with them the requests that run; a request
 * costs two volatile writes.
 */
final class HeaderTimeout implements Connection.Listener, LifeCycle.Listener, Runnable {
    private static final Logger log = LoggerFactory.getLogger(HeaderTimeout.class);
    private static final String ATTRIBUTE = HeaderTimeout.class.getName();
    private static final Duration LONGEST_PERIOD = Duration.ofSeconds(1);

    private final Server server;
    private final Duration headerTime;
    private final long periodMs;
    private final OverdueRequests overdue;
    private final Set<HeaderProgress> open = ConcurrentHashMap.newKeySet();
    private volatile Scheduler.@Nullable Task next;

    HeaderTimeout(Server server, Duration headerTime, OverdueRequests overdue) {
        this.server = server;
        this.headerTime = headerTime;
        this.overdue = overdue;
        this.periodMs = Math.min(LONGEST_PERIOD.toMillis(), headerTime.toMillis() / 4);
    }

    /** Records that the headers of a request are complete. */
    static void onRequestBegin(Request request) {
        if (request.getConnectionMetaData().getAttribute(ATTRIBUTE) instanceof HeaderProgress progress) {
            progress.begin(request);
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

    /** Called for the server and for each of its connectors, which this listens to as well. */
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
            open.forEach(this::check);
        } finally {
            schedule();
        }
    }

    /** If a connection cannot be checked, logs it once and goes on with the others. */
    private void check(HeaderProgress progress) {
        try {
            progress.check();
            var running = progress.running;
            if (running != null) {
                overdue.check(running, progress.receivedNanos);
            }
        } catch (RuntimeException e) {
            open.remove(progress);
            log.warn("a connection can no longer be checked", e);
        }
    }

    private void schedule() {
        if (server.isRunning() && !server.isStopping()) {
            next = server.getScheduler().schedule(this, periodMs, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * The progress of one connection with the headers of its next request, from one check to the next. Bytes that
     * arrive while no request runs can only be incomplete headers. Requests are recorded on their own threads; one
     * thread at a time checks.
     */
    static final class HeaderProgress {
        private final Connection connection;
        private final long timeNanos;
        private final long openedNanos = NanoTime.now();
        private volatile @Nullable Request running;
        private volatile long ended;
        private long seenEnded;
        private long seenBytes;
        private long receivedNanos = openedNanos;
        private long beginNanos;
        private boolean hasBegun;

        HeaderProgress(Connection connection, Duration time) {
            this.connection = connection;
            this.timeNanos = time.toNanos();
        }

        void begin(Request request) {
            running = request;
        }

        /** Requests of one connection follow each other, so that one thread at a time counts. */
        @SuppressWarnings("NonAtomicVolatileUpdate")
        void end() {
            ended++;
            running = null;
        }

        /** Reads the end of a request before the bytes: a later check notices one that ends between the two. */
        void check() {
            var nowEnded = ended;
            var bytes = connection.getBytesIn();
            if (bytes != seenBytes) {
                receivedNanos = NanoTime.now();
            }
            if (running != null || nowEnded != seenEnded) {
                seenEnded = nowEnded;
                seenBytes = bytes;
                hasBegun = false;
            } else if (bytes > seenBytes && !hasBegun) {
                hasBegun = true;
                beginNanos = NanoTime.now();
            }
            if (isLate()) {
                socket(connection.getEndPoint()).close(new TimeoutException("the request's headers took too long"));
            }
        }

        private boolean isLate() {
            if (running != null) {
                return false;
            }
            return hasBegun ? NanoTime.since(beginNanos) > timeNanos : ended == 0 && isLateForItsFirst();
        }

        /** The bytes of an endless TLS handshake are not counted by this connection. */
        private boolean isLateForItsFirst() {
            var idleNanos = connection.getEndPoint().getIdleTimeout() * 1_000_000;
            return idleNanos > 0 && NanoTime.since(openedNanos) > idleNanos + timeNanos;
        }

        /** Returns the end point below TLS, which would wait for the close of the other side. */
        private static EndPoint socket(EndPoint end) {
            return end instanceof EndPoint.Wrapper wrapper ? socket(wrapper.unwrap()) : end;
        }
    }
}
