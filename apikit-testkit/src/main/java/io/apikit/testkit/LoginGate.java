package io.apikit.testkit;

import io.javalin.http.Context;
import java.util.concurrent.Executor;

/** The gate in front of the logins of a fake: it counts them, and holds them on demand. Thread-safe. */
final class LoginGate {
    private final Counters attempts = new Counters();
    private final Counters logins = new Counters();
    private final Gate gate;

    /** @param executor runs the logins that have passed */
    LoginGate(Executor executor) {
        this.gate = new Gate(executor);
    }

    /** Counts an attempt of this user, and lets the task write the response as soon as no login is held. */
    void attempt(Context ctx, String user, Runnable task) {
        attempts.add(user);
        ctx.future(() -> gate.pass(task));
    }

    /** Counts a login of this user that succeeded. */
    void succeeded(String user) {
        logins.add(user);
    }

    void hold() {
        gate.hold();
    }

    void release() {
        gate.release();
    }

    void awaitHeld(int wanted) {
        gate.awaitHeld(wanted);
    }

    Counters attempts() {
        return attempts;
    }

    Counters logins() {
        return logins;
    }
}
