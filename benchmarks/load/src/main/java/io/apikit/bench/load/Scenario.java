package io.apikit.bench.load;

import java.util.Locale;

/** What is measured. */
enum Scenario {
    /** The wrapped request. */
    WRAPPED,
    /** The health check. */
    HEALTH,
    METADATA,
    /** Cost per request with more callers, and with more prefixes. */
    GROWTH,
    /** Ten thousand requests to a backend that takes a second. */
    IN_FLIGHT,
    /** Ten thousand requests on a login that has expired. */
    EXPIRED,
    /** Start and memory of the example. */
    IDLE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
