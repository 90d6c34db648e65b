package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.Timing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The last login of a session that did not succeed, for as long as the next one has to wait. Threadsafe. */
final class LoginBackoff {
    private final Timing timing;
    private final Duration coolDown;
    private final SessionPool.Refusals refusals;
    private volatile @Nullable LoginFailure last;

    LoginBackoff(SessionSettings settings, SessionPool.Refusals refusals) {
        this.timing = settings.timing();
        this.coolDown = settings.coolDown();
        this.refusals = refusals;
    }

    /** This session's own, or that of another one of the same credentials, which was forgotten meanwhile. */
    @Nullable
    LoginFailure remembered() {
        var own = last;
        return own != null && own.isFresh(timing.nanoTime()) ? own : refusals.fresh();
    }

    LoginFailure refused(BackendError error) {
        var refusal = LoginFailure.refused(error, coolDown, timing.nanoTime());
        last = refusal;
        return refusal;
    }

    LoginFailure broken(BackendError error) {
        var now = timing.nanoTime();
        var before = last;
        var failure = before == null ? LoginFailure.broken(error, now) : before.brokenAgain(error, now);
        last = failure;
        return failure;
    }

    void forget() {
        last = null;
    }

    /** A login with these credentials was good. */
    void accepted() {
        refusals.accepted();
    }

    void endSession(LoginFailure refusal) {
        refusals.add(refusal);
    }
}
