package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A failed login, remembered so that the next one waits: for the cool-down after refused credentials, for a back-off of
 * 1 s doubling to 5 s after a broken login. Immutable.
 *
 * @param refused whether the credentials were refused; otherwise the login is broken
 * @param backOff the back-off, doubled by each further broken login
 * @param pause how long the next login waits
 */
record LoginFailure(BackendError error, boolean refused, Duration backOff, Duration pause, long sinceNanos) {
    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
    private static final Duration LAST_BACK_OFF = Duration.ofSeconds(5);
    private static final Duration MOST_ASKED = Duration.ofMinutes(5);

    static LoginFailure refused(BackendError error, Duration coolDown, long nowNanos) {
        return new LoginFailure(error, true, FIRST_BACK_OFF, coolDown, nowNanos);
    }

    static LoginFailure broken(BackendError error, long nowNanos) {
        return broken(error, FIRST_BACK_OFF, nowNanos);
    }

    /** Returns the failure of the next login: one that breaks again waits twice as long. */
    LoginFailure brokenAgain(BackendError again, long nowNanos) {
        var next = refused ? FIRST_BACK_OFF : shorter(backOff.multipliedBy(2), LAST_BACK_OFF);
        return broken(again, next, nowNanos);
    }

    /** A login that says when to come back is not tried before, for 5 min at most: its quota may count every try. */
    private static LoginFailure broken(BackendError error, Duration backOff, long nowNanos) {
        var asked = retryAfter(error).map(wait -> shorter(wait, MOST_ASKED)).orElse(backOff);
        var pause = asked.compareTo(backOff) > 0 ? asked : backOff;
        return new LoginFailure(error, false, backOff, pause, nowNanos);
    }

    /** Returns the later one of two. */
    LoginFailure later(LoginFailure other) {
        return other.sinceNanos - sinceNanos > 0 ? other : this;
    }

    /** Returns whether the next login still has to wait. */
    boolean isFresh(long nowNanos) {
        return Duration.ofNanos(nowNanos - sinceNanos).compareTo(pause) < 0;
    }

    /** Returns the error for callers that come while it is remembered. A 503 says for how much longer that is. */
    BackendError errorAt(long nowNanos) {
        var left = pause.minusNanos(nowNanos - sinceNanos);
        return error.statusCode() == 503 ? error.withHeader(RetryAfter.HEADER, RetryAfter.format(left)) : error;
    }

    /**
     * Returns a copy of the error for one waiter, because exceptions are mutable. The original is its cause. That also
     * keeps the retry policy off it: a login is never retried by the request that waited for it.
     */
    static BackendError forOneWaiter(BackendError shared) {
        var own = SecretMask.none().masked(shared); // a copy, nothing masked, that has no cause yet
        own.initCause(shared);
        return own;
    }

    private static Optional<Duration> retryAfter(BackendError error) {
        return Optional.ofNullable(error.headers().get(RetryAfter.HEADER))
                .flatMap(value -> RetryAfter.delay(value, Instant.now()));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
