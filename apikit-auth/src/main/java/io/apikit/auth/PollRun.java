package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.RetryAfter;
import io.apikit.http.Timing;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** One run of a {@link Poll}. Used once, by one thread. */
final class PollRun {
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
        this.deadline = session.bounded(request.deadline().map(total::earlier).orElse(total));
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
            var response =
                    session.send(request.deadline(session.ownDeadline(request).earlier(deadline)));
            return retryLater(response)
                    .<Attempt>map(error -> new Attempt.RetryLater(error, requestedPause(error, response.retryAfter())))
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
        return isBusy && error.headers().containsKey(RetryAfter.HEADER);
    }

    /** The pause of the response, which may be a date; else that of the error, which is in seconds. */
    private static Duration requestedPause(BackendError error, Optional<Duration> ofResponse) {
        return ofResponse.orElseGet(() -> Optional.ofNullable(error.headers().get(RetryAfter.HEADER))
                .filter(value -> value.matches("\\d{1,9}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(Duration.ZERO));
    }

    private void pause(Duration planned, Attempt attempt) {
        if (attempt instanceof Attempt.RetryLater later && later.pause.compareTo(planned) > 0) {
            sleep(later.pause, later.error);
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
