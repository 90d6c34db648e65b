package io.apikit.auth.simulation;

import java.time.Duration;

/** Rule 5 as the model counts it: when a session's login may be tried again. */
final class BackOffRule {
    private static final long FIRST = Duration.ofSeconds(1).toNanos();
    private static final long LAST = Duration.ofSeconds(5).toNanos();

    private final ModelAccount account;
    private long backOff;
    private long notBefore;

    BackOffRule(ModelAccount account) {
        this.account = account;
    }

    long notBefore() {
        return notBefore;
    }

    void succeeded() {
        backOff = 0;
        notBefore = 0;
    }

    /** Counted from the moment the mode ended; the session, which counts from a little later, may remember it longer. */
    void failed(LoginRun run, long now, long step) {
        var coolDown = SimulatedSessions.COOL_DOWN.toNanos();
        if (run.isRefusal()) {
            backOff = 0;
            account.refused(run.endNanos + coolDown, now, step);
        } else {
            backOff = backOff == 0 ? FIRST : Math.min(2 * backOff, LAST);
        }
        var pause = run.isRefusal() ? coolDown : Math.max(backOff, run.asksFor);
        notBefore = run.endNanos + pause;
        run.rememberedUntil = now + pause;
        account.failures().add(run);
    }
}
