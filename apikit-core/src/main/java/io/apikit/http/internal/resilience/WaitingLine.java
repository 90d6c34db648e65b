package io.apikit.http.internal.resilience;

import java.util.ArrayDeque;
import java.util.Deque;

/** The requests that wait for their turn, in the order they came. Not thread-safe. */
final class WaitingLine {
    /** A request that may have to wait. */
    static final class Waiter {
        private boolean hasWaited;
        private boolean isInLine;
        private long waitNanos;

        boolean hasWaited() {
            return hasWaited;
        }

        boolean isInLine() {
            return isInLine;
        }

        /** Returns how long it has to wait, as last computed. */
        long waitNanos() {
            return waitNanos;
        }
    }

    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private final int max;

    WaitingLine(int max) {
        this.max = max;
    }

    int length() {
        return waiters.size();
    }

    /** Returns how many stand before it: all of them if it is not in the line. */
    int ahead(Waiter waiter) {
        if (!waiter.hasWaited) {
            return waiters.size();
        }
        int ahead = 0;
        for (var other : waiters) {
            if (other == waiter) {
                break;
            }
            ahead++;
        }
        return ahead;
    }

    /** Puts it at the end, unless it is in the line already. Returns false if there is no room. */
    boolean join(Waiter waiter, long waitNanos) {
        if (!waiter.hasWaited) {
            if (waiters.size() >= max) {
                return false;
            }
            waiters.add(waiter);
            waiter.hasWaited = true;
            waiter.isInLine = true;
        }
        waiter.waitNanos = waitNanos;
        return true;
    }

    void leave(Waiter waiter) {
        if (waiter.isInLine) {
            waiter.isInLine = false;
            waiters.remove(waiter);
        }
    }
}
