package io.apikit.auth.internal.logins;

import io.apikit.http.Timing;
import io.apikit.internal.limits.TokenBucket;
import java.time.Duration;

/** How often all sessions of one backend may log in. Thread-safe. */
public interface LoginCap {
    /** Returns a cap that one replica counts alone. Those that wait have their turns in the order in which they came. */
    static LoginCap of(TokenBucket bucket, Timing timing) {
        return longest -> {
            var wait = bucket.take(longest);
            if (wait.compareTo(longest) > 0) {
                return wait;
            }
            if (!wait.isZero()) {
                timing.sleep(wait);
            }
            return Duration.ZERO;
        };
    }

    /**
     * Waits for the turn of a login. If the wait were longer than the longest one, it does not wait at all, as far as that
     * is known.
     *
     * @return zero if the login has its turn; otherwise how long it would have to wait
     */
    Duration await(Duration longest) throws InterruptedException;
}
