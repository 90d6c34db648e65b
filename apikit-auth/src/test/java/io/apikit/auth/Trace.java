package io.apikit.auth;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/** What happened in a simulation: the latest of it for whoever reads a failure, and how often each kind of thing. */
final class Trace {
    private static final int LATEST = 60;

    private final String replay;
    private final Deque<String> latest = new ArrayDeque<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private long hash;

    Trace(String replay) {
        this.replay = replay;
    }

    /** One thing of a kind; the rest says which. */
    void note(String kind, Object... which) {
        counts.merge(kind, 1, Integer::sum);
        var line = new StringBuilder(kind);
        for (var part : which) {
            line.append(' ').append(part);
        }
        hash = hash * 31 + line.toString().hashCode();
        latest.addLast(line.toString());
        if (latest.size() > LATEST) {
            latest.removeFirst();
        }
    }

    Map<String, Integer> counts() {
        return counts;
    }

    /** Two runs of the same hash went the same way. */
    long hash() {
        return hash;
    }

    String told(String rule) {
        return rule + "\nTo replay: " + replay + "\nThe latest:\n  " + String.join("\n  ", latest);
    }
}
