package io.apikit.http.internal.client;

import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import io.apikit.http.internal.resilience.ConnectionDemand;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.DefaultDisposalCallback;
import org.apache.hc.core5.pool.LaxConnPool;
import org.apache.hc.core5.pool.PoolEntry;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kept connections of one client. A server closes them when it likes: after an idle time, beyond a number, or after
 * each response. The state of a lease is the {@link ConnectionDemand} of its request. A kept connection that does not meet
 * it is closed, and the request opens one in its place. Thread-safe; no lock is held while a connection is checked.
 */
final class ConnectionPool extends LaxConnPool<HttpRoute, ManagedHttpClientConnection> {
    private static final Logger log = LoggerFactory.getLogger(ConnectionPool.class);

    /**
     * A check waits for a millisecond, in which the server's close may arrive. A busy connection is not checked for a
     * request that can be sent again.
     */
    private static final Duration CHECK_AFTER_IDLE = Duration.ofMillis(20);

    /** After a connection turned out to be closed, all are checked for this long. */
    private static final Duration ALERT = Duration.ofSeconds(30);

    /** A server that closes so soon after its response does so after most of them. */
    private static final Duration CLOSED_AT_ONCE = Duration.ofMillis(100);

    /** Connections left idle after a burst are closed. */
    private static final Duration MAX_IDLE = Duration.ofSeconds(30);

    /** The sweep leaves alone what is in use: a request in that millisecond would open a further connection. */
    private static final Duration SWEEP_AFTER_IDLE = Duration.ofSeconds(1);

    private final Timing timing;
    private final long maxIdleForPost;
    private final Moment alertUntil;
    private final Moment closedAtOnceUntil;
    private final Moment checksAreVainUntil;

    ConnectionPool(int connections, HttpOptions options, Timing timing) {
        super(connections, TimeValue.NEG_ONE_MILLISECOND, PoolReusePolicy.LIFO, new DefaultDisposalCallback<>(), null);
        this.timing = timing;
        this.maxIdleForPost = options.maxIdleForPost().toNanos();
        this.alertUntil = new Moment(timing.nanoTime());
        this.closedAtOnceUntil = new Moment(timing.nanoTime());
        this.checksAreVainUntil = new Moment(timing.nanoTime());
    }

    @Override
    public Future<PoolEntry<HttpRoute, ManagedHttpClientConnection>> lease(
            HttpRoute route,
            @Nullable Object demand,
            Timeout wait,
            @Nullable FutureCallback<PoolEntry<HttpRoute, ManagedHttpClientConnection>> callback) {
        // The pool itself would keep connections apart by state.
        return new Lease(super.lease(route, null, wait, callback), (ConnectionDemand) demand);
    }

    @Override
    public void release(PoolEntry<HttpRoute, ManagedHttpClientConnection> entry, boolean reusable) {
        entry.updateState(null);
        if (entry.getConnection() instanceof StrictConnection connection) {
            connection.idleFrom(timing.nanoTime());
        }
        super.release(entry, reusable);
    }

    /** Returns whether a request of this demand must not be sent on this kept connection, open or not. */
    private boolean isUnfit(StrictConnection connection, @Nullable ConnectionDemand demand) {
        if (demand == ConnectionDemand.NEW) {
            return true;
        }
        long now = timing.nanoTime();
        long idle = connection.idleNanos(now);
        if (idle < CLOSED_AT_ONCE.toNanos() && checksAreVainUntil.isAfter(now)) {
            return true;
        }
        return demand == ConnectionDemand.RECENT
                && (idle >= maxIdleForPost(connection) || closedAtOnceUntil.isAfter(now));
    }

    /** A longer time that the server announced counts; a shorter one too. A limit of zero is the author's decision. */
    private long maxIdleForPost(StrictConnection connection) {
        long announced = connection.announcedIdleNanos();
        return announced < 0 || maxIdleForPost == 0 ? maxIdleForPost : announced;
    }

    /**
     * Checks a kept connection before a request is sent on it. Its first reuse is always checked: a server that closes
     * each connection after its response shows itself then, and not in the resets of many requests at once.
     *
     * @param idle how long it has been idle, in nanoseconds
     * @return whether it was checked
     * @throws ApacheFailures.UnsentException if the server has closed it
     */
    boolean requireOpen(StrictConnection connection, ConnectionDemand demand, long idle) throws IOException {
        long now = timing.nanoTime();
        var isTrusted = connection.uses() > 1 && idle <= CHECK_AFTER_IDLE.toNanos() && !alertUntil.isAfter(now);
        if (demand == ConnectionDemand.ANY && isTrusted) {
            return false;
        }
        if (connection.isStale()) {
            noteClosedAfter(idle, now);
            throw new ApacheFailures.UnsentException("the server has closed the connection");
        }
        return true;
    }

    /**
     * A request was sent on a kept connection that the server had closed. If a check had found it open, the server closes
     * connections a moment after their response, which no check can see: JDK's server does so beyond 200 idle ones. Then
     * no request is sent on a connection that was just used.
     */
    void noteClosed(long idleNanos, boolean wasChecked) {
        long now = timing.nanoTime();
        alertUntil.moveTo(now + ALERT.toNanos());
        noteClosedAfter(idleNanos, now);
        if (wasChecked && idleNanos < CLOSED_AT_ONCE.toNanos()) {
            checksAreVainUntil.moveTo(now + ALERT.toNanos());
        }
    }

    private void noteClosedAfter(long idleNanos, long now) {
        if (idleNanos < CLOSED_AT_ONCE.toNanos()) {
            closedAtOnceUntil.moveTo(now + ALERT.toNanos());
        }
    }

    long idleNanos(StrictConnection connection) {
        return connection.idleNanos(timing.nanoTime());
    }

    /** Closes the idle connections that the server has closed, and those that have been idle for long. */
    void sweep() {
        closeExpired();
        enumAvailable(entry -> {
            if (entry.getConnection() instanceof StrictConnection connection) {
                long idle = idleNanos(connection);
                if (idle >= MAX_IDLE.toNanos()) {
                    entry.discardConnection(CloseMode.GRACEFUL);
                } else if (idle >= SWEEP_AFTER_IDLE.toNanos() && isStale(connection)) {
                    entry.discardConnection(CloseMode.IMMEDIATE);
                }
            }
        });
    }

    private static boolean isStale(StrictConnection connection) {
        try {
            return connection.isStale();
        } catch (IOException ignored) {
            return true;
        }
    }

    void startSweeps() {
        Sweeper.POOLS.add(this);
    }

    @Override
    public void close(CloseMode mode) {
        Sweeper.POOLS.remove(this);
        super.close(mode);
    }

    /** A moment that only moves on. */
    private static final class Moment {
        private final AtomicLong nanos;

        private Moment(long nanos) {
            this.nanos = new AtomicLong(nanos);
        }

        private void moveTo(long later) {
            nanos.accumulateAndGet(later, (one, other) -> one - other > 0 ? one : other);
        }

        private boolean isAfter(long now) {
            return nanos.get() - now > 0;
        }
    }

    /** A lease whose connection meets the demand, or is not open yet. */
    private final class Lease implements Future<PoolEntry<HttpRoute, ManagedHttpClientConnection>> {
        private final Future<PoolEntry<HttpRoute, ManagedHttpClientConnection>> lease;
        private final @Nullable ConnectionDemand demand;

        private Lease(
                Future<PoolEntry<HttpRoute, ManagedHttpClientConnection>> lease, @Nullable ConnectionDemand demand) {
            this.lease = lease;
            this.demand = demand;
        }

        private PoolEntry<HttpRoute, ManagedHttpClientConnection> fit(
                PoolEntry<HttpRoute, ManagedHttpClientConnection> entry) {
            if (entry.getConnection() instanceof StrictConnection connection && isUnfit(connection, demand)) {
                entry.discardConnection(CloseMode.IMMEDIATE); // No farewell, which may take a second with TLS.
            }
            return entry;
        }

        @Override
        public PoolEntry<HttpRoute, ManagedHttpClientConnection> get() throws InterruptedException, ExecutionException {
            return fit(lease.get());
        }

        @Override
        public PoolEntry<HttpRoute, ManagedHttpClientConnection> get(long most, TimeUnit unit)
                throws InterruptedException, ExecutionException, TimeoutException {
            return fit(lease.get(most, unit));
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            return lease.cancel(mayInterrupt);
        }

        @Override
        public boolean isCancelled() {
            return lease.isCancelled();
        }

        @Override
        public boolean isDone() {
            return lease.isDone();
        }
    }

    /** One thread that sweeps the pools of all clients, one after the other. */
    private static final class Sweeper implements Runnable {
        private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);

        private static final Set<ConnectionPool> POOLS = ConcurrentHashMap.newKeySet();

        static {
            // It outlives the request that happens to start it, and so inherits nothing from it.
            var thread = new Thread(null, new Sweeper(), "apikit-idle-connections", 0, false);
            thread.setContextClassLoader(null);
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        @SuppressWarnings("InfiniteLoopStatement")
        public void run() {
            while (true) {
                LockSupport.parkNanos(this, EVERY_NANOS);
                Thread.interrupted(); // An interrupted thread would not be parked again.
                POOLS.forEach(Sweeper::sweep);
            }
        }

        private static void sweep(ConnectionPool pool) {
            try {
                pool.sweep();
            } catch (RuntimeException e) {
                log.warn("idle connections cannot be checked", e);
            }
        }
    }
}
