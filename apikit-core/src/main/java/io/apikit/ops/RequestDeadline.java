package io.apikit.ops;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/**
 * The moment by which a request must have been answered: its caller's own, in {@code X-Request-Deadline}, or its
 * route's, whichever comes first. What is done for the request at a backend ends by then, with a 504: calls, retries,
 * logins and the pauses between them. A handler that computes is not interrupted.
 *
 * <p>The header is a number of seconds from the request's arrival ({@code 2.5}) or a moment in RFC 3339
 * ({@code 2026-03-01T12:00:00Z}), which needs clocks that agree; a day ahead at most. It only ever shortens what a backend's own limits
 * leave. Anything else is a 400.
 *
 * <pre>{@code
 * path("/reports", () -> {
 *     before(RequestDeadline.within(Duration.ofSeconds(5)));
 *     get("/{name}", ctx -> ...);
 * });
 * }</pre>
 */
public final class RequestDeadline {
    /** The header it comes in. */
    public static final String HEADER = "X-Request-Deadline";

    private static final String ATTRIBUTE = RequestDeadline.class.getName();

    /** Monotonic nanoseconds; null is never. */
    private record Known(@Nullable Long atNanos) {
        private Known orSooner(long other) {
            return atNanos == null || other - atNanos < 0 ? new Known(other) : this;
        }
    }

    private RequestDeadline() {}

    /**
     * Bounds the requests to the routes it is put before, from their arrival on.
     *
     * @throws IllegalArgumentException unless it is positive and at most a day
     */
    public static Handler within(Duration total) {
        if (total.isNegative() || total.isZero() || total.compareTo(DeadlineText.LONGEST) > 0) {
            throw new IllegalArgumentException("a request's deadline must be positive, at most a day, not " + total);
        }
        long nanos = total.toNanos();
        return ctx -> remember(ctx, known(ctx).orSooner(ArrivalTime.nanos(ctx) + nanos));
    }

    /**
     * What is left for this request; zero once its time has passed, empty if nobody set one.
     *
     * @throws BadRequestResponse if the header cannot be read
     */
    public static Optional<Duration> left(Context ctx) {
        var known = known(ctx);
        return known.atNanos == null
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, known.atNanos - System.nanoTime())));
    }

    private static Known known(Context ctx) {
        Known known = ctx.attribute(ATTRIBUTE);
        return known != null ? known : remember(ctx, new Known(callers(ctx)));
    }

    private static Known remember(Context ctx, Known known) {
        ctx.attribute(ATTRIBUTE, known);
        return known;
    }

    private static @Nullable Long callers(Context ctx) {
        if (ctx.req().getHeader(HEADER) == null) {
            return null;
        }
        var values = Collections.list(ctx.req().getHeaders(HEADER));
        return DeadlineText.nanos(values.get(0), ArrivalTime.nanos(ctx), System.nanoTime(), Instant.now())
                .filter(any -> values.size() == 1)
                .orElseThrow(RequestDeadline::unreadable);
    }

    /** What was sent is not quoted: it may hold anything. */
    private static BadRequestResponse unreadable() {
        return new BadRequestResponse(
                HEADER + " must be seconds or a moment such as 2026-03-01T12:00:00Z, a day ahead at most");
    }

    /** When a request came in, on monotonic time: before it waited for a thread, if its server can tell. */
    static final class ArrivalTime {
        private ArrivalTime() {}

        static long nanos(Context ctx) {
            try {
                return ServletContextRequest.getServletContextRequest(ctx.req()).getHeadersNanoTime();
            } catch (IllegalStateException anotherServer) {
                return System.nanoTime();
            }
        }
    }

    /** A deadline as a caller writes it: seconds, with a fraction or without, or a moment in RFC 3339. */
    static final class DeadlineText {
        /** Nine digits are more than a day, and cost nothing to read. */
        private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");

        static final Duration LONGEST = Duration.ofDays(1);

        private DeadlineText() {}

        /** Monotonic nanoseconds; empty for what is neither, and for what is more than a day off. */
        static Optional<Long> nanos(String value, long arrivedNanos, long nowNanos, Instant now) {
            return SECONDS.matcher(value).matches()
                    ? seconds(value).map(left -> arrivedNanos + left.toNanos())
                    : moment(value, now).map(left -> nowNanos + left.toNanos());
        }

        private static Optional<Duration> seconds(String value) {
            var nanos = new BigDecimal(value).movePointRight(9).longValueExact();
            return Optional.of(Duration.ofNanos(nanos)).filter(left -> left.compareTo(LONGEST) <= 0);
        }

        /** One that has passed is as good as now. */
        private static Optional<Duration> moment(String value, Instant now) {
            try {
                var left = Duration.between(now, OffsetDateTime.parse(value).toInstant());
                return Optional.of(left.isNegative() ? Duration.ZERO : left)
                        .filter(some -> some.compareTo(LONGEST) <= 0);
            } catch (DateTimeParseException neither) {
                return Optional.empty();
            }
        }
    }
}
