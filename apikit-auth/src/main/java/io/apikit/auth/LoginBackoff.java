package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.Timing;
import io.apikit.http.internal.resilience.TransportFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The latest failed login of a session, for as long as the next one has to wait. Threadsafe. */
final class LoginBackoff {
    private final Timing timing;
    private final Duration coolDown;
    private final Duration longestCoolDown;
    private final SessionPool.Entry entry;
    private volatile @Nullable LoginFailure last;

    LoginBackoff(SessionSettings settings, SessionPool.Entry entry) {
        this.timing = settings.timing();
        this.coolDown = settings.coolDown();
        this.longestCoolDown = settings.longestCoolDown();
        this.entry = entry;
    }

    /** This session's own failure, or the refusal of an earlier session of the same credentials. */
    @Nullable
    LoginFailure remembered() {
        var own = last;
        return own != null && own.isFresh(timing.nanoTime()) ? own : entry.refusal();
    }

    /** The same credentials were refused before, by this session or an earlier one, if the pool knows of it. */
    LoginFailure refused(BackendError error) {
        var now = timing.nanoTime();
        var before = entry.latestRefusal();
        var refusal = before == null
                ? LoginFailure.refused(error, coolDown, now)
                : before.refusedAgain(error, longestCoolDown, now);
        last = refusal;
        return refusal;
    }

    /** @param cause what broke the login: a kept connection that was closed says nothing about it, so no login waits */
    LoginFailure broken(BackendError error, Throwable cause) {
        var now = timing.nanoTime();
        if (TransportFailure.isStaleConnection(cause)) {
            return LoginFailure.broken(error, now);
        }
        var before = last;
        var failure = before == null ? LoginFailure.broken(error, now) : before.brokenAgain(error, now);
        last = failure;
        return failure;
    }

    void forget() {
        last = null;
    }
}
