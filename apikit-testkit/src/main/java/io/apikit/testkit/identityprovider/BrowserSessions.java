package io.apikit.testkit.identityprovider;

import io.apikit.testkit.internal.BoundedMap;
import io.apikit.testkit.internal.RandomTokens;
import io.apikit.testkit.internal.RequestCookies;
import io.javalin.http.Context;
import java.util.Optional;

/** The identity provider's own cookie, the pages it has open, and who is signed on with it. */
final class BrowserSessions {
    private static final String COOKIE = "IDP_SESSION";
    private static final int MOST = 10_000;

    private final BoundedMap<PendingPage> pages = new BoundedMap<>(MOST);
    private final BoundedMap<String> signedOn = new BoundedMap<>(MOST);
    private final boolean secure;

    BrowserSessions(boolean secure) {
        this.secure = secure;
    }

    /** The browser's cookie, set now if it has none. */
    String of(Context ctx) {
        return known(ctx).orElseGet(() -> {
            String fresh = RandomTokens.next();
            String attributes = "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
            ctx.res().addHeader("Set-Cookie", COOKIE + "=" + fresh + attributes);
            return fresh;
        });
    }

    private static Optional<String> known(Context ctx) {
        return RequestCookies.of(ctx).get(COOKIE).filter(value -> !value.isBlank());
    }

    /** Remembers the page under a fresh CSRF token. */
    String open(PendingPage page) {
        String csrf = RandomTokens.next();
        pages.put(csrf, page);
        return csrf;
    }

    /** The page this token belongs to, once, and only for the browser that it was shown to. */
    Optional<PendingPage> take(Context ctx, String csrf) {
        String browser = known(ctx).orElse("");
        return pages.get(csrf).filter(page -> page.browser().equals(browser)).flatMap(page -> pages.take(csrf));
    }

    /** The user of a page, without using the page up. */
    Optional<String> user(String csrf) {
        return pages.get(csrf).map(PendingPage::user);
    }

    void signOn(String browser, String user) {
        signedOn.put(browser, user);
    }

    Optional<String> signedOn(String browser) {
        return signedOn.get(browser);
    }

    void endSessions() {
        signedOn.clear();
    }
}
