package io.apikit.auth.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rule 3 as the model counts it: where one session is denied. A target is denied when a login just renewed is rejected
 * there: at once and for the cool-down if the session was never accepted there, else after three such logins in a row, for
 * 1 s and then each time twice as long.
 */
final class TargetRule {
    private static final int IN_A_ROW = 3;
    private static final long FIRST = Duration.ofSeconds(1).toNanos();
    private static final long LAST = SimulatedSessions.COOL_DOWN.toNanos();

    private final Set<String> accepted = new HashSet<>();
    private final Map<String, Rejections> rejected = new HashMap<>();

    private record Rejections(long login, int inARow, long pause, long until) {}

    void accepted(String target) {
        accepted.add(target);
        rejected.remove(target);
    }

    boolean isDenied(String target, long now) {
        var known = rejected.get(target);
        return known != null && now < known.until;
    }

    /** Returns whether the target is denied from now on. */
    boolean rejected(String target, long login, long now) {
        var before = remembered(target, now);
        if (before == null || before.login < login) {
            rejected.put(target, accepted.contains(target) ? oneMore(before, login, now) : denied(login, 0, now, LAST));
        }
        return isDenied(target, now);
    }

    private @Nullable Rejections remembered(String target, long now) {
        var known = rejected.get(target);
        return known != null && now - known.until <= LAST ? known : null;
    }

    private static Rejections oneMore(@Nullable Rejections before, long login, long now) {
        var inARow = before == null ? 1 : before.inARow + 1;
        var pause = inARow < IN_A_ROW ? 0 : inARow == IN_A_ROW ? FIRST : 2 * (before == null ? 0 : before.pause);
        return denied(login, inARow, now, Math.min(pause, LAST));
    }

    private static Rejections denied(long login, int inARow, long now, long pause) {
        return new Rejections(login, inARow, pause, now + pause);
    }
}
