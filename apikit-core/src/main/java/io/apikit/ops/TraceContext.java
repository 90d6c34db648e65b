package io.apikit.ops;

import io.javalin.http.Context;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Which distributed trace a request belongs to, as its caller says in {@code traceparent} and {@code tracestate} (W3C
 * Trace Context). This service takes no part in the trace by itself: it passes both on as they are, and logs the id.
 * What is malformed counts as not sent. Immutable and threadsafe.
 */
public final class TraceContext {
    /** The header with the trace's id and that of the caller's own step. */
    public static final String TRACEPARENT = "traceparent";

    /** The header with what tracing systems add; never there without the other one. */
    public static final String TRACESTATE = "tracestate";

    /** The key of the trace's id in SLF4J's {@code MDC} on the thread that serves the request. */
    public static final String MDC_KEY = "trace_id";

    /** Version, trace id, parent id, flags; versions after 00 may add to it. All zeros are no id, ff is no version. */
    private static final Pattern FORM = Pattern.compile(
            "(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]{0,200})?");

    /** At least 512 characters have to be passed on; more than this crowds the other headers out. */
    private static final int LONGEST_STATE = 2_048;

    private static final Pattern PRINTABLE = Pattern.compile("[\\t -~]+");

    private final String traceparent;
    private final String traceId;
    private final @Nullable String tracestate;

    private TraceContext(String traceparent, String traceId, @Nullable String tracestate) {
        this.traceparent = traceparent;
        this.traceId = traceId;
        this.tracestate = tracestate;
    }

    /** Of whoever sent this request; empty without a well-formed {@code traceparent}, or with two of them. */
    public static Optional<TraceContext> of(Context ctx) {
        var request = ctx.req();
        return request.getHeader(TRACEPARENT) == null
                ? Optional.empty()
                : of(values(request.getHeaders(TRACEPARENT)), () -> values(request.getHeaders(TRACESTATE)));
    }

    /** The same where there is no {@code Context} yet, or none any more. */
    public static Optional<TraceContext> of(Request request) {
        var headers = request.getHeaders();
        return headers.contains(TRACEPARENT)
                ? of(headers.getValuesList(TRACEPARENT), () -> headers.getValuesList(TRACESTATE))
                : Optional.empty();
    }

    private static Optional<TraceContext> of(List<String> parents, Supplier<List<String>> states) {
        if (parents.size() != 1) {
            return Optional.empty();
        }
        var form = FORM.matcher(parents.get(0));
        if (!form.matches() || (form.group(1).equals("00") && form.group(3) != null)) {
            return Optional.empty();
        }
        return Optional.of(new TraceContext(parents.get(0), form.group(2), state(states.get())));
    }

    /** Several headers are one list (RFC 9110, section 5.3). */
    private static @Nullable String state(List<String> states) {
        var state = String.join(",", states);
        return state.length() <= LONGEST_STATE && PRINTABLE.matcher(state).matches() ? state : null;
    }

    private static List<String> values(@Nullable Enumeration<String> headers) {
        return headers == null ? List.of() : Collections.list(headers);
    }

    /** The header as it came. */
    public String traceparent() {
        return traceparent;
    }

    /** The other header as it came; empty if it is not printable ASCII, or longer than 2,048 characters. */
    public Optional<String> tracestate() {
        return Optional.ofNullable(tracestate);
    }

    /** What all that is done in one trace has in common: 32 hexadecimal digits. */
    public String traceId() {
        return traceId;
    }

    @Override
    public String toString() {
        return traceparent;
    }
}
