package io.apikit.auth.internal.sharing;

import io.apikit.auth.internal.logins.HeldUpLogins;
import io.apikit.auth.internal.logins.LoginCap;
import io.apikit.auth.internal.sharing.SharedBuckets.Counted;
import io.apikit.http.Timing;
import io.apikit.internal.limits.Rate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * The limits of one backend that all replicas share: on logins, and on wrong passwords of callers. Thread-safe. The messages
 * between replicas are sealed, and those that do not open are ignored.
 */
public final class SharedLimits {
    private static final int FORMAT = 1;

    /** Two heartbeats and a second. Before, replicas that start together do not know of each other. */
    private static final Duration STARTING = Duration.ofSeconds(5);

    private final DividedBuckets buckets;
    private final StoreKeys keys;
    private final String sealedFor;
    private final Timing timing;
    private final long startNanos;

    /**
     * Creates limits of which nothing is used.
     *
     * @param backend its name
     * @param perUser how many passwords may be wrong for one user name
     * @param perSource how many passwords may be wrong from one source
     * @param logins how often all sessions may log in
     * @param announcement sends a message to the other replicas
     * @param background runs commands that nobody waits for
     */
    public SharedLimits(
            SharedBuckets store,
            StoreKeys keys,
            String backend,
            Rate perUser,
            Rate perSource,
            Rate logins,
            DividedBuckets.Replicas replicas,
            Consumer<byte[]> announcement,
            Executor background,
            Timing timing) {
        this.keys = keys;
        // The same under each secret: replicas have different first ones while the secret is changed.
        this.sealedFor = keys.space(backend) + "-limits";
        this.timing = timing;
        this.startNanos = timing.nanoTime();
        var perShare = new Rate(perUser.name(), Math.max(1, perUser.burst() - 1), perUser.refill(), false);
        var rates = Map.of(
                Counted.USER, perUser, Counted.SHARE, perShare, Counted.SOURCE, perSource, Counted.LOGINS, logins);
        this.buckets = new DividedBuckets(
                store,
                rates,
                new DividedBuckets.Replicas(replicas.configured(), () -> alive(replicas)),
                message -> announcement.accept(keys.seal(sealedFor, FORMAT, message)),
                background,
                timing);
    }

    private int alive(DividedBuckets.Replicas replicas) {
        var isStarting = timing.nanoTime() - startNanos < STARTING.toNanos();
        return isStarting ? replicas.number() : replicas.alive().getAsInt();
    }

    /** Returns the limits on wrong passwords. */
    public SharedGuesses guesses(HeldUpLogins heldUp) {
        return new SharedGuesses(buckets, keys, heldUp, timing);
    }

    /**
     * Returns the limit on logins.
     *
     * @param random chance from 0 to 1
     */
    public LoginCap logins(DoubleSupplier random) {
        return new SharedLoginCap(buckets, keys, timing, random);
    }

    /**
     * A message of another replica has come; anything but one of these limits is ignored.
     *
     * @return whether it is one of these limits
     */
    public boolean received(byte[] sealed) {
        var message = keys.open(sealedFor, FORMAT, sealed);
        message.ifPresent(buckets::received);
        return message.isPresent();
    }

    /** The store is back, or has lost what it knew. */
    public void reconcile() {
        buckets.reconcile();
    }

    /** Returns whether this replica knows of no try, as one that has just started. */
    public boolean isFresh() {
        return buckets.isFresh();
    }
}
