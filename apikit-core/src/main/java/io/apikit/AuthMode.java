package io.apikit;

/** How a service authenticates to its backend. The metadata has its name and nothing else of it. */
public interface AuthMode {
    /**
     * Returns the {@code auth} field of the metadata: {@code none}, {@code basic}, {@code oauth2-proxy}, or another
     * name.
     */
    String name();

    /**
     * Returns whether the login at the backend is the caller's own, from the {@code Authorization} header of each request.
     * Then this header cannot also say who may call the service. Default false.
     */
    default boolean readsAuthorization() {
        return false;
    }

    /** Returns the mode of a service that needs no login at its backend. */
    static AuthMode none() {
        return () -> "none";
    }
}
