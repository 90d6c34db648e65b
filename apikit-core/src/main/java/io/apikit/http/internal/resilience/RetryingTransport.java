package io.apikit.http.internal.resilience;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.Transport;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a request again as the policy says, within the request's deadline and the backend's budget; threadsafe. */
public final class RetryingTransport implements Transport {
    private static final Logger log = LoggerFactory.getLogger(RetryingTransport.class);

    private final Transport next;
    private final RetryPolicy policy;
    private final Backoff backoff;
    private final RetryBudget budget;
    private final Timing timing;

    public RetryingTransport(Transport next, RetryPolicy policy, Backoff backoff, RetryBudget budget, Timing timing) {
        this.next = next;
        this.policy = policy;
        this.backoff = backoff;
        this.budget = budget;
        this.timing = timing;
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        budget.call();
        var stamped = stamped(request);
        if (!stamped.isIdempotent() || !stamped.isReplayable()) {
            return next.send(stamped);
        }
        var outcome = AttemptOutcome.of(next, stamped);
        for (int made = 1; made < policy.attempts() && outcome.isRetryable(policy); made++) {
            if (!mayRetry(stamped, made, outcome)) {
                break;
            }
            outcome = AttemptOutcome.of(next, stamped);
        }
        return outcome.get();
    }

    /** The deadline is set once, so that attempts and sleeps share it. */
    private BackendRequest stamped(BackendRequest request) {
        return request.deadline().isPresent()
                ? request
                : request.timeout()
                        .map(total -> request.deadline(Deadline.after(total, timing)))
                        .orElse(request);
    }

    /** The budget comes last: what is not going to be made takes nothing out of it. */
    private boolean mayRetry(BackendRequest request, int made, AttemptOutcome outcome) {
        var delay = backoff.after(made, outcome).filter(pause -> fits(pause, request));
        if (delay.isEmpty() || !budget.tryRetry()) {
            return false;
        }
        tell(made, outcome);
        return slept(delay.get());
    }

    private void tell(int made, AttemptOutcome outcome) {
        try {
            outcome.tell(policy.listener(), made, policy.attempts() - made);
        } catch (RuntimeException e) {
            log.warn("The listener to retries failed", e);
        }
    }

    private static boolean fits(Duration pause, BackendRequest request) {
        return request.deadline()
                .map(deadline -> pause.compareTo(deadline.left()) < 0)
                .orElse(true);
    }

    private boolean slept(Duration pause) {
        try {
            timing.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
