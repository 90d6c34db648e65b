package io.apikit.http;

import java.time.Duration;

/** Sends a request again as the policy says, within the request's deadline; threadsafe. */
final class RetryingTransport implements Transport {
    private final Transport next;
    private final RetryPolicy policy;
    private final Backoff backoff;
    private final Timing timing;

    RetryingTransport(Transport next, RetryPolicy policy, Backoff backoff, Timing timing) {
        this.next = next;
        this.policy = policy;
        this.backoff = backoff;
        this.timing = timing;
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        var stamped = stamped(request);
        if (!stamped.isIdempotent() || !stamped.isReplayable()) {
            return next.send(stamped);
        }
        var outcome = Outcome.of(next, stamped);
        for (int made = 1; made < policy.attempts() && outcome.isRetryable(policy); made++) {
            if (!waited(stamped, made, outcome)) {
                break;
            }
            outcome = Outcome.of(next, stamped);
        }
        return outcome.get();
    }

    /** The deadline is set once, so that attempts and sleeps share it. */
    private BackendRequest stamped(BackendRequest request) {
        return request.deadline().isPresent()
                ? request
                : request.timeout()
                        .map(total -> request.by(Deadline.after(total, timing)))
                        .orElse(request);
    }

    private boolean waited(BackendRequest request, int made, Outcome outcome) {
        var delay = backoff.after(made, outcome).filter(pause -> fits(pause, request));
        return delay.isPresent() && slept(delay.get());
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
