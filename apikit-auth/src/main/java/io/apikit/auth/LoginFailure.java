package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.Deadline;
import io.apikit.http.RetryAfter;
import io.apikit.http.Timing;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.internal.util.Durations;
import io.apikit.internal.util.SingleFlight;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A failed login, remembered so that the next one waits: for the cool-down after refused credentials, which doubles up to
 * 15 min, for a back-off of 1 s doubling to 5 s after a broken login. Immutable.
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

    /** Returns the failure of the same credentials, refused once more: they wait twice as long, up to the longest time. */
    LoginFailure refusedAgain(BackendError again, Duration longest, long nowNanos) {
        var doubled = Durations.shorter(pause.multipliedBy(2), longest);
        return refused(again, doubled.compareTo(pause) > 0 ? doubled : pause, nowNanos);
    }

    static LoginFailure broken(BackendError error, long nowNanos) {
        return broken(error, FIRST_BACK_OFF, nowNanos);
    }

    /** Returns the failure of the next login: one that breaks again waits twice as long. */
    LoginFailure brokenAgain(BackendError again, long nowNanos) {
        var next = refused ? FIRST_BACK_OFF : Durations.shorter(backOff.multipliedBy(2), LAST_BACK_OFF);
        return broken(again, next, nowNanos);
    }

    /** A login that says when to come back is not tried before, for 5 min at most: its quota may count every try. */
    private static LoginFailure broken(BackendError error, Duration backOff, long nowNanos) {
        var asked = retryAfter(error)
                .map(wait -> Durations.shorter(wait, MOST_ASKED))
                .orElse(backOff);
        var pause = asked.compareTo(backOff) > 0 ? asked : backOff;
        return new LoginFailure(error, false, backOff, pause, nowNanos);
    }

    /** Returns a failure for which no login waits. It shows that a login may have been renewed, and nothing else. */
    static LoginFailure past(long nowNanos) {
        return new LoginFailure(notStarted(), false, FIRST_BACK_OFF, Duration.ZERO, nowNanos);
    }

    /** Returns the later one of two. */
    LoginFailure later(LoginFailure other) {
        return other.sinceNanos - sinceNanos > 0 ? other : this;
    }

    /** Returns whether the next login still has to wait. */
    boolean isFresh(long nowNanos) {
        return Duration.ofNanos(nowNanos - sinceNanos).compareTo(pause) < 0;
    }

    /** Returns the error for callers that come while it is remembered. Some statuses say for how much longer that is. */
    BackendError errorAt(long nowNanos) {
        var left = pause.minusNanos(nowNanos - sinceNanos);
        var status = error.statusCode();
        var isTimed = status == 401 || status == 429 || status == 503;
        return isTimed ? error.withHeader(RetryAfter.HEADER, RetryAfter.format(left)) : error;
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

    /**
     * Waits for the result of another request's login or first use, at most until this request's deadline.
     *
     * @throws BackendError 504 at the deadline, 503 for a thread that is interrupted
     */
    static <T> T await(SingleFlight<T> flight, SingleFlight.Run<T> run, Deadline deadline) {
        try {
            return flight.await(run, deadline::leftNanos).orElseThrow(LoginFailure::late);
        } catch (InterruptedException e) {
            throw cancelled();
        } catch (ExecutionException e) {
            throw BackendError.of(502, "The login broke.");
        }
    }

    /** Waits until the login under way has ended, whatever it brings; not at all if there is none. */
    static <T> void awaitEnd(SingleFlight<T> flight, Deadline deadline) {
        try {
            var run = flight.running();
            if (run.isPresent()) {
                var unused = flight.await(run.get(), deadline::leftNanos);
            }
        } catch (InterruptedException e) {
            throw cancelled();
        } catch (ExecutionException ignored) {
            // The request goes out under the login at hand.
        }
    }

    /** Returns the error of a login for which there is no thread, since the backend is closed or all threads are used. */
    static BackendError notStarted() {
        return BackendError.of(503, "No login can be started now.");
    }

    /** Returns the error for a request whose deadline has passed while it waited. */
    static BackendError late() {
        return BackendError.of(504, "The login to the backend did not end in time.");
    }

    /** Returns the error for a request whose thread was interrupted while it waited; the thread stays so. */
    static BackendError cancelled() {
        Thread.currentThread().interrupt();
        return BackendError.of(503, "The request was cancelled while it waited for a login.");
    }

    private static Optional<Duration> retryAfter(BackendError error) {
        return Optional.ofNullable(error.headers().get(RetryAfter.HEADER))
                .flatMap(value -> RetryAfter.delay(value, Instant.now()));
    }
    /**
     * There is no login for a request. Nothing of the request was sent, or the backend has refused its credentials and done
     * nothing else.
     */
    static final class LoginUnavailable extends Exception {
        private static final long serialVersionUID = 1L;

        private final BackendError error;

        LoginUnavailable(BackendError error) {
            super(error);
            this.error = error;
        }

        /** Returns the error for the caller, if the request cannot be sent under another login. */
        BackendError error() {
            return error;
        }
    }

    /** The latest failed login of a session, for as long as the next one has to wait. Threadsafe. */
    static final class LoginBackoff {
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

        /** Another replica has met it with the same credentials. */
        LoginFailure adopted(LoginFailure failure) {
            last = failure;
            return failure;
        }

        void forget() {
            last = null;
        }
    }
}
