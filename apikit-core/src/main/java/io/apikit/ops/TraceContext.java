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
 * The distributed trace that a request belongs to, from the headers {@code traceparent} and {@code tracestate} (W3C
 * Trace Context). This service adds no span of its own: it forwards both headers unchanged, and logs the trace id. A
 * malformed header counts as absent. Immutable and thread-safe.
 */
public final class TraceContext {
    /** The name of the header with the id of the trace and that of the caller's span. */
    public static final String TRACEPARENT = "traceparent";

    /** The name of the header with data of tracing systems; it is ignored without a {@code traceparent}. */
    public static final String TRACESTATE = "tracestate";

    /** The key of the trace id in SLF4J's {@code MDC} on the thread that serves the request. */
    public static final String MDC_KEY = "trace_id";

    /**
     * Version, trace id, parent id and flags. Versions after 00 may append to it. An id of zeros and the version ff are
     * invalid.
     */
    private static final Pattern FORM = Pattern.compile(
            "(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]{0,200})?");

    /** The standard requires at least 512. A longer one could leave too little room for the other headers. */
    private static final int MAX_STATE_CHARACTERS = 2_048;

    private static final Pattern PRINTABLE = Pattern.compile("[\\t -~]+");

    private final String traceparent;
    private final String traceId;
    private final @Nullable String tracestate;

    private TraceContext(String traceparent, String traceId, @Nullable String tracestate) {
        this.traceparent = traceparent;
        this.traceId = traceId;
        this.tracestate = tracestate;
    }

    /** Returns the trace of a request; empty unless it has exactly one well-formed {@code traceparent}. */
    public static Optional<TraceContext> of(Context ctx) {
        var request = ctx.req();
        return request.getHeader(TRACEPARENT) == null
                ? Optional.empty()
                : of(values(request.getHeaders(TRACEPARENT)), () -> values(request.getHeaders(TRACESTATE)));
    }

    /** Returns the trace of a request outside Javalin's handlers, where there is no {@code Context}. */
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

    /** Several headers of one name are one list (RFC 9110, section 5.3). */
    private static @Nullable String state(List<String> states) {
        var state = String.join(",", states);
        return state.length() <= MAX_STATE_CHARACTERS
                        && PRINTABLE.matcher(state).matches()
                ? state
                : null;
    }

    private static List<String> values(@Nullable Enumeration<String> headers) {
        return headers == null ? List.of() : Collections.list(headers);
    }

    /** Returns the value of {@code traceparent} as received. */
    public String traceparent() {
        return traceparent;
    }

    /**
     * Returns the value of {@code tracestate} as received; empty if it is absent, is not printable ASCII or has more
     * than 2,048 characters.
     */
    public Optional<String> tracestate() {
        return Optional.ofNullable(tracestate);
    }

    /** Returns the id of the trace: 32 hexadecimal digits. */
    public String traceId() {
        return traceId;
    }

    @Override
    public String toString() {
        return traceparent;
    }
}
