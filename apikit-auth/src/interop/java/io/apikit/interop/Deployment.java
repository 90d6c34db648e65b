package io.apikit.interop;

import io.apikit.auth.Backend;

/** An oauth2-proxy as it is deployed in front of a backend that responds on {@code /data} with its caller's address. */
interface Deployment extends AutoCloseable {
    /** Returns the library in front of it as a service's author sets it up, with the library's own retries off. */
    Backend backend();

    IdentityProvider provider();

    /** Ends all sessions at the proxy. */
    void endSessions();

    @Override
    void close();
}
