package io.apikit.auth;

import io.apikit.http.Deadline;
import java.time.Duration;

/** How a flight is begun, awaited, given up and landed: the seam for tests in which no time is real. */
interface Patience {
    Patience REAL = new Patience() {};

    default Flight flight() {
        return new Flight();
    }

    default Outcome await(Flight flight, Deadline deadline) {
        return flight.await(deadline);
    }

    default void giveUpAfter(Flight flight, Duration limit, Runnable giveUp) {
        flight.giveUpAfter(limit, giveUp);
    }

    /** Called when all is decided, before the place is free and anybody is told. */
    default void landing(Flight flight, Outcome outcome) {}
}
