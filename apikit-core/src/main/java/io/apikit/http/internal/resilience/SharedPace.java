package io.apikit.http.internal.resilience;

import io.apikit.http.Pace;
import io.apikit.http.Timing;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The pace of one backend that several replicas of a service share. What one has learned, the others take over: the interval,
 * and a pause that the backend has asked for. Each keeps the interval times the number of replicas, and its part of
 * {@link Pace#atMost}. Thread-safe; no method blocks.
 *
 * <p>No request causes a message. A change does, and four a second at most: what changes faster is sent with the next
 * change, or with the next call of {@link #alive}. Of two changes at the same time, the longer interval counts. A lost
 * message is made up for by the next one of any replica.
 *
 * <p>Who owns it calls {@link #alive} or {@link #away} every 2 s.
 */
public final class SharedPace {
    /** A turn is asked for twice a second at most. */
    static final long BETWEEN_TRIES_NANOS = Duration.ofMillis(500).toNanos();

    private static final long BETWEEN_MESSAGES_NANOS = Duration.ofMillis(250).toNanos();
    private static final long AFTER_A_TURN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Timing timing;
    private final @Nullable AdaptiveRateLimiter limiter;
    private final Gate gate;
    private final Link link;
    private final long sender = ThreadLocalRandom.current().nextLong();

    private final AtomicBoolean isDue = new AtomicBoolean();
    private final AtomicBoolean asks = new AtomicBoolean();
    private final AtomicLong nextMessageNanos;
    private final AtomicLong nextTryNanos;
    private final AtomicInteger tries = new AtomicInteger();

    private SharedPace(@Nullable Pace pace, int least, Timing timing, TransportFailures failures, Link link) {
        this.timing = timing;
        this.link = link;
        this.nextMessageNanos = new AtomicLong(timing.nanoTime());
        this.nextTryNanos = new AtomicLong(timing.nanoTime());
        var period = pace == null ? Duration.ZERO : pace.burstPeriod();
        var replicas = ReplicaCount.joining(least, period, timing.nanoTime());
        this.limiter = pace == null ? null : new AdaptiveRateLimiter(pace, timing, failures, replicas, this);
        this.gate = limiter == null ? Gate.NONE : limiter;
    }

    /**
     * Returns a pace that is shared.
     *
     * @param pace null for none
     * @param least by how many replicas a known limit is divided if fewer are alive; so many have their part although the
     *     store does not know of them
     */
    public static SharedPace of(@Nullable Pace pace, int least, Timing timing, TransportFailures failures, Link link) {
        return new SharedPace(pace, least, timing, failures, link);
    }

    /** Returns what the requests of this replica pass. */
    public Gate gate() {
        return gate;
    }

    /** So many replicas are alive, with this one. */
    public void alive(int replicas) {
        if (limiter == null) {
            return;
        }
        if (limiter.hear(replicas)) {
            asks.set(true);
            isDue.set(true);
        }
        sendIfDue();
    }

    /** The store cannot be reached. The numbers last heard go on to count. */
    public void away() {
        if (limiter != null) {
            limiter.lose();
        }
    }

    /** A message of another replica has come. One that is malformed, of another version or old changes nothing. */
    public void received(byte[] message) {
        if (limiter != null) {
            PaceMessage.parse(message)
                    .filter(known -> known.sender() != sender)
                    .filter(limiter::receive)
                    .ifPresent(known -> changed());
        }
    }

    /** Messages may have been missed. */
    public void missed() {
        if (limiter != null) {
            asks.set(true);
            changed();
        }
    }

    /** The others have to hear from this replica. */
    void changed() {
        isDue.set(true);
        sendIfDue();
    }

    private void sendIfDue() {
        var next = nextMessageNanos.get();
        var now = timing.nanoTime();
        if (limiter != null
                && isDue.get()
                && now - next >= 0
                && nextMessageNanos.compareAndSet(next, now + BETWEEN_MESSAGES_NANOS)) {
            isDue.set(false);
            link.send(limiter.message(sender, asks.getAndSet(false)).toBytes());
        }
    }

    /** A request waits for a turn of this replica. */
    void wantTurn() {
        var next = nextTryNanos.get();
        var now = timing.nanoTime();
        if (limiter == null || now - next < 0 || !nextTryNanos.compareAndSet(next, now + BETWEEN_TRIES_NANOS)) {
            return;
        }
        var length = limiter.turnLength();
        var turn = Math.floorMod(tries.getAndIncrement(), limiter.turns());
        link.lease(turn, length, () -> {
            limiter.takeTurn(now);
            nextTryNanos.set(now + length.toNanos() + AFTER_A_TURN_NANOS);
        });
    }

    /** The way to the other replicas. Thread-safe; its methods return at once and throw nothing. */
    public interface Link {
        /** Sends a message to all others. One that cannot be sent is lost. */
        void send(byte[] message);

        /**
         * Asks for the lease of a turn, which no other replica has at the same time.
         *
         * @param turn its number, from zero
         * @param length of the lease
         * @param taken is called if this replica has the lease
         */
        void lease(int turn, Duration length, Runnable taken);
    }
}
