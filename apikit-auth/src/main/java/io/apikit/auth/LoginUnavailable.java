package io.apikit.auth;

import io.apikit.BackendError;

/**
 * There is no login for a request. Nothing of the request was sent, or the backend has refused its credentials and done
 * nothing else.
 */
final class LoginUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    private final BackendError error;

    LoginUnavailable(BackendError error) {
        super(error);
        this.error = error;
    }

    /** Returns the error for the caller, if the request cannot be sent under another login. */
    BackendError error() {
        return error;
    }
}
