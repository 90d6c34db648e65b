package io.apikit.testkit.internal;

import io.javalin.http.Context;
import java.util.concurrent.Executor;

/** The gate in front of the logins of a fake: it counts them, and holds them on demand. Thread-safe. */
public final class LoginGate {
    private final NamedCounters attempts = new NamedCounters();
    private final NamedCounters logins = new NamedCounters();
    private final RequestGate gate;

    /** @param executor runs the logins that have passed */
    LoginGate(Executor executor) {
        this.gate = new RequestGate(executor);
    }

    /** Counts an attempt of this user, and lets the task write the response as soon as no login is held. */
    public void attempt(Context ctx, String user, Runnable task) {
        attempts.add(user);
        ctx.future(() -> gate.pass(task));
    }

    /** Counts a login of this user that succeeded. */
    public void succeeded(String user) {
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

    NamedCounters attempts() {
        return attempts;
    }

    NamedCounters logins() {
        return logins;
    }
}
