package io.apikit.auth.internal.sharing;

import io.apikit.auth.internal.logins.LoginCap;
import io.apikit.auth.internal.sharing.DividedBuckets.Limit;
import io.apikit.auth.internal.sharing.DividedBuckets.Token;
import io.apikit.auth.internal.sharing.SharedBuckets.Counted;
import io.apikit.http.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/**
 * How often all replicas together may log in. Thread-safe; no lock is held.
 *
 * <p>A store keeps no queue. So a login that finds no token waits for as long as those of its replica that came before it
 * need, and then asks again. Where another replica was faster, it waits once more, for a random time: then about one of
 * those that wait asks for each token, however many they are.
 */
public final class SharedLoginCap implements LoginCap {
    private final DividedBuckets buckets;
    private final List<Limit> limits;
    private final Duration refill;
    private final Timing timing;
    private final DoubleSupplier random;
    private final AtomicInteger waiting = new AtomicInteger();

    /** @param random chance from 0 to 1 */
    public SharedLoginCap(DividedBuckets buckets, StoreKeys keys, Timing timing, DoubleSupplier random) {
        this.buckets = buckets;
        this.limits = keys.buckets(Counted.LOGINS.name()).stream()
                .map(name -> new Limit(Counted.LOGINS, name))
                .toList();
        this.refill = buckets.rate(Counted.LOGINS).refill();
        this.timing = timing;
        this.random = random;
    }

    @Override
    public Duration await(Duration longest) throws InterruptedException {
        var wait = waiting.get() == 0 ? take() : refill;
        if (wait.isZero()) {
            return wait;
        }
        var since = timing.nanoTime();
        wait = wait.plus(refill.multipliedBy(waiting.getAndIncrement()));
        try {
            while (wait.compareTo(longest.minusNanos(timing.nanoTime() - since)) <= 0) {
                timing.sleep(wait);
                wait = take();
                if (wait.isZero()) {
                    return wait;
                }
                wait = wait.plusNanos((long) (random.getAsDouble() * (waiting.get() - 1) * refill.toNanos()));
            }
            return wait;
        } finally {
            waiting.decrementAndGet();
        }
    }

    private Duration take() {
        var tokens = new ArrayList<Token>();
        for (var limit : limits) {
            var taken = buckets.take(limit, 1);
            if (taken.token() == null) {
                buckets.giveBack(tokens);
                return taken.time();
            }
            tokens.add(taken.token());
        }
        buckets.spend(tokens);
        return Duration.ZERO;
    }
}
