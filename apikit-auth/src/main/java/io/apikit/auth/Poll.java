package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.util.Objects;
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
 * failure: the next request waits for that time, if it is longer than the pause.
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
        this.request = request;
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
     * accepts it. If a predicate throws on such a response, the result counts as false.
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
}
