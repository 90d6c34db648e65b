package io.apikit.internal.health;

import java.util.Locale;

/** What a check said, or that it said nothing in time. */
enum CheckResult {
    UP,
    DOWN,
    TIMEOUT;

    /** As probes are told. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
