package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** One run of a {@link Poll}; used once, by one thread. */
final class PollRun {
    private static final String RETRY_AFTER = "Retry-After";

    /** An answer, or the backend's request to come back later. */
    private sealed interface Attempt {
        record Responded(BackendResponse response) implements Attempt {}

        record RetryLater(BackendError error, Duration asked) implements Attempt {}
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
            if (attempt instanceof Attempt.Responded answered && plan.isLast(answered.response, done)) {
                return answered.response;
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
        } catch (BackendError error) {
            if (isRetryLater(error)) {
                return new Attempt.RetryLater(error, requestedPause(error, Optional.empty()));
            }
            throw error.statusCode() == 504 && deadline.isExpired() ? timedOut() : error;
        }
    }

    private static Optional<BackendError> retryLater(BackendResponse response) {
        boolean mayBe = response.status() == 429 || response.status() == 503;
        return mayBe ? Optional.of(response.toError()).filter(PollRun::isRetryLater) : Optional.empty();
    }

    /** Without a time to come back it is a failure like any other: nothing says that it will pass. */
    private static boolean isRetryLater(BackendError error) {
        boolean mayBe = error.statusCode() == 429 || error.statusCode() == 503;
        return mayBe && error.headers().containsKey(RETRY_AFTER);
    }

    /** As the answer says; else in seconds, which is how errors of our own say it. */
    private static Duration requestedPause(BackendError error, Optional<Duration> byAnswer) {
        return byAnswer.orElseGet(() -> Optional.ofNullable(error.headers().get(RETRY_AFTER))
                .filter(value -> value.matches("\\d{1,9}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(Duration.ZERO));
    }

    private void pause(Duration planned, Attempt attempt) {
        if (attempt instanceof Attempt.RetryLater notNow && notNow.asked.compareTo(planned) > 0) {
            sleep(notNow.asked, notNow.error);
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
