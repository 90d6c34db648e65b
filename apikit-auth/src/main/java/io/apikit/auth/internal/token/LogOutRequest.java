package io.apikit.auth.internal.token;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The request that ends the session of a token at the backend: {@code DELETE /sessions/{id}}. Immutable.
 *
 * @param method GET, POST, PUT or DELETE
 * @param path relative to the backend's base URL, with values of the login's response in braces, each as one segment
 */
public record LogOutRequest(String method, ResponseTemplate path) {
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE");

    /** The session is over already. */
    private static final Set<Integer> ENDED = Set.of(401, 404, 410);

    /** A shorter value, such as the number of a session, stands in other texts as well. */
    private static final int LEAST_OF_SECRET = 8;

    /** @throws IllegalArgumentException for another method, or a path that cannot be sent */
    public LogOutRequest {
        if (!METHODS.contains(method)) {
            throw new IllegalArgumentException("logout takes GET, POST, PUT or DELETE, not " + method);
        }
        try {
            var unused = BackendRequest.get(
                    slots(path), path.references().stream().map(any -> "x").toArray());
        } catch (BackendError e) {
            throw new IllegalArgumentException("logout takes a path below the backend's base URL: " + e.reason(), e);
        }
    }

    private static String slots(ResponseTemplate path) {
        return path.filled(any -> "{}");
    }

    /**
     * Returns the encoded path for a login, which is kept with it. Empty if it is the same for each, or if the response lacks
     * a value, or has one that is no segment.
     */
    public Optional<String> target(TokenResponse response) {
        var values = path.references().stream()
                .flatMap(value -> response.value(value).stream())
                .toArray();
        if (values.length == 0 || values.length < path.references().size()) {
            return Optional.empty();
        }
        try {
            var target = BackendRequest.get(slots(path), values).target();
            return Optional.of(BackendRequest.get(target).target());
        } catch (BackendError e) {
            return Optional.empty();
        }
    }

    /** Returns the values of the path that are masked by themselves too. */
    public Set<String> secrets(TokenResponse response) {
        return path.references().stream()
                .flatMap(value -> response.value(value).stream())
                .filter(value -> value.length() >= LEAST_OF_SECRET)
                .collect(Collectors.toSet());
    }

    /**
     * Returns the request for the path that was kept with a login.
     *
     * @throws BackendError 502 that names the path, if none was kept and it needs values
     */
    public BackendRequest to(Optional<String> kept) {
        if (kept.isEmpty() && !path.references().isEmpty()) {
            throw BackendError.of(502, "The login's response had no values for the log-out at " + path.text() + ".");
        }
        var target = kept.orElse(path.text());
        return switch (method) {
            case "GET" -> BackendRequest.get(target);
            case "POST" -> BackendRequest.post(target);
            case "PUT" -> BackendRequest.put(target);
            default -> BackendRequest.delete(target);
        };
    }

    /** Returns whether a response with this status says that the session is over. */
    public boolean isDone(int status) {
        return status < 400 || ENDED.contains(status);
    }
}
