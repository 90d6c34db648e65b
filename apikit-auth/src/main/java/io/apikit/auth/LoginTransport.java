package io.apikit.auth;

import io.apikit.http.Transport;

/**
 * The way out for a login: unsigned, not retried, with the session's TLS, limits and the login's own deadline. Nothing
 * is carried from one request to the next, and nothing across origins. Redirects are answers, not followed.
 */
public interface LoginTransport extends Transport {
    /**
     * The way to another origin, {@code scheme://host[:port]}; paths are then relative to its root.
     *
     * @throws io.apikit.BackendError 502 if it is no http or https origin
     */
    LoginTransport at(String origin);

    /** The origin this one goes to: {@code scheme://host[:port]}, lower case, without a default port. */
    default String origin() {
        throw new UnsupportedOperationException("this transport does not say where it goes");
    }
}
