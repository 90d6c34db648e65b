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
    BackendError refined(BackendError error, Secrets secrets) {
        var content = error.content().map(secrets::masked);
        if (error.statusCode() != 401) {
            return content.equals(error.content()) ? error : error.withContent(content.orElse(null));
        }
        return ofService
                ? BackendError.of(502, "The backend refused the service's own login: " + content.orElse(error.reason()))
                : challenge
                        .map(value -> error.withHeader("WWW-Authenticate", value))
                        .orElse(error)
                        .withContent(content.orElse(null));
    }

    Secrets secrets() {
        return Secrets.of(credentials);
    }

    @Override
    public String toString() {
        return ofService ? "Account[service]" : "Account[caller]";
    }
}
