package io.apikit.ops;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last so many, however many there were. Threadsafe. */
final class Ring<T> {
    private final int most;
    private final Deque<T> kept;

    Ring(int most) {
        this.most = most;
        this.kept = new ArrayDeque<>(most);
    }

    synchronized void add(T next) {
        if (kept.size() == most) {
            kept.removeFirst();
        }
        kept.addLast(next);
    }

    /** The oldest first. */
    synchronized List<T> all() {
        return List.copyOf(kept);
    }
}
