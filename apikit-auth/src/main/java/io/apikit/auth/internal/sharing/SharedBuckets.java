package io.apikit.auth.internal.sharing;

import io.apikit.internal.limits.Rate;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * The token buckets that all replicas of a service share, by their opaque names. A bucket begins full. Thread-safe. Each
 * method throws {@link StoreBreaker.StoreAway} if the store cannot be reached.
 */
public interface SharedBuckets {
    /**
     * Takes one token, if there are as many as demanded.
     *
     * @param demanded 1 to the burst of the rate
     * @return zero if a token was taken; otherwise how long until there are as many as demanded
     */
    Duration take(String bucket, int demanded, Rate rate);

    /** Gives a token back that was taken and not used. */
    void giveBack(String bucket, Rate rate);

    /** Takes a token for something that has happened without one, if there is one. */
    default void charge(String bucket, Rate rate) {
        var unused = take(bucket, 1, rate);
    }

    /** Takes a token. */
    interface Taking {
        /** As {@link SharedBuckets#take}. */
        Duration take(String bucket, int demanded, Rate rate);
    }

    /** Returns buckets that are reached by these two. */
    static SharedBuckets of(Taking taking, BiConsumer<String, Rate> giveBack) {
        return new SharedBuckets() {
            @Override
            public Duration take(String bucket, int demanded, Rate rate) {
                return taking.take(bucket, demanded, rate);
            }

            @Override
            public void giveBack(String bucket, Rate rate) {
                giveBack.accept(bucket, rate);
            }
        };
    }
}
