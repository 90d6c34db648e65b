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

    void succeeded(long now) {
        account.accepted(now);
        backOff = 0;
        notBefore = 0;
    }

    /** Counted from the moment the mode ended; the session, which counts from a little later, may remember it longer. */
    void failed(LoginRun run, long now, long step) {
        if (run.isRefusal()) {
            backOff = 0;
            account.refused(run.endNanos, now, step);
        } else {
            backOff = backOff == 0 ? FIRST : Math.min(2 * backOff, LAST);
        }
        var broken = Math.max(backOff, run.asksFor);
        notBefore = run.endNanos + (run.isRefusal() ? account.leastCoolDown() : broken);
        run.rememberedUntil = now + (run.isRefusal() ? account.mostCoolDown() : broken);
        account.failures().add(run);
    }
}
