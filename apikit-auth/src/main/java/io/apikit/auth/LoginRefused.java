package io.apikit.auth;

import java.util.Objects;

/**
 * The backend refused these credentials: a wrong password, a missing second factor or consent, or an account that needs
 * an action of its owner. A refusal is not a broken login. The caller gets it as a 401, and it is remembered: the
 * credentials are not tried again until the cool-down ends.
 *
 * <p>The caller sees the message as it is. It must not contain a secret, or any part of the backend's response that may
 * quote one.
 */
public final class LoginRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** Creates a refusal with a message for the caller. */
    public LoginRefused(String message) {
        super(Objects.requireNonNull(message, "message"));
        this.reason = message;
    }

    /**
     * Creates a refusal with a message for the caller, and the backend's own words, which are for the log alone: they may
     * show whether the backend knows the user name. The log has their first 300 characters in one line.
     *
     * @param words must not contain a secret
     */
    public LoginRefused(String reason, String words) {
        super(reason + " (" + words + ")");
        this.reason = reason;
    }

    /** Returns the message for the caller. */
    public String reason() {
        return reason;
    }
}
