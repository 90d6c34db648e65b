package io.apikit.http.internal.resilience;

import io.apikit.http.BackendRequest;
import io.apikit.http.Deadline;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.Transport;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/** Puts a policy before a transport, as a session does, with an entrance that resolves the deadline of a timeout. */
public final class Retries {
    private Retries() {}

    public static Transport retrying(RetryPolicy policy, Transport next, Timing timing) {
        return retrying(policy, new RetryBudget(policy.budget()), next, timing);
    }

    static Transport retrying(RetryPolicy policy, RetryBudget budget, Transport next, Timing timing) {
        return retrying(
                policy,
                budget,
                next,
                timing,
                InstantSource.system(),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    static Transport retrying(
            RetryPolicy policy,
            RetryBudget budget,
            Transport next,
            Timing timing,
            InstantSource clock,
            DoubleSupplier random) {
        var retrying = new RetryingTransport(policy, new Backoff(policy, clock, random), budget, timing, next);
        return request -> retrying.send(resolved(request, timing));
    }

    private static BackendRequest resolved(BackendRequest request, Timing timing) {
        return request.deadline().isPresent()
                ? request
                : request.timeout()
                        .map(total -> request.deadline(Deadline.after(total, timing)))
                        .orElse(request);
    }
}
