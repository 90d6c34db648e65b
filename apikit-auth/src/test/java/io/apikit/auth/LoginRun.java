package io.apikit.auth;

import io.apikit.internal.util.SingleFlight;
import org.jspecify.annotations.Nullable;

/** One login that took off: what the mode made of it, and whether it has landed. */
final class LoginRun {
    enum End {
        NONE,
        ISSUED,
        REFUSED,
        BROKEN
    }

    final long number;
    final SessionLedger session;
    final @Nullable ModelToken replaces;

    SingleFlight.@Nullable Run<CurrentLogin.Outcome> flight;

    @Nullable
    ModelToken issued;

    End end = End.NONE;
    /** What the callers have to be told: a piece of the error's text that no other login's has. */
    String told = "";

    int toldStatus;
    long asksFor;
    long endNanos;
    boolean isFlown;
    boolean isGivingUp;
    long givenUpNanos;
    boolean wasRejected;
    boolean isSettled;
    boolean isLanding;
    long rememberedUntil;

    LoginRun(long number, SessionLedger session, @Nullable ModelToken replaces) {
        this.number = number;
        this.session = session;
        this.replaces = replaces;
    }

    void issued(ModelToken token, long now) {
        issued = token;
        ended(End.ISSUED, 0, "", 0, now);
    }

    /** What comes after it was given up changes nothing. */
    void ended(End how, int status, String words, long asksForNanos, long now) {
        if (isSettled) {
            return;
        }
        end = how;
        toldStatus = status;
        told = words;
        asksFor = asksForNanos;
        endNanos = now;
    }

    /** Whoever joined its flight was told, however long its thread took to land it. */
    void landed(long now) {
        if (isLanding) {
            isLanding = false;
            rememberedUntil = Math.max(rememberedUntil, now);
        }
    }

    boolean mayBeToldSince(long nanos) {
        return isLanding || rememberedUntil >= nanos;
    }

    /** A login of the same session that succeeded since: what failed before is forgotten. */
    void supersededBy(LoginRun later, long now) {
        if (later.session == session) {
            rememberedUntil = Math.min(rememberedUntil, now);
        }
    }

    /** Whether it ended with these words of the mode's own. */
    boolean hasSaid(String words) {
        return (end == End.BROKEN || end == End.REFUSED) && words.contains(told);
    }

    /** Whether these are the words of one that took too long; then that is how it ended. */
    boolean isGivenUp(String words) {
        ended(End.BROKEN, 504, "It did not end in time.", 0, givenUpNanos);
        return givenUpNanos > 0 && words.contains(told);
    }

    boolean isRefusal() {
        return end == End.REFUSED;
    }

    @Override
    public String toString() {
        return "login " + number;
    }
}
