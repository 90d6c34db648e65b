package io.apikit.auth;

import java.util.Objects;

/**
 * The backend said no to these credentials: wrong password, a second factor, a consent, or an account that needs its
 * owner. Refused is not broken: it is told to the caller as a 401, remembered for the cool-down and not tried again
 * until then. The message is shown to the caller as it
 * is: put no secret into it, and nothing of the backend's answer that may quote one.
 */
public final class LoginRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    public LoginRefused(String message) {
        super(Objects.requireNonNull(message, "message"));
        this.reason = message;
    }

    /** With the backend's own words for the log alone: they may tell a name that it knows from one that it does not. */
    LoginRefused(String reason, String words) {
        super(reason + " (" + words + ")");
        this.reason = reason;
    }

    /** What the caller is told. */
    public String reason() {
        return reason;
    }
}
