package io.apikit.auth.internal.sharing;

import io.apikit.auth.FaultyLoginStore;
import io.apikit.auth.LoginStore;
import io.apikit.auth.internal.logins.HeldUpLogins;
import io.apikit.auth.internal.sharing.DividedBuckets.Replicas;
import io.apikit.auth.internal.sharing.SharedBuckets.Counted;
import io.apikit.auth.internal.sharing.StoreBreaker.StoreAway;
import io.apikit.http.Timing;
import io.apikit.internal.limits.Rate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The shared limits of one replica, with its own way to a store. Commands that nobody waits for run at once. */
final class SharingReplica {
    static final Rate PER_USER = new Rate("user", 3, Duration.ofMinutes(20), false);
    static final Rate PER_SHARE = new Rate("user", 2, Duration.ofMinutes(20), false);
    static final Rate PER_SOURCE = new Rate("source", 100, Duration.ofSeconds(3), false);
    static final Rate LOGINS = new Rate("backend", 3, Duration.ofSeconds(20), false);

    final FaultyLoginStore way;
    final HeldUpLogins heldUp;
    final DividedBuckets buckets;
    final SharedGuesses guesses;
    final SharedLoginCap cap;
    final AtomicInteger alive = new AtomicInteger(3);
    /** Whether messages of others are lost on their way here. */
    boolean isDeaf;

    private final LoginStore.Space space;

    SharingReplica(FaultyLoginStore.Server server, StoreKeys keys, int replicas, Timing timing) {
        this.way = server.link();
        this.heldUp = new HeldUpLogins(timing);
        this.space = way.open("part", new Ear());
        this.buckets = new DividedBuckets(
                new Commands(),
                Map.of(
                        Counted.USER, PER_USER,
                        Counted.SHARE, PER_SHARE,
                        Counted.SOURCE, PER_SOURCE,
                        Counted.LOGINS, LOGINS),
                new Replicas(replicas, alive::get),
                message -> sent(() -> {
                    space.send(message);
                    return Optional.empty();
                }),
                Runnable::run,
                timing);
        this.guesses = new SharedGuesses(buckets, keys, heldUp, timing);
        this.cap = new SharedLoginCap(buckets, keys, timing, () -> 0.5);
    }

    /** The heartbeat has noticed that the store is back. */
    void returned() {
        buckets.reconcile();
    }

    private static <T> T sent(Supplier<T> command) {
        try {
            return command.get();
        } catch (RuntimeException e) {
            throw new StoreAway("backend", e);
        }
    }

    private final class Commands implements SharedBuckets {
        @Override
        public Duration take(String bucket, int demanded, Rate rate) {
            return sent(() -> space.take(bucket, demanded, rate.burst(), rate.refill()));
        }

        @Override
        public void giveBack(String bucket, Rate rate) {
            sent(() -> {
                space.giveBack(bucket, rate.burst(), rate.refill());
                return Optional.empty();
            });
        }
    }

    private final class Ear implements LoginStore.Listener {
        @Override
        public void changed(String key) {
            // Nothing is written here.
        }

        @Override
        public void received(byte[] message) {
            if (!isDeaf) {
                buckets.received(message);
            }
        }

        @Override
        public void missed() {
            // Messages about tokens are not sent again.
        }
    }
}
