package io.apikit.oauth2;

import io.apikit.auth.LoginTransport;
import java.net.URI;

/** Finds the token endpoint of a login. Thread-safe. */
interface TokenEndpoint {
    /**
     * Returns where tokens are requested now.
     *
     * @throws io.apikit.BackendError 502, 503 or 504 if it is not known and cannot be found
     */
    Location locate(LoginTransport bare);

    /** Forgets a location that does not exist any more. Returns whether another one may be found. */
    default boolean forget(Location gone) {
        return false;
    }

    /**
     * A token endpoint, and what is known of its server. Immutable.
     *
     * @param audience what a client assertion names as its receiver
     * @param isBasicOnly whether the server takes a client's secret in the header, and not in the form
     */
    record Location(URI uri, String audience, boolean isBasicOnly) {}

    /** Returns an endpoint that needs no metadata. */
    static TokenEndpoint fixed(URI uri, String audience) {
        var location = new Location(uri, audience, false);
        return bare -> location;
    }
}
