package io.apikit.auth;

import io.apikit.http.Transport;

/**
 * Sends the requests of a login as they are: not signed unless the mode has done it ({@link Login#sign}), not retried, with
 * the backend's TLS and limits and the login's own deadline. Nothing is kept from one request to the next, on the same
 * origin or another. A redirect is returned and not followed.
 */
public interface LoginTransport extends Transport {
    /**
     * Returns a transport to another origin, {@code scheme://host[:port]}. Its paths are relative to the root.
     *
     * @throws io.apikit.BackendError 502 if it is no http or https origin
     */
    LoginTransport at(String origin);

    /**
     * Returns the origin that the requests are sent to: {@code scheme://host[:port]}, lower case, without a default
     * port.
     *
     * @throws UnsupportedOperationException by default, for a transport that does not know it
     */
    default String origin() {
        throw new UnsupportedOperationException("this transport does not know its origin");
    }
}
