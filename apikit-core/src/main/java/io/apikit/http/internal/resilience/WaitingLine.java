package io.apikit.http.internal.resilience;

import java.util.ArrayDeque;
import java.util.Deque;

/** Those who wait for a turn, in the order they came; not threadsafe. */
final class WaitingLine {
    /** One who may have to wait. */
    static final class Place {
        private boolean hasWaited;
        private long waitNanos;

        boolean hasWaited() {
            return hasWaited;
        }

        /** How long it was last told to wait. */
        long waitNanos() {
            return waitNanos;
        }
    }

    private final Deque<Place> places = new ArrayDeque<>();
    private final int most;

    WaitingLine(int most) {
        this.most = most;
    }

    int length() {
        return places.size();
    }

    /** How many come before it; all of them if it is not in the line. */
    int ahead(Place place) {
        if (!place.hasWaited) {
            return places.size();
        }
        int ahead = 0;
        for (var other : places) {
            if (other == place) {
                break;
            }
            ahead++;
        }
        return ahead;
    }

    /** Puts it at the end, unless it is in the line already; false if there is no room. */
    boolean join(Place place, long waitNanos) {
        if (!place.hasWaited) {
            if (places.size() >= most) {
                return false;
            }
            places.add(place);
            place.hasWaited = true;
        }
        place.waitNanos = waitNanos;
        return true;
    }

    void leave(Place place) {
        places.remove(place);
    }
}
