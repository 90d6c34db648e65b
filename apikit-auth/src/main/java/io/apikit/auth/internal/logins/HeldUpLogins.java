package io.apikit.auth.internal.logins;

import io.apikit.BackendError;
import io.apikit.http.RetryAfter;
import io.apikit.http.Timing;
import io.apikit.internal.caller.ClientNetwork;
import io.apikit.internal.util.WarningInterval;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logins of one backend that are not made, since too many passwords were refused: counts them, and makes the callers' error.
 * Thread-safe.
 */
public final class HeldUpLogins {
    private static final Logger log = LoggerFactory.getLogger(HeldUpLogins.class);

    private final LongAdder ofUsers = new LongAdder();
    private final LongAdder ofSources = new LongAdder();
    private final WarningInterval warnings;

    /** Creates counts of zero. */
    public HeldUpLogins(Timing timing) {
        this.warnings = new WarningInterval(timing::nanoTime);
    }

    /** What holds a login up. */
    public enum Limit {
        /** The tries for one user. */
        USER,
        /** What one source may use of these. */
        SHARE,
        /** The tries from one source. */
        SOURCE;

        private String of(ClientNetwork source) {
            return switch (this) {
                case USER -> "for one user";
                case SHARE -> "for one user from " + source;
                case SOURCE -> "from " + source;
            };
        }
    }

    /** Returns the counts, by what the metrics call the limit. */
    public Map<String, LongAdder> counts() {
        return Map.of("user", ofUsers, "source", ofSources);
    }

    /**
     * Counts a login, and returns its error, a 429. Warns once a minute at most.
     *
     * @param left how long a further one would be held up
     */
    public BackendError by(Limit limit, ClientNetwork source, Duration left) {
        (limit == Limit.SOURCE ? ofSources : ofUsers).increment();
        if (warnings.isOver()) {
            log.warn(
                    "Too many passwords were refused {}: the response to further logins is 429, for {} s now",
                    limit.of(source),
                    left.toSeconds() + 1);
        }
        return BackendError.of(429, "Too many logins were refused.")
                .withHeader(RetryAfter.HEADER, RetryAfter.format(left));
    }
}
