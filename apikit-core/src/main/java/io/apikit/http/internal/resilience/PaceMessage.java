package io.apikit.http.internal.resilience;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What one replica lets the others know of its pace. Immutable.
 *
 * @param sender a random number of the replica
 * @param asks whether the others should send theirs
 * @param replicas how many are alive, as last heard from the store
 * @param divisor how many the sender divides by
 * @param learned the interval between two requests of all replicas
 * @param pauseNanos for how long no request is sent at all
 */
record PaceMessage(
        long sender, boolean asks, int replicas, int divisor, AdaptiveInterval.Learned learned, long pauseNanos) {
    private static final byte VERSION = 1;
    private static final int LENGTH = 2 + 8 + 2 * 4 + 7 * 8;
    private static final int MOST_REPLICAS = 1_000;

    byte[] toBytes() {
        return ByteBuffer.allocate(LENGTH)
                .put(VERSION)
                .put((byte) (asks ? 1 : 0))
                .putLong(sender)
                .putInt(replicas)
                .putInt(divisor)
                .putLong(learned.change())
                .putLong(learned.interval())
                .putLong(learned.worked())
                .putLong(learned.refused())
                .putLong(learned.memory())
                .putLong(learned.age())
                .putLong(pauseNanos)
                .array();
    }

    /** Returns a message; empty for one that is malformed, or of another version. */
    static Optional<PaceMessage> parse(byte[] bytes) {
        if (bytes.length != LENGTH || bytes[0] != VERSION) {
            return Optional.empty();
        }
        var in = ByteBuffer.wrap(bytes, 1, LENGTH - 1);
        var flags = in.get();
        var sender = in.getLong();
        var replicas = in.getInt();
        var divisor = in.getInt();
        var learned = new AdaptiveInterval.Learned(
                in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
        var message = new PaceMessage(sender, flags == 1, replicas, divisor, learned, in.getLong());
        return flags >>> 1 == 0 && message.isSound() ? Optional.of(message) : Optional.empty();
    }

    private boolean isSound() {
        return replicas >= 1
                && replicas <= MOST_REPLICAS
                && divisor >= 1
                && divisor <= MOST_REPLICAS
                && learned.isSound()
                && pauseNanos >= 0;
    }
}
