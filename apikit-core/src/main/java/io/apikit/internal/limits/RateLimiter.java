package io.apikit.internal.limits;

import io.apikit.internal.caller.CallerKey;
import io.apikit.internal.caller.CheckedCaller;
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

/**
 * Counts requests against the limits {@link io.apikit.ops.Limits#perPeer} and {@link io.apikit.ops.Limits#perCaller}.
 * Thread-safe.
 */
public final class RateLimiter {
    private final Optional<TokenBuckets<ClientNetwork>> peers;
    private final Optional<TokenBuckets<CallerKey>> callers;

    /**
     * Creates a limiter; an empty rate is no limit.
     *
     * @param nanoTime monotonic nanoseconds, as from {@link System#nanoTime()}
     */
    public RateLimiter(Optional<Rate> perPeer, Optional<Rate> perCaller, LongSupplier nanoTime) {
        this.peers = perPeer.map(rate -> new TokenBuckets<>(rate, nanoTime));
        this.callers = perCaller.map(rate -> new TokenBuckets<>(rate, nanoTime));
    }

    /**
     * Takes a token for a request: one of its peer's, and if there was one, one of its caller's.
     *
     * @return whether the request is within its limits
     */
    public Admission admit(Request request) {
        var checks = new ArrayList<LimitCheck>(2);
        if (peers.isPresent()) {
            checks.add(LimitCheck.of(peers.get(), ClientNetwork.of(request)));
        }
        if (callers.isPresent() && checks.stream().allMatch(LimitCheck::isTaken)) {
            // After the limit of its peer, since a check costs more than that.
            CheckedCaller.of(request).ifPresent(CheckedCaller::decision);
            checks.add(LimitCheck.of(callers.get(), CallerKey.of(request)));
        }
        return new Admission(checks);
    }

    /** Returns the number of peers and callers that have a bucket. */
    long size() {
        return peers.map(TokenBuckets::size).orElse(0L)
                + callers.map(TokenBuckets::size).orElse(0L);
    }

    /** The result for one request: whether it is within its limits, and the headers that report them. Immutable. */
    public static final class Admission {
        private final List<LimitCheck> checks;
        private final List<LimitCheck> reported;

        private Admission(List<LimitCheck> checks) {
            this.checks = List.copyOf(checks);
            this.reported = checks.stream().filter(LimitCheck::isReported).toList();
        }

        /** Returns whether every limit had a token for the request. */
        public boolean isGranted() {
            return checks.stream().allMatch(LimitCheck::isTaken);
        }

        /**
         * Adds RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers) to a response; also Retry-After if
         * the request is refused.
         */
        public void addTo(HttpFields.Mutable headers) {
            if (!reported.isEmpty()) {
                headers.put(
                        "RateLimit-Policy",
                        reported.stream()
                                .map(LimitCheck::rate)
                                .map(Rate::policy)
                                .collect(Collectors.joining(", ")));
                headers.put("RateLimit", reported.stream().map(LimitCheck::item).collect(Collectors.joining(", ")));
            }
            checks.stream()
                    .filter(check -> !check.isTaken())
                    .mapToLong(LimitCheck::seconds)
                    .max()
                    .ifPresent(seconds -> headers.put(HttpHeader.RETRY_AFTER, seconds));
        }
    }

    /** The result of one limit for one request. */
    record LimitCheck(Rate rate, ConsumptionProbe probe) {
        static <K> LimitCheck of(TokenBuckets<K> buckets, K key) {
            return new LimitCheck(buckets.rate(), buckets.probe(key));
        }

        boolean isTaken() {
            return probe.isConsumed();
        }

        boolean isReported() {
            return rate.isAnnounced() || !isTaken();
        }

        /** Returns the seconds until the next token is added, or until the bucket is full if it has tokens left. */
        long seconds() {
            return HeaderSeconds.roundUp(Duration.ofNanos(
                    probe.getRemainingTokens() == 0 ? nanosToNextToken() : probe.getNanosToWaitForReset()));
        }

        /** Returns an item of the header RateLimit. */
        String item() {
            return "\"" + rate.name() + "\";r=" + probe.getRemainingTokens() + ";t=" + seconds();
        }

        private long nanosToNextToken() {
            return isTaken() ? rate.refill().toNanos() : probe.getNanosToWaitForRefill();
        }
    }
}
