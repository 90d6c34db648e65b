package io.apikit.auth;

import io.apikit.BackendError;
import java.util.Optional;

/**
 * Whose session it is: credentials, and whether they are the caller's or the service's own. Decides how an error that
 * speaks of them is told.
 *
 * @param challenge the mode's, for a caller's 401
 */
record Account(Credentials credentials, boolean ofService, Optional<String> challenge) {
    /**
     * What the caller is told: a 401 carries the challenge (RFC 9110, section 15.5.2); the service's own 401 is no
     * fault of the caller's, so it is a 502. Secrets that the backend reflects are masked.
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

    SecretMask secrets() {
        return SecretMask.of(credentials);
    }

    @Override
    public String toString() {
        return ofService ? "Account[service]" : "Account[caller]";
    }
}
