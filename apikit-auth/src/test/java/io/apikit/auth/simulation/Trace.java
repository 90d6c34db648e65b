package io.apikit.auth.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What happened in a simulation: the latest of it for whoever reads a failure, and how often each kind of thing. */
final class Trace {
    private static final int LATEST = Integer.getInteger("apikit.simulation.latest", 60);

    /** Digits apart from what stands between them. */
    private static final Pattern PIECE = Pattern.compile("\\d+|\\D+");

    /** The multiplier of the 64-bit FNV-1a hash. */
    private static final long FNV_PRIME = 0x100000001b3L;

    private final String replay;
    private final Deque<String> latest = new ArrayDeque<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Map<String, Integer> words = new HashMap<>();
    private long hash = 0xcbf29ce484222325L;

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
        add(line);
        latest.addLast(line.toString());
        if (latest.size() > LATEST) {
            latest.removeFirst();
        }
    }

    /**
     * Adds a line to the hash: its numbers as they are, its words by the order in which they first occurred. A kind or
     * a model class that is only worded differently leaves the hash as it was.
     */
    private void add(CharSequence line) {
        var pieces = PIECE.matcher(line);
        while (pieces.find()) {
            var piece = pieces.group();
            var isNumber = Character.isDigit(piece.charAt(0));
            mix(isNumber ? Long.parseLong(piece) : -1 - words.computeIfAbsent(piece, first -> words.size()));
        }
        mix(Long.MIN_VALUE);
    }

    private void mix(long value) {
        hash = (hash ^ value) * FNV_PRIME;
        hash ^= hash >>> 32;
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
