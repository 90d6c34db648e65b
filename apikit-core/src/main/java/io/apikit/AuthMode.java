package io.apikit;

/** How the service authenticates to its backend; the metadata shows its name and nothing else of it. */
public interface AuthMode {
    /** The {@code auth} field of the metadata: {@code none}, {@code basic}, {@code oauth2-proxy}, or a name of one's own. */
    String name();

    /** The service needs no login at its backend. */
    static AuthMode none() {
        return () -> "none";
    }
}
