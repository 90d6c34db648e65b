package io.apikit.internal.server;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the connections whose clients let bytes drip, and those beyond the limits of their number. The server's idle
 * time is no limit for a drip, because each byte restarts it. Checks all connections periodically, and with them the
 * requests that run; a request costs two volatile writes.
 */
final class ConnectionWatch implements LifeCycle.Listener, Runnable {
    private static final Logger log = LoggerFactory.getLogger(ConnectionWatch.class);
    private static final String ATTRIBUTE = ConnectionWatch.class.getName();
    private static final Duration LONGEST_PERIOD = Duration.ofSeconds(1);

    private final Server server;
    private final WatchedConnection.Times times;
    private final long periodMs;
    private final OverdueRequests overdue;
    private final ConnectionCounts counts;
    private final Map<EndPoint, WatchedConnection> open = new ConcurrentHashMap<>();
    private volatile Scheduler.@Nullable Task next;

    ConnectionWatch(Server server, WatchedConnection.Times times, OverdueRequests overdue, ConnectionCounts counts) {
        this.server = server;
        this.times = times;
        this.overdue = overdue;
        this.counts = counts;
        this.periodMs = Math.min(LONGEST_PERIOD.toMillis(), times.headerTime().toMillis() / 4);
    }

    /** Records that the headers of a request are complete. */
    static void onRequestBegin(Request request) {
        if (request.getConnectionMetaData().getAttribute(ATTRIBUTE) instanceof WatchedConnection connection) {
            connection.begin(request);
            Request.addCompletionListener(request, failure -> connection.end());
        }
    }

    /** Records that a request has a body. */
    static void onBody(Request request, WatchedConnection.AwaitedBody body) {
        if (request.getConnectionMetaData().getAttribute(ATTRIBUTE) instanceof WatchedConnection connection) {
            connection.awaits(body);
        }
    }

    /** Called for the server and for each of its connectors, which this listens to as well. */
    @Override
    public void lifeCycleStarting(LifeCycle starting) {
        if (starting instanceof Server) {
            for (var connector : server.getConnectors()) {
                connector.addEventListener(new Opened(connector));
            }
        }
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
            open.values().forEach(this::check);
        } finally {
            schedule();
        }
    }

    /** If a connection cannot be checked, logs it once and goes on with the others. */
    private void check(WatchedConnection connection) {
        try {
            if (!connection.socket().isOpen()) {
                forget(connection); // Closed before all its protocols were opened.
                return;
            }
            connection.check().ifPresent(limit -> counts.close(connection, limit));
            var running = connection.running();
            if (running != null) {
                overdue.check(running, connection.receivedNanos());
            }
        } catch (RuntimeException e) {
            forget(connection);
            log.warn("a connection can no longer be checked", e);
        }
    }

    private void schedule() {
        if (server.isRunning() && !server.isStopping()) {
            next = server.getScheduler().schedule(this, periodMs, TimeUnit.MILLISECONDS);
        }
    }

    private void forget(WatchedConnection connection) {
        open.remove(connection.socket());
        counts.closed(connection);
    }

    /** Listens to the connections of one connector. Several of them may share a socket, such as TLS and HTTP. */
    private final class Opened implements Connection.Listener {
        private final boolean isCounted;

        private Opened(Connector connector) {
            this.isCounted = !(connector instanceof OperationsConnector);
        }

        @Override
        public void onOpened(Connection connection) {
            var socket = WatchedConnection.socket(connection.getEndPoint());
            if (!socket.isOpen()) {
                return; // Refused when its first protocol was opened: it is not counted again.
            }
            var watched = open.get(socket);
            var isNew = watched == null;
            if (watched == null) {
                watched = new WatchedConnection(connection, times, NanoTime::now);
                open.put(socket, watched);
            }
            watched.opened(connection);
            if (connection instanceof ConnectionMetaData http) {
                http.setAttribute(ATTRIBUTE, watched);
            }
            if (isNew && isCounted) {
                counts.opened(watched);
                if (!socket.isOpen()) {
                    forget(watched); // A check may have met it closed before it was counted.
                }
            }
        }

        @Override
        public void onClosed(Connection connection) {
            var socket = WatchedConnection.socket(connection.getEndPoint());
            var watched = open.get(socket);
            if (watched == null) {
                return;
            }
            if (socket.isOpen()) {
                watched.upgraded(connection);
            } else {
                forget(watched);
            }
        }
    }
}
