package io.apikit.auth.simulation;

import io.apikit.BackendError;
import io.apikit.auth.SessionCore;
import io.apikit.http.BackendRequest;
import io.apikit.http.Deadline;
import io.apikit.http.RetryPolicy;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.http.internal.resilience.RetryBudget;
import io.apikit.http.internal.resilience.RetryingTransport;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One thread that calls and calls: another account and another replica each time, as a load balancer chooses them. */
final class ReplicatedCaller implements Runnable {
    private static final RetryPolicy RETRIES =
            RetryPolicy.builder().baseDelay(Duration.ofMillis(1)).build();

    /** One for all: each new one looks at the names of all before it. */
    private static final BackendMetrics UNREAD = new BackendMetrics(ModelBackend.ORIGIN);

    private static final Set<Integer> EXPECTED = Set.of(200, 401, 429, 500, 502, 503, 504);

    private final ReplicatedSimulation world;
    private final long untilStep;
    private @Nullable Actor actor;
    private @Nullable SharedCall call;

    ReplicatedCaller(ReplicatedSimulation world, long untilStep) {
        this.world = world;
        this.untilStep = untilStep;
    }

    void isRunBy(Actor thread) {
        actor = thread;
    }

    @Override
    public void run() {
        while (world.baton().steps() < untilStep) {
            var total = world.dice().between(Duration.ofSeconds(world.isFair() ? 25 : 1), Duration.ofSeconds(30));
            call(world.someAccount(), world.someReplica(), total);
            world.baton().pass();
        }
    }

    /** Hangs up on the call under way, if there is one. */
    boolean cancel() {
        if (call == null || actor == null) {
            return false;
        }
        call.isCancelled = true;
        actor.interrupt();
        return true;
    }

    /** Returns the status it ends with; 0 if the replica was killed under it. */
    int call(SharedAccount account, ModelReplica replica, Duration total) {
        var mine = new SharedCall(
                world.nextNumber(),
                account,
                replica,
                world.time().now(),
                world.time().in(total));
        var thread = Objects.requireNonNull(actor);
        world.begins(mine);
        call = mine;
        replica.enters(thread);
        var status = 0;
        try {
            status = send(mine, total);
        } catch (BackendError e) {
            world.secrets().inspect(e);
            status = e.statusCode();
        } catch (Baton.Killed e) {
            // No response, as from a process that is gone.
        } finally {
            replica.leaves(thread);
            call = null;
            thread.forgetInterrupt();
            var unused = Thread.interrupted();
        }
        return replica.isKilled() ? 0 : judged(mine, status);
    }

    private int send(SharedCall mine, Duration total) {
        var deadline = world.baton().quietly(() -> Deadline.after(total, mine.replica.clock()));
        var request = SessionCore.resolved(BackendRequest.get("/a"), deadline);
        var found = mine.replica.session(mine.account);
        world.baton().pass();
        while (!found.enter(request)) {
            found = mine.replica.session(mine.account);
        }
        var session = found;
        try {
            var budget = RetryBudget.of(RETRIES, UNREAD);
            var response = RetryingTransport.create(RETRIES, budget, mine.replica.clock(), () -> 0, session.pipeline())
                    .send(request);
            world.baton()
                    .require(
                            response.status() != 200 || response.text().equals(mine.account.toString()),
                            () -> "rule 6: " + mine + " gets the data of " + response.text());
            return response.status();
        } finally {
            SessionCore.end(request);
        }
    }

    private int judged(SharedCall mine, int status) {
        world.trace().note("ends with " + status, mine);
        world.baton().require(EXPECTED.contains(status), () -> mine + " ends with " + status);
        var isDue = mine.account.isLetIn() && !mine.isCancelled;
        var isLate = world.time().now() > mine.begun + (mine.deadline - mine.begun) * 0.9;
        var session = mine.replica.sessions().get(mine.account);
        // A login that was made for a call, and revoked before it was used, is evidence against the target. The
        // provider may
        // also have revoked more logins than the session may renew.
        var isExcused =
                isLate || (session != null && (session.mayBeDenied(mine.begun) || session.mayBeCapped(mine.begun)));
        world.baton()
                .require(
                        !world.isFair() || !isDue || isExcused || status == 200,
                        () -> mine + " ends with " + status + " though only the store had faults");
        world.baton()
                .require(
                        !world.isFair() || mine.account.isLetIn() || status == 401 || isLate || mine.isCancelled,
                        () -> mine + " with a wrong password ends with " + status);
        return status;
    }
}
