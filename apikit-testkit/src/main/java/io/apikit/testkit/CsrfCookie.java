package io.apikit.testkit;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;

/**
 * The cookie that ties a callback to the browser that asked for it (RFC 6749, section 10.12). One for all logins of a
 * browser, so that a second start overwrites the first; or one each, where the proxy was told so.
 */
final class CsrfCookie {
    private static final Duration LIFE = Duration.ofMinutes(15);
    private static final int NAME_LETTERS = 8;

    private final ProxySettings settings;

    CsrfCookie(ProxySettings settings) {
        this.settings = settings;
    }

    /** Sets it; the answer belongs into the state. */
    String set(Context ctx) {
        String secret = Tokens.next();
        String nonce = Tokens.digest(secret);
        settings.setCookie().keep(ctx, name(nonce), secret, LIFE);
        return nonce;
    }

    /** Why this callback is not the answer to a start of the same browser; empty if it is. */
    Optional<String> objection(Context ctx, String nonce) {
        Optional<String> secret = RequestCookies.of(ctx).get(name(nonce));
        if (secret.isEmpty()) {
            return Optional.of("Login Failed: no valid CSRF cookie. Please try again.");
        }
        return Tokens.digest(secret.orElseThrow()).equals(nonce)
                ? Optional.empty()
                : Optional.of("Login Failed: CSRF token and state do not match.");
    }

    void delete(Context ctx, String nonce) {
        settings.setCookie().delete(ctx, name(nonce));
    }

    private String name(String nonce) {
        String middle =
                settings.csrfPerRequest() ? "_" + nonce.substring(0, Math.min(NAME_LETTERS, nonce.length())) : "";
        return settings.cookieName() + middle + "_csrf";
    }
}
