package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a request again, as the policy says, within the request's deadline and the backend's budget. All attempts and
 * sleeps share one deadline. Thread-safe.
 */
public final class RetryingTransport implements Transport {
    private static final Logger log = LoggerFactory.getLogger(RetryingTransport.class);

    private static final Duration BUDGET_WAIT = Duration.ofMillis(50);

    private static final int BUDGET_WAITS = 40;

    private final RetryPolicy policy;
    private final Backoff backoff;
    private final RetryBudget budget;
    private final Timing timing;
    private final Transport next;

    RetryingTransport(RetryPolicy policy, Backoff backoff, RetryBudget budget, Timing timing, Transport next) {
        this.policy = policy;
        this.backoff = backoff;
        this.budget = budget;
        this.timing = timing;
        this.next = next;
    }

    /**
     * Returns {@code next} itself if the policy makes one attempt only.
     *
     * @param budget all sessions of a backend share one
     * @param random uniform in [0, 1), for the pauses
     */
    public static Transport create(
            RetryPolicy policy, RetryBudget budget, Timing timing, DoubleSupplier random, Transport next) {
        var backoff = new Backoff(policy, InstantSource.system(), random);
        return policy.attempts() == 1 ? next : new RetryingTransport(policy, backoff, budget, timing, next);
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        var share = budget.new Share();
        int most = request.isReplayable() ? policy.attempts() : 1;
        var attempt = request;
        try {
            for (int made = 1; ; made++) {
                try {
                    var response = next.send(attempt);
                    boolean mayRepeat = made < most && mayRepeat(request, response.status());
                    if (!mayRepeat || !awaitRetry(request, made, share, response)) {
                        return response;
                    }
                } catch (BackendError e) {
                    if (made >= most || !mayRepeat(request, e) || !awaitRetry(request, made, share, e)) {
                        throw e;
                    }
                    // A connection was lost, and the other kept ones may be lost too.
                    attempt = ConnectionDemand.NEW.madeBy(request);
                }
            }
        } finally {
            share.end();
        }
    }

    private boolean mayRepeat(BackendRequest request, int status) {
        if (!request.isIdempotent()) {
            return policy.retriesPost(status);
        }
        return policy.retries(status) && (status != 504 || request.isRepeatableAfterTimeout());
    }

    private static boolean mayRepeat(BackendRequest request, BackendError e) {
        return request.isIdempotent()
                && TransportFailure.isRetryable(e)
                && (request.isRepeatableAfterTimeout() || !TransportFailure.isResponseTimeout(e));
    }

    private boolean awaitRetry(BackendRequest request, int made, RetryBudget.Share share, BackendResponse response) {
        var left = left(request);
        var pause = backoff.after(made, response, left).filter(delay -> fits(delay, left));
        return pause.isPresent() && awaitRetry(request, made, share, pause.get(), response.status(), Optional.empty());
    }

    private boolean awaitRetry(BackendRequest request, int made, RetryBudget.Share share, BackendError error) {
        var pause = backoff.after(made);
        return fits(pause, left(request))
                && awaitRetry(request, made, share, pause, error.statusCode(), Optional.of(error));
    }

    /**
     * Returns whether to send again, after the pause before that. The budget is asked last: a retry that is not made
     * takes nothing out of it.
     */
    private boolean awaitRetry(
            BackendRequest request,
            int made,
            RetryBudget.Share share,
            Duration pause,
            int status,
            Optional<BackendError> error) {
        if (!pay(request, share, error)) {
            return false;
        }
        notifyListener(made, status, error);
        return sleep(pause);
    }

    /**
     * Returns whether the budget pays. A server that closes its kept connections closes many at once: more requests than
     * the reserve pays for, until the calls that go on have filled it.
     */
    private boolean pay(BackendRequest request, RetryBudget.Share share, Optional<BackendError> error) {
        boolean mayWait = error.filter(TransportFailure::isStaleConnection).isPresent();
        for (int waits = 0; !share.tryRetry(); waits++) {
            if (!mayWait || waits == BUDGET_WAITS || !fits(BUDGET_WAIT, left(request)) || !sleep(BUDGET_WAIT)) {
                return false;
            }
        }
        return true;
    }

    private static boolean fits(Duration pause, Optional<Duration> left) {
        return left.map(time -> pause.compareTo(time) < 0).orElse(true);
    }

    private static Optional<Duration> left(BackendRequest request) {
        return request.deadline().map(Deadline::left);
    }

    private void notifyListener(int made, int status, Optional<BackendError> error) {
        try {
            policy.listener().onRetry(made, policy.attempts() - made, status, error);
        } catch (RuntimeException e) {
            log.warn("The listener to retries failed", e);
        }
    }

    /** Returns false if the thread is interrupted. */
    private boolean sleep(Duration pause) {
        try {
            timing.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
