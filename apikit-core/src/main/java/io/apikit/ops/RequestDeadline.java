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
 * The time by which a request must have its response. The caller sets it in the header {@code X-Request-Deadline}, or
 * the service sets it for a route with {@link #within}; the earlier one counts. By default a request has none. Work at
 * a backend for the request ends at that time with a 504: calls, retries, logins and the pauses between them. A handler
 * that computes is not interrupted. Requests may use it at the same time; calls for one
 * request must not overlap.
 *
 * <p>The header is a number of seconds from the arrival of the request ({@code 2.5}), or a time in the form of RFC 3339
 * ({@code 2026-03-01T12:00:00Z}), which requires synchronized clocks. It may be at most 24 hours ahead. Any other value
 * gets a 400. A deadline can only shorten the backend's own timeouts.
 *
 * <pre>{@code
 * path("/reports", () -> {
 *     before(RequestDeadline.within(Duration.ofSeconds(5)));
 *     get("/{name}", ctx -> ...);
 * });
 * }</pre>
 */
public final class RequestDeadline {
    /** The name of the header that a caller sets. */
    public static final String HEADER = "X-Request-Deadline";

    private static final String ATTRIBUTE = RequestDeadline.class.getName();

    private static final Duration MAX = Duration.ofDays(1);

    /** Nine digits before the point are more than a day, and limit the time that it takes to parse them. */
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");

    /** @param atNanos on the clock of {@link System#nanoTime()}; null without a deadline */
    private record Expiry(@Nullable Long atNanos) {
        private Expiry earlier(long otherNanos) {
            return atNanos == null || otherNanos - atNanos < 0 ? new Expiry(otherNanos) : this;
        }
    }

    private RequestDeadline() {}

    /**
     * Returns a {@code before} handler that gives requests this much time, counted from their arrival.
     *
     * @throws IllegalArgumentException unless the time is positive and at most 24 hours
     */
    public static Handler within(Duration total) {
        if (total.isNegative() || total.isZero() || total.compareTo(MAX) > 0) {
            throw new IllegalArgumentException("a request's deadline must be positive, at most a day, not " + total);
        }
        long nanos = total.toNanos();
        return ctx -> store(ctx, expiry(ctx).earlier(arrivalNanos(ctx) + nanos));
    }

    /**
     * Returns the time that is left for a request: zero after its deadline, empty if it has none.
     *
     * @throws BadRequestResponse if the header has another form, or is there twice
     */
    public static Optional<Duration> left(Context ctx) {
        var expiry = expiry(ctx);
        return expiry.atNanos == null
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, expiry.atNanos - System.nanoTime())));
    }

    private static Expiry expiry(Context ctx) {
        Expiry known = ctx.attribute(ATTRIBUTE);
        return known != null ? known : store(ctx, new Expiry(headerNanos(ctx)));
    }

    private static Expiry store(Context ctx, Expiry expiry) {
        ctx.attribute(ATTRIBUTE, expiry);
        return expiry;
    }

    private static @Nullable Long headerNanos(Context ctx) {
        if (ctx.req().getHeader(HEADER) == null) {
            return null;
        }
        var values = Collections.list(ctx.req().getHeaders(HEADER));
        return Optional.of(values.get(0))
                .filter(value -> values.size() == 1)
                .flatMap(value -> parse(value, ctx))
                .orElseThrow(RequestDeadline::malformed);
    }

    /** The message does not quote the value, which may be any text. */
    private static BadRequestResponse malformed() {
        return new BadRequestResponse(
                HEADER + " must be seconds or a moment such as 2026-03-01T12:00:00Z, a day ahead at most");
    }

    /** Returns the deadline on the clock of {@link System#nanoTime()}; empty if it is malformed or too far ahead. */
    private static Optional<Long> parse(String value, Context ctx) {
        return SECONDS.matcher(value).matches()
                ? seconds(value).map(left -> arrivalNanos(ctx) + left.toNanos())
                : untilTime(value).map(left -> System.nanoTime() + left.toNanos());
    }

    private static Optional<Duration> seconds(String value) {
        var nanos = new BigDecimal(value).movePointRight(9).longValueExact();
        return Optional.of(Duration.ofNanos(nanos)).filter(RequestDeadline::isAllowed);
    }

    /** A time in the past counts as now. */
    private static Optional<Duration> untilTime(String value) {
        try {
            var left = Duration.between(Instant.now(), OffsetDateTime.parse(value));
            return Optional.of(left.isNegative() ? Duration.ZERO : left).filter(RequestDeadline::isAllowed);
        } catch (DateTimeParseException ignored) {
            return Optional.empty();
        }
    }

    private static boolean isAllowed(Duration left) {
        return left.compareTo(MAX) <= 0;
    }

    /**
     * The time at which the server had read the headers, before the request waited for a thread; now if it is unknown.
     */
    private static long arrivalNanos(Context ctx) {
        try {
            return ServletContextRequest.getServletContextRequest(ctx.req()).getHeadersNanoTime();
        } catch (IllegalStateException ignored) {
            return System.nanoTime();
        }
    }
}
