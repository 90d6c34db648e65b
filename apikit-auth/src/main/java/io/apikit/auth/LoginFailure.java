package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A login that did not succeed, remembered so that the next try waits: refused credentials for the cool-down, a broken
 * login for a back-off of 1 s doubling to 5 s.
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

    /** The next one: what breaks again waits twice as long. */
    LoginFailure brokenAgain(BackendError again, long nowNanos) {
        var next = refused ? FIRST_BACK_OFF : shorter(backOff.multipliedBy(2), LAST_BACK_OFF);
        return broken(again, next, nowNanos);
    }

    /** A login that says when to come back is not asked before, within reason: its quota may count every try. */
    private static LoginFailure broken(BackendError error, Duration backOff, long nowNanos) {
        var asked = retryAfter(error).map(wait -> shorter(wait, MOST_ASKED)).orElse(backOff);
        var pause = asked.compareTo(backOff) > 0 ? asked : backOff;
        return new LoginFailure(error, false, backOff, pause, nowNanos);
    }

    LoginFailure later(LoginFailure other) {
        return other.sinceNanos - sinceNanos > 0 ? other : this;
    }

    boolean isFresh(long nowNanos) {
        return Duration.ofNanos(nowNanos - sinceNanos).compareTo(pause) < 0;
    }

    /** What those are told who come while it is remembered; a 503 says for how much longer that is. */
    BackendError told(long nowNanos) {
        var left = pause.minusNanos(nowNanos - sinceNanos);
        return error.statusCode() == 503 ? error.withHeader(RetryAfter.HEADER, RetryAfter.format(left)) : error;
    }

    /**
     * An error of one's own for each who is told, since exceptions are mutable. The original as its cause also keeps
     * the retry policy off it: a login is never retried by the request that waited for it.
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
