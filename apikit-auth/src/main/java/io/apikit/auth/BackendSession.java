package io.apikit.auth;

import io.apikit.auth.internal.relay.RelayedHeaders;
import io.apikit.auth.internal.relay.ResponseRelay;
import io.apikit.auth.internal.secrets.SentRequests;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Transport;
import io.apikit.http.internal.client.StreamedResponse;
import io.apikit.ops.RequestId;
import io.apikit.ops.TraceContext;
import io.javalin.http.Context;
import io.javalin.json.JsonMapper;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends one caller's requests to the backend: a light view, made per request, of the caller's pooled session. It logs in,
 * renews and replays as needed; a handler never sees that. Thread-safe.
 */
public final class BackendSession implements Transport {
    private final Backend backend;
    private final CallerSession session;
    private final JsonMapper mapper;
    private final Optional<Deadline> deadline;
    private final RequestPropagation propagation;
    private final @Nullable SentRequests sent;

    /**
     * @param deadline of the request that the session is made for, if that has one
     * @param propagation the headers by which that request is followed to the backend
     * @param sent what that request has led to; null for work that belongs to no request
     */
    BackendSession(
            Backend backend,
            CallerSession session,
            JsonMapper mapper,
            Optional<Deadline> deadline,
            RequestPropagation propagation,
            @Nullable SentRequests sent) {
        this.backend = backend;
        this.session = session;
        this.mapper = mapper;
        this.deadline = deadline;
        this.propagation = propagation;
        this.sent = sent;
    }

    /** Sends a GET to a path relative to the backend's base. */
    public BackendResponse get(String path) {
        return send(BackendRequest.get(path));
    }

    /** Sends a GET to a path with these query parameters; they are encoded. */
    public BackendResponse get(String path, Map<String, ?> query) {
        var request = BackendRequest.get(path);
        for (var parameter : query.entrySet()) {
            request = request.query(parameter.getKey(), parameter.getValue());
        }
        return send(request);
    }

    /** Sends a POST with an object as its JSON body. */
    public BackendResponse post(String path, Object json) {
        return send(BackendRequest.post(path).json(json));
    }

    /**
     * Sends a request under the caller's login and returns the whole response, whatever its status. The content of a
     * response of 400 and above is not data: {@link BackendResponse#text()}, {@link BackendResponse#json(Class)} and
     * {@link BackendResponse#bytes()} of it throw {@link BackendResponse#toError()}, unless the request says
     * {@link BackendRequest#allowErrors()}.
     *
     * @throws io.apikit.BackendError 401 if the credentials are refused; 429 if too many passwords were refused; 502, 503
     *     or 504 if the login or the call brings no response within the request's total time
     */
    @Override
    public BackendResponse send(BackendRequest request) {
        try (var call = new SessionCall()) {
            var response =
                    entered(call).pipeline().send(resolved(request, call)).json(mapper);
            return request.allowsErrors() ? response : response.throwingErrors();
        }
    }

    /** Passes a response on as {@link #stream(BackendRequest, Context, String...)} does, with no further headers. */
    public void stream(BackendRequest request, Context to) {
        stream(request, to, new String[0]);
    }

    /**
     * Sends a request under the caller's login and passes the response on to a client while it is read: its status, its
     * bytes as they come, and the headers that describe them. Nothing else may be written to the context.
     *
     * <p>The headers passed on are {@code Content-Type, -Length, -Disposition, -Encoding, -Language, -Range},
     * {@code ETag}, {@code Last-Modified}, {@code Cache-Control}, {@code Expires}, {@code Vary}, {@code Accept-Ranges},
     * and those named here; never {@code Set-Cookie}, nor what belongs to a connection. A range or a condition of the
     * client's own is sent to the backend by {@link BackendRequest#conditionsOf}. The body is asked for uncompressed; one
     * that comes compressed all the same is passed on so. The response to a HEAD has no body.
     *
     * <p>In every mode but {@code none}, only the client's own cache may keep the response (RFC 9111, section 3.5): its
     * {@code Cache-Control} becomes {@code private}, without {@code public} and {@code s-maxage}, and headers for some shared
     * caches such as {@code CDN-Cache-Control} are never passed on. It varies by {@code Authorization}. A
     * {@code Cache-Control} that the handler has set before is kept, in place of the backend's.
     *
     * <p>Nothing is sent to the client before the mode has judged the response, by its status, headers and up to 64 KiB
     * of its body, and the first bytes of the body have come. Until then the call is like any other: renewed, replayed,
     * retried, bounded by its total time. Then the total time ends, unless the request has one of its own ({@link
     * BackendRequest#timeout(java.time.Duration)}) or the client has a deadline. Between two reads, the backend's
     * {@code responseTimeout} may pass, or the request's own {@link BackendRequest#idleTimeout(java.time.Duration)}.
     * The body is never held: a slow client slows the backend down. If the client goes away, the next bytes end the
     * backend's call; if the backend breaks off, the client's connection is ended.
     *
     * @param headers further headers to pass on, such as {@code X-Description}
     * @throws io.apikit.BackendError as {@link #send} does, and for a response of 400 and above
     * @throws IllegalArgumentException for a header that is never passed on
     */
    public void stream(BackendRequest request, Context to, String... headers) {
        var passed = RelayedHeaders.and(headers);
        try (var call = new SessionCall();
                var stream = new StreamedResponse()) {
            var isUnbounded = request.timeout().isEmpty() && request.deadline().isEmpty() && deadline.isEmpty();
            if (isUnbounded && request.idleTimeout().isPresent()) {
                stream.waitForFirstByte();
            }
            var response = entered(call).pipeline().send(stream.request(resolved(request, call)));
            if (response.status() >= 400) {
                throw response.toError();
            }
            if (isUnbounded) {
                stream.withoutDeadline();
            }
            var isPrivate = !backend.name().equals(Authenticator.none().name());
            new ResponseRelay(to, passed, isPrivate).pass(request, response, stream.body());
        }
    }

    /** Returns a poll that sends the request again and again, until the task it asks for is done. Nothing is sent yet. */
    public Poll poll(BackendRequest request) {
        return new Poll(this, request);
    }

    Backend backend() {
        return backend;
    }

    /** Returns the given deadline, or that of the request that the session was made for if it comes first. */
    Deadline bounded(Deadline other) {
        return deadline.map(other::earlier).orElse(other);
    }

    /** Returns the end of a request's own total time, which begins now. */
    Deadline ownDeadline(BackendRequest request) {
        return Deadline.after(request.timeout().orElse(backend.options().totalTimeout()), backend.timing());
    }

    /** Begins a call: of the session at hand, unless the pool has forgotten it since. */
    private CallerSession entered(SessionCall call) {
        backend.usage().requireOpen();
        return backend.sessions().enter(session, call);
    }

    /**
     * Returns the request as it goes through the pipeline: with its deadline, its JSON body as bytes, so that all attempts
     * send the same ones, the headers of the request that the session was made for, and what belongs to this call.
     */
    private BackendRequest resolved(BackendRequest request, SessionCall call) {
        var own = request.deadline().orElseGet(() -> ownDeadline(request));
        var resolved =
                propagation.addTo(request.deadline(bounded(own)).attached(call)).encoded(mapper);
        if (sent == null) {
            return resolved;
        }
        sent.add(resolved);
        return resolved.attached(sent);
    }

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
}
