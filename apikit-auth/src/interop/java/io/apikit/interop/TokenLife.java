package io.apikit.interop;

import java.time.Duration;

/** How long the providers' tokens live where the proxy is to renew them. */
final class TokenLife {
    /** Long enough to be redeemed and verified on a busy machine. */
    static final int SECONDS = 6;

    /**
     * After which they are over for everybody. oauth2-proxy 7.0 renews them only then, and drops a session that is met
     * in the second before: a token's own end is cut to whole seconds, the proxy's idea of it is not.
     */
    static final Duration WITH_ROUNDING = Duration.ofSeconds(SECONDS + 1);

    private TokenLife() {}
}
