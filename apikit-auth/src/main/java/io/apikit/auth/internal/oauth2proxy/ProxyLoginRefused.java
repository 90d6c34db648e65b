package io.apikit.auth.internal.oauth2proxy;

/**
 * The proxy or its identity provider refused the login. The credentials, the account or the user's consent are the
 * reason. The message contains no secret: it is shown to the caller.
 */
public final class ProxyLoginRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    ProxyLoginRefused(String reason) {
        super(reason);
        this.reason = reason;
    }

    /** The reason, for the caller. */
    public String reason() {
        return reason;
    }
}
