package io.apikit.auth.internal.oauth2proxy;

import io.apikit.auth.internal.browser.CookieLimits;
import io.apikit.auth.internal.browser.HtmlPage;
import io.apikit.auth.internal.browser.LoginPageErrors;
import io.apikit.auth.internal.browser.PageLoginRefused;
import io.apikit.auth.internal.browser.PageVisit;
import io.apikit.auth.internal.browser.SetCookie;
import io.apikit.auth.internal.oauth2proxy.ProxySession.CookieSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The response of the proxy's callback: a session, a refusal or an error. */
final class CallbackResponse {
    /**
     * The errors of RFC 6749, section 4.1.2.1, and OpenID Connect Core, section 3.1.2.6, that only the user can
     * resolve.
     */
    private static final Set<String> UP_TO_THE_USER = Set.of(
            "access_denied",
            "account_selection_required",
            "consent_required",
            "interaction_required",
            "login_required");

    /** The words of all versions: the older ones report only that the cookie is not present. */
    private static final Pattern CSRF_LOST = Pattern.compile("csrf|cookie not present");

    private static final Pattern ERROR_CODE = Pattern.compile("[a-z_]{1,40}");

    private final PageVisit visit;

    CallbackResponse(PageVisit visit) {
        this.visit = visit;
    }

    /**
     * Returns the session.
     *
     * @param proxy says which cookies a browser would send to the backend
     * @throws PageLoginRefused if the account is not admitted, or the user has denied the login
     * @throws io.apikit.BackendError 502, 503 or 504 for any other response
     */
    ProxySession session(ProxySessionCookies cookies, ProxyEndpoints proxy) throws PageLoginRefused {
        if (visit.isRedirect()) {
            requireForBackend(cookies, proxy);
            return requireShort(cookies.session(visit.response(), source())
                    .orElseThrow(() -> LoginPageErrors.broken(noSession(cookies))));
        }
        if (visit.status() == 403) {
            throw forbidden();
        }
        if (visit.status() == 500) {
            throw LoginPageErrors.broken("the proxy failed to redeem the code: " + visit.describe());
        }
        throw LoginPageErrors.isUnavailable(visit.response())
                ? LoginPageErrors.unavailable(visit.address(), visit.response())
                : LoginPageErrors.broken("unexpected: " + visit.describe());
    }

    private CookieSource source() {
        return new CookieSource(visit.address(), Optional.empty(), Map.of());
    }

    /** A cookie that a browser would not send to the backend opens nothing there. */
    private void requireForBackend(ProxySessionCookies cookies, ProxyEndpoints proxy) {
        cookies.set(visit.response(), source()).stream()
                .filter(cookie -> !proxy.reachesBackend(cookie, visit.address()))
                .findFirst()
                .ifPresent(cookie -> {
                    throw LoginPageErrors.broken(proxy.unreachable(cookie, visit.address()));
                });
    }

    /** Longer cookies would be refused with each request, by the proxy or by what stands before it. */
    private ProxySession requireShort(ProxySession session) {
        CookieLimits.excess(session.cookies()).ifPresent(excess -> {
            throw LoginPageErrors.broken(visit.describe() + " with " + excess
                    + ": a session store at the proxy, such as Redis, makes the cookie short");
        });
        return session;
    }

    private String noSession(ProxySessionCookies cookies) {
        var names = SetCookie.in(visit.response()).stream()
                .filter(cookie -> !cookie.isDeletion())
                .map(cookie -> cookie.scope(visit.address()).isPresent()
                        ? cookie.name()
                        : cookie.name() + " for the domain of another host")
                .collect(Collectors.joining(", ", "(", ")"));
        return visit.describe() + " without a whole session cookie " + cookies + " but " + names
                + "; if the proxy's has another name, set cookieName";
    }

    private PageLoginRefused forbidden() {
        var error = visit.request()
                .parameter("error")
                .filter(code -> ERROR_CODE.matcher(code).matches());
        if (error.isPresent()) {
            return denied(error.get());
        }
        var text = visit.response().text();
        if (!HtmlPage.isTooLong(text)
                && CSRF_LOST.matcher(text.toLowerCase(Locale.ROOT)).find()) {
            throw LoginPageErrors.broken("the CSRF cookie or state was lost: " + visit.describe());
        }
        return new PageLoginRefused("the oauth2-proxy at " + visit.address().origin() + " does not admit this account");
    }

    private static PageLoginRefused denied(String error) {
        if (!UP_TO_THE_USER.contains(error)) {
            throw LoginPageErrors.broken("the identity provider reported " + error);
        }
        return new PageLoginRefused("the identity provider denied the login: " + error);
    }
}
