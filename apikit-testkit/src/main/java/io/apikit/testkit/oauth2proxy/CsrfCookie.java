package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.internal.RandomTokens;
import io.apikit.testkit.internal.RequestCookies;
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

    /** Sets it; the answer belongs into the state. The old proxy puts the very same into the cookie. */
    String set(Context ctx) {
        String secret = RandomTokens.next();
        boolean signed = settings.version().signsCsrf();
        String nonce = signed ? RandomTokens.digest(secret) : secret;
        String tail = signed ? SignedCookieValue.tail(secret, settings.clock()) : "";
        settings.setCookie().keep(ctx, name(nonce), secret + tail, signed ? LIFE : settings.sessionLife());
        return nonce;
    }

    /** What the client sent; empty if that is nothing, or not what was set. */
    Optional<String> read(Context ctx, String nonce) {
        Optional<String> value = RequestCookies.of(ctx).get(name(nonce));
        return settings.version().signsCsrf()
                ? value.flatMap(SignedCookieValue::content).map(RandomTokens::digest)
                : value;
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
