package io.apikit.auth;

import io.apikit.BackendError;
import java.time.Duration;

/**
 * A login that did not succeed, remembered so that the next try waits: refused credentials for the cool-down, a broken
 * login for a back-off of 1 s doubling to 5 s.
 */
record LoginFailure(BackendError error, boolean refused, Duration pause, long sinceNanos) {
    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
    private static final Duration LAST_BACK_OFF = Duration.ofSeconds(5);

    static LoginFailure refused(BackendError error, Duration coolDown, long nowNanos) {
        return new LoginFailure(error, true, coolDown, nowNanos);
    }

    static LoginFailure broken(BackendError error, long nowNanos) {
        return new LoginFailure(error, false, FIRST_BACK_OFF, nowNanos);
    }

    /** The next one: what breaks again waits twice as long. */
    LoginFailure brokenAgain(BackendError again, long nowNanos) {
        var next = refused ? FIRST_BACK_OFF : pause.multipliedBy(2);
        return new LoginFailure(again, false, next.compareTo(LAST_BACK_OFF) < 0 ? next : LAST_BACK_OFF, nowNanos);
    }

    boolean isFresh(long nowNanos) {
        return nowNanos - sinceNanos < pause.toNanos();
    }

    /**
     * An error of one's own for each who is told, since exceptions are mutable. The original as its cause also keeps
     * the retry policy off it: a login is never retried by the request that waited for it.
     */
    static BackendError forOneWaiter(BackendError shared) {
        var own = new BackendError(
                shared.statusCode(), shared.reason(), shared.content().orElse(null));
        own.initCause(shared);
        for (var header : shared.headers().entrySet()) {
            own = own.withHeader(header.getKey(), header.getValue());
        }
        return own;
    }
}
