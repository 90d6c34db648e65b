package io.apikit.auth.simulation;

import io.apikit.internal.util.SingleFlight;
import org.jspecify.annotations.Nullable;

/** One login that was started: what the mode made of it, and whether it has ended. */
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

    SingleFlight.@Nullable Run<?> flight;

    @Nullable
    ModelToken issued;

    End end = End.NONE;
    /** What the callers have to be told: a piece of the error's text that no other login's has. */
    String told = "";

    int toldStatus;
    long asksFor;
    long endNanos;
    boolean hasRun;
    boolean isGivingUp;
    long givenUpNanos;
    boolean wasRejected;
    boolean isSettled;
    boolean isEnding;
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

    /** Those who waited for it have its result now, however long its thread took to hand it over. */
    void waitersHaveIt(long now) {
        if (isEnding) {
            isEnding = false;
            rememberedUntil = Math.max(rememberedUntil, now);
        }
    }

    boolean mayBeToldSince(long nanos) {
        return isEnding || rememberedUntil >= nanos;
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

    /** Whether those who wait for it have a result. */
    boolean hasResult() {
        return flight != null && flight.result().isPresent();
    }

    boolean isRefusal() {
        return end == End.REFUSED;
    }

    @Override
    public String toString() {
        return "login " + number;
    }
}
