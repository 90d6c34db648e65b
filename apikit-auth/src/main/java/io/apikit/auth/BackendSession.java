package io.apikit.auth;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Transport;
import io.javalin.json.JsonMapper;
import java.util.Map;

/**
 * One caller's way to the backend: a light view, made per request, of its pooled session. Threadsafe. Logging in,
 * renewing and replaying happen inside; a handler never sees them.
 */
public final class BackendSession implements Transport {
    private final Backend backend;
    private final PooledSession session;
    private final JsonMapper mapper;

    BackendSession(Backend backend, PooledSession session, JsonMapper mapper) {
        this.backend = backend;
        this.session = session;
        this.mapper = mapper;
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
        var pipeline = backend.retry().retrying(new Renewing(session), backend.timing());
        return pipeline.send(stamped(request).encoded(mapper)).json(mapper);
    }

    private BackendRequest stamped(BackendRequest request) {
        if (request.deadline().isPresent()) {
            return request;
        }
        var total = request.timeout().orElse(backend.http().totalTimeout());
        return request.by(Deadline.after(total, backend.timing()));
    }
}
