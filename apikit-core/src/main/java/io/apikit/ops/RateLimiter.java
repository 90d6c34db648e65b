package io.apikit.ops;

import java.util.ArrayList;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.eclipse.jetty.server.Request;

/** Counts requests against {@link Limits#perPeer} and {@link Limits#perCaller}. Threadsafe. */
public final class RateLimiter {
    private final Optional<Buckets<ClientNetwork>> peers;
    private final Optional<Buckets<CallerKey>> callers;

    RateLimiter(Optional<Rate> perPeer, Optional<Rate> perCaller, LongSupplier nanoTime) {
        this.peers = perPeer.map(rate -> new Buckets<>(rate, nanoTime));
        this.callers = perCaller.map(rate -> new Buckets<>(rate, nanoTime));
    }

    /** Takes one for this request: of its peer's, and if there was one of its caller's. */
    public Admission admit(Request request) {
        var counts = new ArrayList<Count>(2);
        if (peers.isPresent()) {
            counts.add(Count.of(peers.get(), ClientNetwork.of(request)));
        }
        if (callers.isPresent() && counts.stream().allMatch(Count::isTaken)) {
            counts.add(Count.of(callers.get(), CallerKey.of(request)));
        }
        return Admission.of(counts);
    }

    /** How many peers and callers are remembered. */
    long size() {
        return peers.map(Buckets::size).orElse(0L) + callers.map(Buckets::size).orElse(0L);
    }
}
