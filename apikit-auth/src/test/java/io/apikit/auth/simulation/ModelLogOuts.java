package io.apikit.auth.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is logged out, and whether anybody still was at work then. Log-outs come on threads of their own, which the baton does
 * not know: so each of them is a note, which the next request of the run reads.
 */
final class ModelLogOuts {
    private final boolean isOn;
    private final Map<String, Integer> inFlight = new HashMap<>();
    private final Set<String> loggedOut = new HashSet<>();
    private @Nullable String violation;

    ModelLogOuts(boolean isOn) {
        this.isOn = isOn;
    }

    boolean isOn() {
        return isOn;
    }

    synchronized int count() {
        return loggedOut.size();
    }

    synchronized void begins(String token) {
        if (loggedOut.contains(token)) {
            violation = "a request is signed with " + token + ", which was logged out";
        }
        inFlight.merge(token, 1, Integer::sum);
    }

    synchronized void ends(String token) {
        inFlight.merge(token, -1, Integer::sum);
    }

    synchronized void logOut(String token) {
        if (!loggedOut.add(token)) {
            violation = token + " is logged out twice";
        }
        if (inFlight.getOrDefault(token, 0) > 0) {
            violation = token + " is logged out under a request in flight";
        }
    }

    synchronized void requireNone(Baton baton) {
        var found = violation;
        baton.require(found == null, () -> String.valueOf(found));
    }
}
