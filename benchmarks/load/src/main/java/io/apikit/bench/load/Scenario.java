package io.apikit.bench.load;

import java.util.Locale;

/** A scenario of the bench. */
enum Scenario {
    /** The wrapped request, compared in pairs by numbers of requests. */
    WRAPPED,
    /** The health check. */
    HEALTH,
    METADATA,
    /** The cost of a request with more callers, and with more prefixes. */
    GROWTH,
    /** Ten thousand requests to a backend that takes a second. */
    IN_FLIGHT,
    /** Ten thousand requests whose common login has expired. */
    EXPIRED,
    /** Start and memory of the example. */
    IDLE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
