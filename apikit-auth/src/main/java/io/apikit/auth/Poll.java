package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Asks the backend again and again until a long task is done. Immutable and threadsafe: every setting gives a copy.
 *
 * <pre>{@code
 * var task = session.poll(BackendRequest.get("/tasks/{}", id))
 *         .failing(answer -> answer.json(Task.class).hasFailed())
 *         .until(answer -> answer.json(Task.class).isDone());
 * }</pre>
 *
 * <p>The first request goes out at once; the pause before the second is {@code first}, and each later one is
 * {@code growing} times longer, up to {@code cap}. Each request is an ordinary one of the session: it has a total time
 * of its own, is retried, paced and, where the login has expired meanwhile, replayed. A 429 or 503 with
 * {@code Retry-After} is no failure: the next request waits for as long as it says, where that is longer than the
 * pause.
 *
 * <p>Defaults: {@code first} 1 s, {@code growing} 1.5, {@code cap} 10 s, {@code within} 10 min, and nothing but a status
 * of 400 or above fails.
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

    /** The pause after the first request: 10 ms to a day. */
    public Poll first(Duration delay) {
        return with(plan.first(delay));
    }

    /** How much longer each pause is than the one before: 1 to 10. */
    public Poll growing(double factor) {
        return with(plan.factor(factor));
    }

    /** The longest pause: 10 ms to a day. A {@code Retry-After} may be longer. */
    public Poll cap(Duration longest) {
        return with(plan.cap(longest));
    }

    /** The total time for everything: requests, their retries and logins, pauses. At most 30 days. */
    public Poll within(Duration total) {
        return with(plan.within(total));
    }

    /**
     * What counts as failure, in place of what was said before: then {@link #until} throws a 502 with the answer's text,
     * or the answer's own error where its status is 400 or above.
     */
    public Poll failing(Predicate<BackendResponse> failed) {
        return with(plan.failing(failed));
    }

    /** What counts as failure, and the error that it is. What is put into that error is shown to the caller. */
    public Poll failing(Predicate<BackendResponse> failed, Function<BackendResponse, BackendError> error) {
        return with(plan.failing(failed).error(error));
    }

    /**
     * Asks until the answer says that the task is done, and gives that answer back. Each answer is first looked at for
     * failure, then for being done. One with a status of 400 or above is a failure unless {@code done} says otherwise;
     * a predicate that throws because it cannot read such an answer has said no.
     *
     * @throws BackendError of the failure; 504, naming method and path, once the next request would come too late; the
     *     backend's own 429 or 503 where that asks for more patience than there is time; 503 if the thread is
     *     interrupted (its flag stays set); and whatever {@link BackendSession#send} throws
     */
    public BackendResponse until(Predicate<BackendResponse> done) {
        return new PollRun(session, request, plan).until(Objects.requireNonNull(done, "done"));
    }

    private Poll with(PollPlan other) {
        return new Poll(session, request, other);
    }
}
