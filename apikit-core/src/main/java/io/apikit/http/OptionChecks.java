package io.apikit.http;

import java.time.Duration;

/** Checks the values of options. The exception for a bad one names the option. */
final class OptionChecks {
    /** Sockets count their timeouts in milliseconds: less than one would mean no timeout. */
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private static final Duration LONGEST = Duration.ofDays(1);

    private OptionChecks() {}

    static Duration timeout(String option, Duration timeout) {
        return between(option, timeout, SHORTEST, LONGEST);
    }

    static Duration between(String option, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(option + " must be " + least + " to " + most + ", not " + value);
        }
        return value;
    }

    static long between(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(option + " must be " + least + " to " + most + ", not " + value);
        }
        return value;
    }

    /** Refuses {@code NaN} as well. */
    static double between(String option, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(option + " must be " + least + " to " + most + ", not " + value);
        }
        return value;
    }
}
