package io.apikit.auth;

import io.apikit.http.BackendRequest;
import io.apikit.ops.RequestId;
import io.apikit.ops.TraceContext;
import io.javalin.http.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The headers by which a caller's request can be followed to the backend: its id, and its trace if it has one. Immutable.
 */
record RequestPropagation(@Nullable String requestId, Optional<TraceContext> trace) {
    /** For work that belongs to no request. */
    static final RequestPropagation NOTHING = new RequestPropagation(null, Optional.empty());

    static RequestPropagation of(Context ctx) {
        return new RequestPropagation(RequestId.of(ctx), TraceContext.of(ctx));
    }

    /** Adds the headers that the request's author has not set. A trace of the author's own gets no state of ours. */
    BackendRequest addTo(BackendRequest request) {
        var identified = requestId == null ? request : with(request, RequestId.HEADER, requestId);
        if (trace.isEmpty() || isSet(request, TraceContext.TRACEPARENT)) {
            return identified;
        }
        var traced = with(identified, TraceContext.TRACEPARENT, trace.get().traceparent());
        return trace.get()
                .tracestate()
                .map(state -> with(traced, TraceContext.TRACESTATE, state))
                .orElse(traced);
    }

    private static BackendRequest with(BackendRequest request, String name, String value) {
        return isSet(request, name) ? request : request.header(name, value);
    }

    private static boolean isSet(BackendRequest request, String name) {
        return request.header(name).isPresent();
    }
}
