package io.apikit.auth;

import io.apikit.BackendError;

/** No login for a request: nothing of it was sent, or the backend has refused its credentials and done nothing else. */
final class LoginUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    private final BackendError error;

    LoginUnavailable(BackendError error) {
        super(error);
        this.error = error;
    }

    /** What its caller is told, unless there is another way. */
    BackendError error() {
        return error;
    }
}
