package io.apikit.auth.internal.sharing;

import io.apikit.auth.internal.logins.HeldUpLogins;
import io.apikit.auth.internal.logins.LoginCap;
import io.apikit.auth.internal.sharing.DividedBuckets.Counted;
import io.apikit.auth.internal.sharing.DividedBuckets.Replicas;
import io.apikit.http.Timing;
import io.apikit.internal.limits.Rate;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * The limits that the replicas of one backend share, with the messages between them. These are sealed, and those that do not
 * open are ignored. Thread-safe.
 */
public final class SharedLimits {
    private static final int FORMAT = 1;

    private final StoreKeys keys;
    private final String sealedFor;
    private final Timing timing;
    private final AtomicInteger alive;
    private final DividedBuckets buckets;

    /**
     * Creates full limits.
     *
     * @param rates those of the backend
     * @param replicas how many there are, as the author of the service has said
     * @param backend its name
     * @param send sends a message; throws {@link StoreBreaker.StoreAway}
     * @param schedule runs commands that nobody waits for
     */
    public SharedLimits(
            SharedBuckets store,
            Rates rates,
            int replicas,
            StoreKeys keys,
            String backend,
            Consumer<byte[]> send,
            StoreSchedule schedule,
            Timing timing) {
        this.keys = keys;
        // The same under each secret: replicas have different first ones while the secret is changed.
        this.sealedFor = keys.space(backend) + "-limits";
        this.timing = timing;
        this.alive = new AtomicInteger(replicas);
        this.buckets = new DividedBuckets(
                store,
                rates.byKind(),
                new Replicas(replicas, alive::get),
                message -> send.accept(keys.seal(sealedFor, FORMAT, message)),
                schedule::execute,
                timing);
    }

    /** So many replicas are alive. */
    public void alive(int number) {
        alive.set(number);
    }

    /** A message has come, maybe one that is no replica's. */
    public void received(byte[] sealed) {
        keys.open(sealedFor, FORMAT, sealed).ifPresent(buckets::received);
    }

    /** The store is back, or has lost what it knew: see {@link DividedBuckets#reconcile}. */
    public void reconcile() {
        buckets.reconcile();
    }

    /** @param heldUp counts what is held up */
    public SharedGuesses guesses(HeldUpLogins heldUp) {
        return new SharedGuesses(buckets, keys, heldUp, timing);
    }

    /** @param random chance from 0 to 1 */
    public LoginCap cap(DoubleSupplier random) {
        return new SharedLoginCap(buckets, keys, timing, random);
    }

    /**
     * The limits of a backend.
     *
     * @param perUser how many passwords may be wrong for one user name
     * @param perSource how many passwords may be wrong from one address
     * @param logins how often all sessions may log in
     */
    public record Rates(Rate perUser, Rate perSource, Rate logins) {
        private Map<Counted, Rate> byKind() {
            var perShare = new Rate(perUser.name(), Math.max(1, perUser.burst() - 1), perUser.refill(), false);
            var all = new EnumMap<Counted, Rate>(Counted.class);
            all.put(Counted.USER, perUser);
            all.put(Counted.SHARE, perShare);
            all.put(Counted.SOURCE, perSource);
            all.put(Counted.LOGINS, logins);
            return all;
        }
    }
}
