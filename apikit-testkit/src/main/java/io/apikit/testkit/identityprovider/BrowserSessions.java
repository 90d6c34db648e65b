package io.apikit.testkit.identityprovider;

import io.apikit.testkit.internal.BoundedMap;
import io.apikit.testkit.internal.RandomTokens;
import io.apikit.testkit.internal.RequestCookies;
import io.javalin.http.Context;
import java.util.Optional;

/** The browsers that the identity provider knows by its cookie: their open pages, and their users. Thread-safe. */
final class BrowserSessions {
    private static final String COOKIE = "IDP_SESSION";
    private static final int MOST = 10_000;

    private final BoundedMap<PendingPage> pages = new BoundedMap<>(MOST);
    private final BoundedMap<String> signedOn = new BoundedMap<>(MOST);
    private final boolean secure;

    BrowserSessions(boolean secure) {
        this.secure = secure;
    }

    /** Returns the cookie of the browser. Sets one if it has none. */
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

    /** Keeps the page under a new CSRF token, and returns the token. */
    String open(PendingPage page) {
        String csrf = RandomTokens.next();
        pages.put(csrf, page);
        return csrf;
    }

    /** Returns the page of this token once, and to the browser alone that it was shown to; empty otherwise. */
    Optional<PendingPage> take(Context ctx, String csrf) {
        String browser = known(ctx).orElse("");
        return pages.get(csrf).filter(page -> page.browser().equals(browser)).flatMap(page -> pages.take(csrf));
    }

    /** Returns the user of a page, which can still be taken. */
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
