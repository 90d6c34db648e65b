package io.apikit.auth;

import io.apikit.BackendError;
import java.util.Optional;

/**
 * The account of a session. Immutable; its {@code toString} shows nothing of the credentials.
 *
 * @param credentials the caller's, or the service's own
 * @param ofService whether they are the service's own
 * @param challenge the mode's challenge, for a 401 to a caller
 */
record Account(Credentials credentials, boolean ofService, Optional<String> challenge) {
    /**
     * Returns the error for the caller. Secrets that the backend quotes are masked. A 401 has the challenge (RFC 9110,
     * section 15.5.2). A 401 for the service's own account is not the caller's fault, so it becomes a 502.
     */
    BackendError refined(BackendError error, SecretMask secrets) {
        var masked = secrets.masked(error);
        if (masked.statusCode() != 401) {
            return masked;
        }
        return ofService
                ? BackendError.of(
                        502,
                        "The backend refused the service's own login: "
                                + masked.content().orElse(masked.reason()))
                : challenge
                        .map(value -> masked.withHeader("WWW-Authenticate", value))
                        .orElse(masked);
    }

    /** Returns a mask of the credentials' secrets, to which a login's can be added. */
    SecretMask secrets() {
        return SecretMask.of(credentials);
    }

    @Override
    public String toString() {
        return ofService ? "Account[service]" : "Account[caller]";
    }
}
