package io.apikit;

import java.util.Optional;

/** How a service authenticates to its backend. The metadata has its name and nothing else of it. */
public interface AuthMode {
    /**
     * Returns the {@code auth} field of the metadata: {@code none}, {@code basic}, {@code oauth2-proxy}, or another
     * name.
     */
    String name();

    /**
     * Returns the {@code WWW-Authenticate} value (RFC 9110, section 11.6.1) for callers without credentials. Default: empty,
     * which means that callers need none.
     */
    default Optional<String> challenge() {
        return Optional.empty();
    }

    /** Returns the mode of a service that needs no login at its backend. */
    static AuthMode none() {
        return () -> "none";
    }
}
