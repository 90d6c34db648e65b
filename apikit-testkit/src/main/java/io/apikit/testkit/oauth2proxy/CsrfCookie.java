package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.internal.RandomTokens;
import io.apikit.testkit.internal.RequestCookies;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;

/**
 * The cookie that binds a callback to the browser that started the login (RFC 6749, section 10.12). All logins of a
 * browser share one cookie, and a second start overwrites the first. The proxy can be set to one cookie for each login.
 */
final class CsrfCookie {
    private static final Duration LIFE = Duration.ofMinutes(15);
    private static final int NAME_LETTERS = 8;

    private final ProxySettings settings;

    CsrfCookie(ProxySettings settings) {
        this.settings = settings;
    }

    /** Sets the cookie, and returns the nonce for the state. In version 7.0 the cookie is the nonce itself. */
    String set(Context ctx) {
        String secret = RandomTokens.next();
        boolean signed = settings.version().signsCsrf();
        String nonce = signed ? RandomTokens.digest(secret) : secret;
        String tail = signed ? SignedCookieValue.tail(secret, settings.clock()) : "";
        settings.cookieWriter().keep(ctx, name(nonce), secret + tail, signed ? LIFE : settings.sessionLife());
        return nonce;
    }

    /** Returns the nonce of the cookie that the client sent; empty if there is none, or it was not set by the proxy. */
    Optional<String> read(Context ctx, String nonce) {
        Optional<String> value = RequestCookies.of(ctx).get(name(nonce));
        return settings.version().signsCsrf()
                ? value.flatMap(SignedCookieValue::content).map(RandomTokens::digest)
                : value;
    }

    void delete(Context ctx, String nonce) {
        settings.cookieWriter().delete(ctx, name(nonce));
    }

    private String name(String nonce) {
        String middle =
                settings.csrfPerRequest() ? "_" + nonce.substring(0, Math.min(NAME_LETTERS, nonce.length())) : "";
        return settings.cookieName() + middle + "_csrf";
    }
}
