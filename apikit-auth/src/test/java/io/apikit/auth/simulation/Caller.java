package io.apikit.auth.simulation;

import io.apikit.BackendError;
import io.apikit.auth.SessionCore;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Transport;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.http.internal.resilience.RetryBudget;
import io.apikit.http.internal.resilience.RetryingTransport;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One thread that calls and calls: somebody else each time, by the very pipeline of a backend's session. */
final class Caller implements Runnable {
    /** Delays too fine to be seen: their jitter is no seed's. */
    private static final RetryPolicy RETRIES =
            RetryPolicy.builder().baseDelay(Duration.ofMillis(1)).build();

    /** One for all: each new one looks at the names of all before it. */
    private static final BackendMetrics UNREAD = new BackendMetrics(ModelBackend.ORIGIN);

    private static final List<String> PATHS = List.of(
            "/a", "/a", "/b", "/b", ModelBackend.DENIES, ModelBackend.FORBIDS, ModelBackend.SIGN_IN, ModelBackend.OPEN);

    private final Simulation world;
    private final long untilStep;
    private final CallRule rule;
    private @Nullable Actor actor;
    private @Nullable ModelCall call;

    Caller(Simulation world, long untilStep, CallRule rule) {
        this.world = world;
        this.untilStep = untilStep;
        this.rule = rule;
    }

    void isRunBy(Actor thread) {
        actor = thread;
    }

    @Override
    public void run() {
        while (world.baton().steps() < untilStep) {
            var total = world.dice().between(Duration.ofMillis(200), Duration.ofSeconds(30));
            call(world.someAccount(), request(), total);
            world.baton().pass();
        }
    }

    /** Hangs up on the call under way, if there is one. */
    boolean cancel() {
        if (call == null || actor == null) {
            return false;
        }
        call.cancelled = true;
        actor.interrupt();
        return true;
    }

    /** When the call under way began, if there is one. */
    Optional<Long> begun() {
        return Optional.ofNullable(call).map(mine -> mine.begun);
    }

    /** The status it ends with. */
    int call(ModelAccount account, BackendRequest request, Duration total) {
        var now = world.time().now();
        var mine = new ModelCall(
                world.nextNumber(), account, request, now, world.time().in(total), world.firstBegun(now));
        world.calls().begin(mine);
        call = mine;
        try {
            var response = send(mine, total);
            rule.answered(mine, response);
            return response.status();
        } catch (BackendError error) {
            rule.failed(mine, error);
            return error.statusCode();
        } finally {
            hangUp();
        }
    }

    private BackendResponse send(ModelCall mine, Duration total) {
        var deadline = world.baton().quietly(() -> Deadline.after(total, world.time()));
        var request = SessionCore.resolved(mine.request, deadline);
        var found = world.sessions().session(mine.account);
        world.baton().pass();
        while (!found.enter(request)) {
            found = world.sessions().session(mine.account);
        }
        var session = found;
        mine.session = session.ledger();
        Transport counted = attempt -> {
            mine.attempted(world.baton().steps());
            return session.pipeline().send(attempt);
        };
        var budget = RetryBudget.of(RETRIES, UNREAD);
        try {
            return RetryingTransport.create(RETRIES, budget, world.time(), () -> 0, counted)
                    .send(request);
        } finally {
            SessionCore.end(request);
        }
    }

    private void hangUp() {
        call = null;
        if (actor != null) {
            actor.forgetInterrupt();
        }
        var unused = Thread.interrupted();
    }

    private BackendRequest request() {
        var path = world.dice().oneOf(PATHS);
        return switch (world.dice().below(6)) {
            case 0 -> BackendRequest.post(path).json("\"again\"");
            case 1 -> BackendRequest.post(path).body(once(), "text/plain");
            case 2 -> BackendRequest.put(path).form(java.util.Map.of("again", "and again"));
            default -> BackendRequest.get(path);
        };
    }

    private static ByteArrayInputStream once() {
        return new ByteArrayInputStream("once".getBytes(StandardCharsets.UTF_8));
    }
}
