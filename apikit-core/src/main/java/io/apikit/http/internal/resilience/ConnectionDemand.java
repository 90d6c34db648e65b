package io.apikit.http.internal.resilience;

import io.apikit.http.BackendRequest;

/**
 * The kept connections that a request may be sent on. A server closes a kept connection without notice, and then nobody
 * knows whether the request that met the close was carried out.
 */
public enum ConnectionDemand {
    /** Any of them, since the request can be sent again. */
    ANY,

    /** One that was used a short time ago and is still open, since the request cannot be sent again. */
    RECENT,

    /** None: a connection that is opened for the request. Other requests may use it afterwards. */
    NEW;

    /** Returns what was attached to the request; otherwise what it needs by whether it can be sent again. */
    public static ConnectionDemand of(BackendRequest request) {
        return request.attachment(ConnectionDemand.class)
                .orElse(request.isIdempotent() && request.isReplayable() ? ANY : RECENT);
    }

    /** Returns this request with this demand in place of its own. */
    public BackendRequest madeBy(BackendRequest request) {
        return request.attached(this);
    }
}
