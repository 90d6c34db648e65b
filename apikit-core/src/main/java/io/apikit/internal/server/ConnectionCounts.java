package io.apikit.internal.server;

import io.apikit.internal.caller.ClientNetwork;
import io.apikit.internal.util.WarningInterval;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the connections of each address, and decides which one is closed if there are too many: one of the
 * address that has most, so that one address cannot keep the others out. Thread-safe; nothing is closed under its lock.
 */
final class ConnectionCounts {
    private static final Logger log = LoggerFactory.getLogger(ConnectionCounts.class);

    /** Bounds the work for one connection: the oldest ones of an address that has more. */
    private static final int MOST_CLAIMS = 4_096;

    /**
     * The limits of the number of connections.
     *
     * @param all of the service
     * @param perAddress of an address
     * @param isProxy the addresses that may have any number
     */
    record Limits(int all, int perAddress, Predicate<InetAddress> isProxy) {}

    private final Limits limits;
    private final Map<ConnectionLimit, Counter> closed = new EnumMap<>(ConnectionLimit.class);
    private final Map<ConnectionLimit, WarningInterval> warnings = new EnumMap<>(ConnectionLimit.class);

    /** Guarded by itself, as the two below. */
    private final Map<ClientNetwork, Holder> holders = new HashMap<>();

    private final NavigableMap<Integer, Set<Holder>> bySize = new TreeMap<>();
    private int count;

    ConnectionCounts(Limits limits, MeterRegistry meters) {
        this.limits = limits;
        for (var limit : ConnectionLimit.values()) {
            warnings.put(limit, new WarningInterval(System::nanoTime));
            closed.put(
                    limit,
                    Counter.builder("apikit.connections.closed")
                            .description("Connections of clients that a limit closed")
                            .tag("limit", limit.label())
                            .register(meters));
        }
    }

    /** Counts a connection, and closes it or another one if there are now too many. */
    void opened(WatchedConnection added) {
        WatchedConnection closing;
        ConnectionLimit limit;
        synchronized (holders) {
            var holder = holders.computeIfAbsent(added.network(), Holder::new);
            resize(holder, () -> holder.connections.add(added));
            if (holder.connections.size() > limits.perAddress
                    && added.peer().filter(limits.isProxy.negate()).isPresent()) {
                limit = ConnectionLimit.ADDRESS;
                closing = added;
            } else if (count > limits.all) {
                limit = ConnectionLimit.ALL;
                closing = leastWanted(added);
            } else {
                return;
            }
            remove(closing);
        }
        close(closing, limit);
    }

    /** Called once or more often for a connection that is closed. */
    void closed(WatchedConnection connection) {
        synchronized (holders) {
            remove(connection);
        }
    }

    /** Closes a connection that has reached a limit. */
    void close(WatchedConnection connection, ConnectionLimit limit) {
        Objects.requireNonNull(closed.get(limit)).increment();
        if (limit != ConnectionLimit.HEAD
                && Objects.requireNonNull(warnings.get(limit)).isOver()) {
            log.warn("{}: it is from {}", limit.reason(), connection.network());
        }
        connection.close(limit.reason());
    }

    /** Returns the one to close: of the address that has most, or of the next one if all of that are at work. */
    private WatchedConnection leastWanted(WatchedConnection added) {
        int left = MOST_CLAIMS;
        for (var size : bySize.descendingMap().values()) {
            for (var holder : size) {
                var found = holder.leastWanted(added, left);
                if (found != null) {
                    return found;
                }
                left -= holder.connections.size();
                if (left <= 0) {
                    return added;
                }
            }
        }
        return added;
    }

    private void remove(WatchedConnection connection) {
        var holder = holders.get(connection.network());
        if (holder != null && holder.connections.contains(connection)) {
            resize(holder, () -> holder.connections.remove(connection));
            if (holder.connections.isEmpty()) {
                holders.remove(holder.network);
            }
        }
    }

    private void resize(Holder holder, Runnable change) {
        int before = holder.connections.size();
        change.run();
        int after = holder.connections.size();
        count += after - before;
        if (before > 0) {
            var same = bySize.get(before);
            if (same != null && same.remove(holder) && same.isEmpty()) {
                bySize.remove(before);
            }
        }
        if (after > 0) {
            bySize.computeIfAbsent(after, size -> new LinkedHashSet<>()).add(holder);
        }
    }

    /** The connections of one address, the oldest first. */
    private static final class Holder {
        private final ClientNetwork network;
        private final Set<WatchedConnection> connections = new LinkedHashSet<>();

        private Holder(ClientNetwork network) {
            this.network = network;
        }

        /** Returns the one to close: the longest idle, else the one whose client owes most; null if there is none. */
        private @Nullable WatchedConnection leastWanted(WatchedConnection added, int most) {
            WatchedConnection.@Nullable Claim first = null;
            int left = most;
            for (var connection : connections) {
                if (left-- <= 0) {
                    break;
                }
                var claim = connection.claim();
                if (connection != added && (first == null || claim.isBefore(first))) {
                    first = claim;
                }
            }
            return first == null || first.debt() == WatchedConnection.Debt.SERVED ? null : first.connection();
        }
    }
}
