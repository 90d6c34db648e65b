package io.apikit.internal.limits;

import io.apikit.internal.caller.CallerKey;
import io.apikit.internal.caller.ClientNetwork;
import io.apikit.internal.util.HeaderSeconds;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Counts requests against {@link io.apikit.ops.Limits Limits#perPeer} and {@link io.apikit.ops.Limits Limits#perCaller}. Threadsafe. */
public final class RateLimiter {
    private final Optional<TokenBuckets<ClientNetwork>> peers;
    private final Optional<TokenBuckets<CallerKey>> callers;

    public RateLimiter(Optional<Rate> perPeer, Optional<Rate> perCaller, LongSupplier nanoTime) {
        this.peers = perPeer.map(rate -> new TokenBuckets<>(rate, nanoTime));
        this.callers = perCaller.map(rate -> new TokenBuckets<>(rate, nanoTime));
    }

    /** Takes one for this request: of its peer's, and if there was one of its caller's. */
    public Admission admit(Request request) {
        var counts = new ArrayList<LimitCheck>(2);
        if (peers.isPresent()) {
            counts.add(LimitCheck.of(peers.get(), ClientNetwork.of(request)));
        }
        if (callers.isPresent() && counts.stream().allMatch(LimitCheck::isTaken)) {
            counts.add(LimitCheck.of(callers.get(), CallerKey.of(request)));
        }
        return Admission.of(counts);
    }

    /** How many peers and callers are remembered. */
    long size() {
        return peers.map(TokenBuckets::size).orElse(0L)
                + callers.map(TokenBuckets::size).orElse(0L);
    }

    /** Whether a request is within the limits, and what its answer says of them. Immutable. */
    public static final class Admission {
        private final List<LimitCheck> counts;
        private final List<LimitCheck> told;

        private Admission(List<LimitCheck> counts) {
            this.counts = counts;
            this.told = counts.stream().filter(LimitCheck::isTold).toList();
        }

        static Admission of(List<LimitCheck> counts) {
            return new Admission(List.copyOf(counts));
        }

        /** Whether every limit had one left for it. */
        public boolean isGranted() {
            return counts.stream().allMatch(LimitCheck::isTaken);
        }

        /** RateLimit-Policy and RateLimit of draft-ietf-httpapi-ratelimit-headers; Retry-After where it is refused. */
        public void addTo(HttpFields.Mutable headers) {
            if (!told.isEmpty()) {
                headers.put(
                        "RateLimit-Policy",
                        told.stream().map(LimitCheck::rate).map(Rate::policy).collect(Collectors.joining(", ")));
                headers.put("RateLimit", told.stream().map(LimitCheck::left).collect(Collectors.joining(", ")));
            }
            counts.stream()
                    .filter(count -> !count.isTaken())
                    .mapToLong(LimitCheck::seconds)
                    .max()
                    .ifPresent(seconds -> headers.put(HttpHeader.RETRY_AFTER, seconds));
        }
    }

    /** What one limit says to one request. */
    record LimitCheck(Rate rate, ConsumptionProbe probe) {
        static <K> LimitCheck of(TokenBuckets<K> buckets, K key) {
            return new LimitCheck(buckets.rate(), buckets.probe(key));
        }

        boolean isTaken() {
            return probe.isConsumed();
        }

        boolean isTold() {
            return rate.isTold() || !isTaken();
        }

        /** Until there is one more; where there are some left, until they are all there again. */
        long seconds() {
            return HeaderSeconds.up(Duration.ofNanos(
                    probe.getRemainingTokens() == 0 ? untilOneMore() : probe.getNanosToWaitForReset()));
        }

        /** An item of RateLimit. */
        String left() {
            return "\"" + rate.name() + "\";r=" + probe.getRemainingTokens() + ";t=" + seconds();
        }

        private long untilOneMore() {
            return isTaken() ? rate.refill().toNanos() : probe.getNanosToWaitForRefill();
        }
    }
}
