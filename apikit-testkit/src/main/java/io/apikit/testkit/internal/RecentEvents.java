package io.apikit.testkit.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.ToLongFunction;

/** The last events in their order: at most so many, and fewer if they are large. Thread-safe. */
public final class RecentEvents<E> {
    /** Kept however large they are, so that a test can compare a request with its repetition. */
    private static final int LEAST = 2;

    private final Deque<E> events = new ArrayDeque<>();
    private final int most;
    private final long mostBytes;
    private final ToLongFunction<E> size;
    private long bytes;
    private int count;

    /** @param most the number of events that are kept */
    public RecentEvents(int most) {
        this(most, 0, event -> 0);
    }

    /**
     * @param most the number of events that are kept
     * @param mostBytes the size of the events that are kept, if there are more than two
     * @param size returns the size of an event in bytes
     */
    public RecentEvents(int most, long mostBytes, ToLongFunction<E> size) {
        this.most = most;
        this.mostBytes = mostBytes;
        this.size = size;
    }

    public synchronized void add(E event) {
        events.addLast(event);
        count++;
        bytes += size.applyAsLong(event);
        while (events.size() > most || (bytes > mostBytes && events.size() > LEAST)) {
            bytes -= size.applyAsLong(events.removeFirst());
        }
    }

    /** Returns the events that are kept, the oldest first. */
    public synchronized List<E> all() {
        return List.copyOf(events);
    }

    /** Returns the number of events, including those that are no longer kept. */
    public synchronized int count() {
        return count;
    }

    /**
     * Returns an event by its number. The first has the number 1.
     *
     * @throws IllegalStateException if it is no longer kept
     */
    public synchronized E numbered(int number) {
        int position = number - 1 - (count - events.size());
        if (position < 0) {
            throw new IllegalStateException("request " + number + " of " + count + " is forgotten");
        }
        return all().get(position);
    }
}
