package io.apikit;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the connections whose request's headers do not become whole in time: to the server's idle time each of their
 * bytes is a new beginning. Looks at all connections once in a while; a request costs it two volatile writes.
 */
final class SlowHeads implements Connection.Listener, LifeCycle.Listener, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SlowHeads.class);
    private static final String ATTRIBUTE = SlowHeads.class.getName();
    private static final Duration LONGEST_PERIOD = Duration.ofSeconds(1);

    private final Server server;
    private final Duration headerTime;
    private final long periodMs;
    private final Set<HeadProgress> open = ConcurrentHashMap.newKeySet();
    private volatile Scheduler.@Nullable Task next;

    SlowHeads(Server server, Duration headerTime) {
        this.server = server;
        this.headerTime = headerTime;
        this.periodMs = Math.min(LONGEST_PERIOD.toMillis(), headerTime.toMillis() / 4);
    }

    /** The headers of this one are whole. */
    static void requestBegins(Request request) {
        if (request.getConnectionMetaData().getAttribute(ATTRIBUTE) instanceof HeadProgress progress) {
            progress.begin();
            Request.addCompletionListener(request, failure -> progress.end());
        }
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof ConnectionMetaData http
                && http.getHttpVersion().getVersion() < HttpVersion.HTTP_2.getVersion()) {
            var progress = new HeadProgress(connection, headerTime);
            http.setAttribute(ATTRIBUTE, progress);
            open.add(progress);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        if (connection instanceof ConnectionMetaData http
                && http.getAttribute(ATTRIBUTE) instanceof HeadProgress progress) {
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
    private void look(HeadProgress progress) {
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
}
