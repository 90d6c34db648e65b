package io.apikit.auth;

import io.apikit.auth.internal.relay.RelayedHeaders;
import io.apikit.auth.internal.relay.ResponseRelay;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Transport;
import io.apikit.http.internal.client.StreamedResponse;
import io.javalin.http.Context;
import io.javalin.json.JsonMapper;
import java.util.Map;
import java.util.Optional;

/**
 * One caller's way to the backend: a light view, made per request, of its pooled session. Threadsafe. Logging in,
 * renewing and replaying happen inside; a handler never sees them.
 */
public final class BackendSession implements Transport {
    private final Backend backend;
    private final CallerSession session;
    private final JsonMapper mapper;
    private final Optional<Deadline> deadline;
    private final RequestPropagation propagation;

    /** With the deadline of the request it is made for, if that has one, and what that request is followed by. */
    BackendSession(
            Backend backend,
            CallerSession session,
            JsonMapper mapper,
            Optional<Deadline> deadline,
            RequestPropagation propagation) {
        this.backend = backend;
        this.session = session;
        this.mapper = mapper;
        this.deadline = deadline;
        this.propagation = propagation;
    }

    /** GETs a path, relative to the backend's base. */
    public BackendResponse get(String path) {
        return send(BackendRequest.get(path));
    }

    /** GETs a path with these query parameters, encoded. */
    public BackendResponse get(String path, Map<String, ?> query) {
        var request = BackendRequest.get(path);
        for (var parameter : query.entrySet()) {
            request = request.query(parameter.getKey(), parameter.getValue());
        }
        return send(request);
    }

    /** POSTs an object as JSON. */
    public BackendResponse post(String path, Object json) {
        return send(BackendRequest.post(path).json(json));
    }

    /**
     * Sends a request under the caller's login and gives back the whole answer, whatever its status.
     *
     * @throws io.apikit.BackendError 401 if the credentials are refused; 502, 503 or 504 if the login or the call
     *     brings no answer within the request's total time
     */
    @Override
    public BackendResponse send(BackendRequest request) {
        return session.pipeline().send(resolved(request)).json(mapper);
    }

    /** {@link #stream(BackendRequest, Context, String...)} with no further headers. */
    public void stream(BackendRequest request, Context to) {
        stream(request, to, new String[0]);
    }

    /**
     * Sends a request under the caller's login and passes the answer on to a client while it is read: its status, its
     * bytes as they came, and the headers that describe them. Write nothing to the context beside it.
     *
     * <p>Passed are {@code Content-Type, -Length, -Disposition, -Encoding, -Language, -Range}, {@code ETag},
     * {@code Last-Modified}, {@code Cache-Control}, {@code Expires}, {@code Vary}, {@code Accept-Ranges}, and what is
     * named here; never {@code Set-Cookie} nor what belongs to a connection. A range or a condition of the client's own
     * goes to the backend by {@link BackendRequest#conditionsOf}. The body is asked for uncompressed; one that comes
     * compressed all the same is passed on so. A HEAD is answered with the head alone.
     *
     * <p>Nothing is sent to the client before the mode has judged the answer, by its status, headers and up to 64 KiB of
     * its body, and the body's first bytes are here. Until then the call is like any other: renewed, replayed, retried,
     * bounded by its total time. Then the total time ends, unless the request has one of its own
     * ({@link BackendRequest#timeout(Duration)}) or the client has a deadline; what may pass between two reads is the backend's
     * {@code responseTimeout}. The body is never held: a slow client slows the backend down. A client that goes away
     * ends the backend's call with the next bytes; a backend that breaks off ends the client's connection.
     *
     * @param headers further headers to pass on, such as {@code X-Description}
     * @throws io.apikit.BackendError as {@link #send} does, and for an answer of 400 and above
     * @throws IllegalArgumentException for a header that is never passed on
     */
    public void stream(BackendRequest request, Context to, String... headers) {
        var passed = RelayedHeaders.and(headers);
        try (var stream = new StreamedResponse()) {
            var response = session.pipeline().send(stream.request(resolved(request)));
            if (response.status() >= 400) {
                throw response.toError();
            }
            if (request.timeout().isEmpty() && request.deadline().isEmpty() && deadline.isEmpty()) {
                stream.withoutDeadline();
            }
            new ResponseRelay(to, passed).pass(request, response, stream.body());
        }
    }

    /** Sends a request again and again, until what it asks after is done; nothing is sent yet. */
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

    /**
     * Returns the request as it goes through the pipeline: with its deadline, its JSON body as bytes, so that all attempts
     * send the same ones, the headers of the request that the session was made for, and what belongs to this call.
     */
    private BackendRequest resolved(BackendRequest request) {
        var own = request.deadline().orElseGet(() -> ownDeadline(request));
        return propagation
                .addTo(request.deadline(bounded(own)).attached(new SessionCall()))
                .encoded(mapper);
    }
}
