package io.apikit.auth.internal.browser;

import io.apikit.http.Timing;
import io.apikit.internal.util.WarningInterval;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long the cookies of a session may be: 4 KiB each (RFC 6265, section 6.1), and 16 KiB together. Longer ones would
 * make a server refuse the requests that carry them. Counts for all sessions of one backend what was refused, and logs one
 * WARN a minute. Thread-safe.
 */
public final class CookieLimits {
    /** The most bytes of the name and the value of one cookie, with the sign between them. */
    static final int MAX_BYTES = 4 << 10;

    /** The most bytes of the header of all cookies. */
    static final int MAX_TOTAL_BYTES = 16 << 10;

    /** Between two cookies of a header. */
    static final int SEPARATOR_BYTES = 2;

    private static final Logger log = LoggerFactory.getLogger(CookieLimits.class);
    private static final int MAX_NAME_SHOWN = 40;

    private final String backend;
    private final WarningInterval warnings;
    private final LongAdder refused = new LongAdder();

    /** @param backend what the log calls it */
    public CookieLimits(String backend, Timing timing) {
        this.backend = backend;
        this.warnings = new WarningInterval(timing::nanoTime);
    }

    /** Returns how often cookies of a response were refused. */
    public LongAdder refused() {
        return refused;
    }

    /** Returns whether a session may take these cookies, which a response has brought. */
    public boolean allow(Map<String, String> cookies) {
        var excess = excess(cookies);
        excess.ifPresent(this::refuse);
        return excess.isEmpty();
    }

    /**
     * Counts a response whose cookies were not all taken.
     *
     * @param excess the limit that they exceed, without a value
     */
    public void refuse(String excess) {
        refused.increment();
        if (warnings.isOver()) {
            log.warn("A response of {} sets {}. The session keeps the cookies that it had.", backend, excess);
        }
    }

    /** Returns which limit these cookies exceed, without a value; empty if they exceed none. */
    public static Optional<String> excess(Map<String, String> cookies) {
        int total = 0;
        for (var cookie : cookies.entrySet()) {
            var bytes = bytes(cookie.getKey(), cookie.getValue());
            if (bytes > MAX_BYTES) {
                return Optional.of(tooLong(cookie.getKey(), bytes));
            }
            total += bytes + SEPARATOR_BYTES;
        }
        return excess(total);
    }

    /**
     * Returns which limit a cookie exceeds, without its value; empty if it exceeds none.
     *
     * @param others how many bytes the cookies have that are sent with it, each with a separator
     */
    static Optional<String> excess(String name, String value, int others) {
        var bytes = bytes(name, value);
        return bytes > MAX_BYTES ? Optional.of(tooLong(name, bytes)) : excess(others + bytes + SEPARATOR_BYTES);
    }

    private static Optional<String> excess(int total) {
        return total <= MAX_TOTAL_BYTES + SEPARATOR_BYTES
                ? Optional.empty()
                : Optional.of("cookies of " + total + " bytes together, not at most " + MAX_TOTAL_BYTES);
    }

    private static String tooLong(String name, int bytes) {
        return "the cookie " + shown(name) + " of " + bytes + " bytes, not at most " + MAX_BYTES;
    }

    private static String shown(String name) {
        return name.length() <= MAX_NAME_SHOWN ? name : name.substring(0, MAX_NAME_SHOWN) + "...";
    }

    /** Each character is one byte: a cookie is ISO-8859-1. */
    static int bytes(String name, String value) {
        return name.length() + 1 + value.length();
    }
}
