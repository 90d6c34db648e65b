package io.apikit.auth.internal.formlogin;

import io.apikit.BackendError;
import io.apikit.http.Transport;
import io.apikit.internal.limits.Rate;
import io.apikit.internal.limits.TokenBucket;
import io.apikit.internal.util.SingleFlight;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Gets fresh CSRF tokens for one login: however many calls were refused, one of them asks the site, and all use the token.
 * Once a fresh token was refused too, a login asks 5 times in a burst, then once per 5 s. No lock is held meanwhile. Thread-safe.
 */
public final class TokenRenewal {
    private static final Rate RATE = new Rate("csrfTokens", 5, Duration.ofSeconds(5), false);

    private final SingleFlight<Result> flight = new SingleFlight<>();
    private final TokenBucket bucket;
    private volatile boolean isUseless;
    private volatile boolean isKnownDead;

    TokenRenewal(LongSupplier nanoTime) {
        this.bucket = new TokenBucket(RATE, nanoTime);
    }

    /** What a renewal has brought. */
    public enum Result {
        /** There is another token than the one that was refused. */
        FRESH,
        /** There is no other. */
        NONE,
        /** The session is dead. */
        ENDED,
        /** The time of the call that asked was over before the site responded. */
        LATE
    }

    /** A call whose token was refused. */
    public interface RefusedCall {
        /** Returns the session as it signs now. */
        FormSession current();

        /** Changes the session as it signs from now on. */
        void update(UnaryOperator<FormSession> change);

        /** Returns the transport to the root of the backend's origin. */
        Transport root();

        /** Returns how much time the call has left. */
        long leftNanos();
    }

    /**
     * Waits for a fresh token.
     *
     * @param refused the session that signed the request
     * @param path of the request, from the root of the origin
     */
    public Result renew(FormSession refused, String path, RefusedCall call) {
        while (call.leftNanos() > 0) {
            var result = await(refused, path, call);
            // A run that has just ended may have brought the very token that was refused.
            var isNews = result != Result.LATE && (result != Result.FRESH || isReplaced(refused, path, call));
            if (isNews) {
                return result;
            }
        }
        return Result.NONE;
    }

    private Result await(FormSession refused, String path, RefusedCall call) {
        if (isReplaced(refused, path, call)) {
            return Result.FRESH;
        }
        var mine = flight.newRun();
        var run = flight.enter(mine);
        try {
            if (run == mine) {
                flight.end(mine, () -> isReplaced(refused, path, call) ? Result.FRESH : fetch(refused, path, call));
            }
            return flight.await(run, call::leftNanos).orElse(Result.NONE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Result.NONE;
        } catch (ExecutionException e) {
            return Result.NONE;
        }
    }

    private static boolean isReplaced(FormSession refused, String path, RefusedCall call) {
        var at = refused.site().at("").resolve(path);
        return !call.current().token(at).equals(refused.token(at));
    }

    private Result fetch(FormSession refused, String path, RefusedCall call) {
        if (isUseless && !bucket.tryTake()) {
            return Result.NONE;
        }
        try {
            var fresh = new CsrfTokenRequest(call.current(), call.root()).send();
            if (fresh.isDead()) {
                return Result.ENDED;
            }
            call.update(session -> session.after(fresh.visits(), fresh.token()));
            if (isReplaced(refused, path, call)) {
                return Result.FRESH;
            }
            isUseless = true;
            return Result.NONE;
        } catch (BackendError e) {
            return call.leftNanos() > 0 ? Result.NONE : Result.LATE;
        }
    }

    /** A request was sent again with a fresh token. */
    public void note(boolean isAccepted) {
        isUseless = !isAccepted;
    }

    /** The site has said that the session is dead: nobody has to ask again. */
    void markDead() {
        isKnownDead = true;
    }

    boolean isKnownDead() {
        return isKnownDead;
    }
}
