package io.apikit.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What happened, in its order, as far back as it is kept. Thread-safe. */
final class Recent<E> {
    private final Deque<E> events = new ArrayDeque<>();
    private final int most;

    Recent(int most) {
        this.most = most;
    }

    synchronized void add(E event) {
        if (events.size() == most) {
            events.removeFirst();
        }
        events.addLast(event);
    }

    synchronized List<E> all() {
        return List.copyOf(events);
    }
}
