package io.apikit.auth.internal.browser;

/**
 * A page of a login, or what stands behind it, refused the login. The credentials, the account or the user's consent are
 * the reason. The message contains no secret: it is shown to the caller.
 */
public final class PageLoginRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** Creates a refusal with this reason. */
    public PageLoginRefused(String reason) {
        super(reason);
        this.reason = reason;
    }

    /** Returns the reason, for the caller. */
    public String reason() {
        return reason;
    }
}
