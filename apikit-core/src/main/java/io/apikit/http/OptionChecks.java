package io.apikit.http;

import io.apikit.http.internal.url.BaseUrl;
import io.apikit.http.internal.url.Origin;
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

    /** Returns the host, an IPv6 address without its brackets. */
    static String host(String option, String host) {
        var isIpv6 = host.indexOf(':') != host.lastIndexOf(':');
        var url = "http://" + (isIpv6 && !host.startsWith("[") ? "[" + host + "]" : host);
        return part(option, "a host", host, isIpv6 || !host.contains(":") ? url : "")
                .bareHost();
    }

    static int port(String option, int port) {
        return (int) between(option + ": the port", port, 1, 65_535);
    }

    static Origin origin(String option, String origin) {
        return part(option, "an origin such as https://login.example.org", origin, origin);
    }

    private static Origin part(String option, String what, String given, String url) {
        try {
            var base = BaseUrl.parse(url);
            if (base.prefix().isEmpty()) {
                return base.origin();
            }
        } catch (IllegalArgumentException e) {
            // Its message names a base URL, which this is not.
        }
        throw new IllegalArgumentException(option + " needs " + what + ", not '" + BaseUrl.masked(given) + "'");
    }
}
