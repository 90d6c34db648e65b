package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import io.apikit.http.internal.resilience.Jitter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Polls the backend until a long task is done. Immutable and thread-safe: every setting returns a copy.
 *
 * <pre>{@code
 * var task = session.poll(BackendRequest.get("/tasks/{}", id))
 *         .failing(response -> response.json(Task.class).hasFailed())
 *         .until(response -> response.json(Task.class).isDone());
 * }</pre>
 *
 * <p>The first request is sent at once. The pause before the second is {@code first}, and each later pause is
 * {@code growing} times longer, up to {@code cap}. Each request is an ordinary one of the session: it has its own total
 * time, is retried and paced, and is replayed if the login has expired. A 429 or 503 with {@code Retry-After} is no
 * failure: the next request waits for that time, if it is longer than the pause, or by chance for up to a fifth more.
 *
 * <p>Defaults: {@code first} 1 s, {@code growing} 1.5, {@code cap} 10 s, {@code within} 10 min, and only a status of
 * 400 or above is a failure.
 */
public final class Poll {
    private final BackendSession session;
    private final BackendRequest request;
    private final PollPlan plan;

    Poll(BackendSession session, BackendRequest request) {
        this(session, request, PollPlan.of(request));
    }

    private Poll(BackendSession session, BackendRequest request, PollPlan plan) {
        this.session = session;
        this.request = request.allowErrors();
        this.plan = plan;
    }

    /**
     * Sets the pause after the first request.
     *
     * @throws IllegalArgumentException unless it is 10 ms to 1 day
     */
    public Poll first(Duration delay) {
        return with(plan.first(delay));
    }

    /**
     * Sets the factor between a pause and the next.
     *
     * @throws IllegalArgumentException unless it is 1 to 10
     */
    public Poll growing(double factor) {
        return with(plan.factor(factor));
    }

    /**
     * Sets the longest pause. A {@code Retry-After} may be longer.
     *
     * @throws IllegalArgumentException unless it is 10 ms to 1 day
     */
    public Poll cap(Duration longest) {
        return with(plan.cap(longest));
    }

    /**
     * Sets the total time for requests, their retries and logins, and pauses.
     *
     * @throws IllegalArgumentException unless it is 10 ms to 30 days
     */
    public Poll within(Duration total) {
        return with(plan.within(total));
    }

    /**
     * Sets which responses are a failure, in place of an earlier setting. Then {@link #until} throws a 502 with the
     * response's text, or the response's own error if its status is 400 or above.
     */
    public Poll failing(Predicate<BackendResponse> failed) {
        return with(plan.failing(failed));
    }

    /** Sets which responses are a failure, and the error to throw. The caller sees the content of that error. */
    public Poll failing(Predicate<BackendResponse> failed, Function<BackendResponse, BackendError> error) {
        return with(plan.failing(failed).error(error));
    }

    /**
     * Sends the request until a response shows that the task is done, and returns that response. Each response is
     * tested for failure first, then for {@code done}. A status of 400 or above is a failure unless {@code done}
     * accepts it. If a predicate throws on such a response, the result counts as false. The content of every response
     * can be read, as with {@link BackendRequest#allowErrors()}.
     *
     * @throws BackendError the error of the failure; 504, with method and path, if the next request would be too late;
     *     the backend's own 429 or 503 if its {@code Retry-After} is longer than the time left; 503 if the thread is
     *     interrupted (its flag stays set); and every error that {@link BackendSession#send} throws
     */
    public BackendResponse until(Predicate<BackendResponse> done) {
        return new PollRun(session, request, plan).until(Objects.requireNonNull(done, "done"));
    }

    private Poll with(PollPlan other) {
        return new Poll(session, request, other);
    }

    /** One run of a {@link Poll}. Used once, by one thread. */
    static final class PollRun {
        private static final String RETRY_AFTER = "Retry-After";

        /** The result of one request: a response, or the backend's request to retry later. */
        private sealed interface Attempt {
            record Responded(BackendResponse response) implements Attempt {}

            record RetryLater(BackendError error, Duration pause) implements Attempt {}
        }

        private final BackendSession session;
        private final BackendRequest request;
        private final PollPlan plan;
        private final Timing timing;
        private final Deadline deadline;
        private final boolean isLimited;

        PollRun(BackendSession session, BackendRequest request, PollPlan plan) {
            this.session = session;
            this.request = request;
            this.plan = plan;
            this.timing = session.backend().timing();
            var total = Deadline.after(plan.within(), timing);
            this.deadline =
                    session.bounded(request.deadline().map(total::earlier).orElse(total));
            this.isLimited = deadline != total;
        }

        BackendResponse until(Predicate<BackendResponse> done) {
            for (int made = 0; ; made++) {
                var attempt = attempt();
                if (attempt instanceof Attempt.Responded responded && plan.isLast(responded.response, done)) {
                    return responded.response;
                }
                pause(plan.pause(made), attempt);
            }
        }

        private Attempt attempt() {
            try {
                var response = session.send(
                        request.deadline(session.ownDeadline(request).earlier(deadline)));
                return retryLater(response)
                        .<Attempt>map(
                                error -> new Attempt.RetryLater(error, requestedPause(error, response.retryAfter())))
                        .orElseGet(() -> new Attempt.Responded(response));
            } catch (BackendError e) {
                if (isRetryLater(e)) {
                    return new Attempt.RetryLater(e, requestedPause(e, Optional.empty()));
                }
                throw e.statusCode() == 504 && deadline.isExpired() ? timedOut() : e;
            }
        }

        private static Optional<BackendError> retryLater(BackendResponse response) {
            boolean isBusy = response.status() == 429 || response.status() == 503;
            return isBusy ? Optional.of(response.toError()).filter(PollRun::isRetryLater) : Optional.empty();
        }

        /** Without a {@code Retry-After} it is a failure like any other. */
        private static boolean isRetryLater(BackendError error) {
            boolean isBusy = error.statusCode() == 429 || error.statusCode() == 503;
            return isBusy && error.headers().containsKey(RETRY_AFTER);
        }

        /** The pause of the response, which may be a date; else that of the error, which is in seconds. */
        private static Duration requestedPause(BackendError error, Optional<Duration> ofResponse) {
            return ofResponse.orElseGet(
                    () -> Optional.ofNullable(error.headers().get(RETRY_AFTER))
                            .filter(value -> value.matches("\\d{1,9}"))
                            .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                            .orElse(Duration.ZERO));
        }

        private void pause(Duration planned, Attempt attempt) {
            if (attempt instanceof Attempt.RetryLater later && later.pause.compareTo(planned) > 0) {
                var chance = session.backend().chance();
                sleep(Jitter.later(later.pause, chance, deadline.left(), deadline.left()), later.error);
            } else {
                sleep(planned, timedOut());
            }
        }

        private void sleep(Duration pause, BackendError ifTooLong) {
            if (pause.compareTo(deadline.left()) >= 0) {
                throw ifTooLong;
            }
            try {
                timing.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw BackendError.of(503, "The wait for " + request + " was interrupted");
            }
        }

        private BackendError timedOut() {
            var seconds = BigDecimal.valueOf(plan.within().toMillis(), 3).stripTrailingZeros();
            var limit = isLimited ? "by the request's deadline" : "within " + seconds.toPlainString() + " s";
            return BackendError.of(504, request + " was not done " + limit);
        }
    }

    /**
     * The settings of a {@link Poll}. Immutable.
     *
     * @param first the pause after the first request
     * @param factor between a pause and the next
     * @param cap the longest pause
     * @param within the total time
     * @param failing whether a response is a failure
     * @param error the error of a failure
     */
    record PollPlan(
            Duration first,
            double factor,
            Duration cap,
            Duration within,
            Predicate<BackendResponse> failing,
            Function<BackendResponse, BackendError> error) {
        private static final Duration MIN_PAUSE = Duration.ofMillis(10);
        private static final Duration MAX_PAUSE = Duration.ofDays(1);

        PollPlan {
            between("first", first, MIN_PAUSE, MAX_PAUSE);
            between("cap", cap, MIN_PAUSE, MAX_PAUSE);
            between("within", within, MIN_PAUSE, Duration.ofDays(30));
            if (!(factor >= 1 && factor <= 10)) {
                throw new IllegalArgumentException("growing must be 1 to 10, not " + factor);
            }
            Objects.requireNonNull(failing, "failing");
            Objects.requireNonNull(error, "error");
        }

        static PollPlan of(BackendRequest request) {
            return new PollPlan(
                    Duration.ofSeconds(1),
                    1.5,
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(10),
                    response -> false,
                    response -> failed(request, response));
        }

        PollPlan first(Duration delay) {
            return new PollPlan(delay, factor, cap, within, failing, error);
        }

        PollPlan factor(double growing) {
            return new PollPlan(first, growing, cap, within, failing, error);
        }

        PollPlan cap(Duration longest) {
            return new PollPlan(first, factor, longest, within, failing, error);
        }

        PollPlan within(Duration total) {
            return new PollPlan(first, factor, cap, total, failing, error);
        }

        PollPlan failing(Predicate<BackendResponse> failed) {
            return new PollPlan(first, factor, cap, within, failed, error);
        }

        PollPlan error(Function<BackendResponse, BackendError> made) {
            return new PollPlan(first, factor, cap, within, failing, made);
        }

        /** Returns the pause before request number n + 2. */
        Duration pause(int n) {
            double nanos = first.toNanos() * Math.pow(factor, n);
            return Duration.ofNanos((long) Math.min(nanos, (double) cap.toNanos()));
        }

        /**
         * Whether a response is the last one.
         *
         * @throws BackendError if it is a failure
         */
        boolean isLast(BackendResponse response, Predicate<BackendResponse> done) {
            boolean isError = response.status() >= 400;
            if (test(failing, response, isError)) {
                throw error.apply(response);
            }
            if (test(done, response, isError)) {
                return true;
            }
            if (isError) {
                throw response.toError();
            }
            return false;
        }

        /** A predicate may throw on an error page, which it was not written for. */
        private static boolean test(Predicate<BackendResponse> predicate, BackendResponse response, boolean isError) {
            try {
                return predicate.test(response);
            } catch (RuntimeException e) {
                if (isError) {
                    return false;
                }
                throw e;
            }
        }

        private static BackendError failed(BackendRequest request, BackendResponse response) {
            return response.status() >= 400 ? response.toError() : response.toError(request + " says that it failed");
        }

        private static void between(String setting, Duration value, Duration least, Duration most) {
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw new IllegalArgumentException(setting + " must be " + least + " to " + most + ", not " + value);
            }
        }
    }
}
