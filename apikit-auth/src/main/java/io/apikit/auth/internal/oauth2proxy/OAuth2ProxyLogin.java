package io.apikit.auth.internal.oauth2proxy;

import io.apikit.BackendError;
import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.Browser;
import io.apikit.auth.internal.browser.CookieLimits;
import io.apikit.auth.internal.browser.LoginOrigins;
import io.apikit.auth.internal.browser.LoginPageErrors;
import io.apikit.auth.internal.browser.PageLogin;
import io.apikit.auth.internal.browser.PageLoginRefused;
import io.apikit.auth.internal.browser.PageVisit;
import io.apikit.auth.internal.browser.SetCookie;
import io.apikit.http.BackendRequest;
import io.apikit.http.Deadline;
import io.apikit.http.Transport;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * One login through an oauth2-proxy: start, the pages of {@link PageLogin}, callback, verification. Made for one attempt,
 * used by one thread.
 */
public final class OAuth2ProxyLogin {
    private final OAuth2ProxySettings settings;
    private final Function<String, Transport> origins;
    private final ProxyEndpoints proxy;
    private final LoginOrigins allowed;
    private final Browser browser;
    private final PageLogin pages;
    private Optional<Address> provider = Optional.empty();

    /**
     * Prepares a login; nothing is sent yet.
     *
     * @param backend the origin that requests to the backend are sent to
     * @param origins gives the transport to an origin, {@code scheme://host[:port]}
     * @param deadline when the reading of pages ends; the transports have their own
     * @param nanoTime returns monotonic nanoseconds, by which cookies end
     */
    public OAuth2ProxyLogin(
            OAuth2ProxySettings settings,
            String username,
            String password,
            String backend,
            Function<String, Transport> origins,
            Deadline deadline,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.proxy = settings.endpoints(backend);
        this.origins = origin -> origins.apply(proxy.sentTo(origin));
        this.allowed = new LoginOrigins(proxy, settings.allowedOrigins());
        this.browser = new Browser(this.origins, allowed, nanoTime);
        this.pages = new PageLogin(browser, settings.pages(), username, password, deadline);
    }

    /**
     * Logs in.
     *
     * @throws PageLoginRefused if the credentials, the account or the user's consent are the reason
     * @throws io.apikit.BackendError 502, 503 or 504 for any other reason
     */
    public ProxySession run() throws PageLoginRefused {
        var callback = pages.run(start(), visit -> proxy.isCallback(visit.address()));
        return verify(new CallbackResponse(callback).session(settings.sessionCookies(), proxy))
                .begun(new ProxySession.Beginning(proxy.backend(), provider));
    }

    /** Requests the start. The proxy redirects to its identity provider, and sets a cookie for the login. */
    private PageVisit start() {
        proxy.requireSafe(settings.allowedOrigins());
        var visit = browser.start(proxy.start());
        if (LoginPageErrors.isUnavailable(visit.response())) {
            throw LoginPageErrors.unavailable(visit.address(), visit.response());
        }
        requireCsrfCookie(visit);
        var named = proxy.known(visit.redirect().address());
        allowed.allowProvider(named);
        provider = Optional.of(named);
        return visit;
    }

    /** Checks that a browser would have the cookie with which the login goes on. */
    private void requireCsrfCookie(PageVisit visit) {
        var csrfCookies = SetCookie.in(visit.response()).stream()
                .filter(ProxySessionCookies::startsLogin)
                .toList();
        if (csrfCookies.isEmpty() || !visit.isRedirect()) {
            throw LoginPageErrors.broken("not an oauth2-proxy: " + visit.describe()
                    + ", not with a redirect to an identity provider and a *_csrf cookie");
        }
        if (csrfCookies.stream()
                .allMatch(cookie -> cookie.scope(visit.address()).isEmpty())) {
            throw foreign(csrfCookies.get(0));
        }
        if (csrfCookies.stream().allMatch(SetCookie::isSecure)
                && !visit.address().isHttps()
                && !visit.address().isLoopback()) {
            throw LoginPageErrors.broken("the proxy's cookies are Secure, but " + proxy.origin()
                    + " is plain http: if that is an internal address, name the public one with publicUrl");
        }
    }

    /** A browser would not keep it either (RFC 6265, section 5.3). */
    private BackendError foreign(SetCookie cookie) {
        return LoginPageErrors.broken("the proxy sets the cookie " + cookie.name() + " for the domain "
                + cookie.domain() + ", and " + proxy.origin()
                + " is not in it: call the proxy by a name in its cookie-domain, or name that with publicUrl");
    }

    /**
     * Checks that the proxy knows the session. If its endpoint is blocked on the way (404, 403), the check is skipped.
     */
    private ProxySession verify(ProxySession session) {
        var response = origins.apply(proxy.origin())
                .send(session.signed(BackendRequest.get(proxy.auth().target())));
        if (LoginPageErrors.isUnavailable(response)) {
            throw LoginPageErrors.unavailable(proxy.auth(), response);
        }
        if (response.status() == 401) {
            throw LoginPageErrors.broken(proxy.auth() + " answered 401 to the session just begun");
        }
        return settings.sessionCookies()
                .session(response, session.from(proxy.auth()))
                .filter(refreshed -> CookieLimits.excess(refreshed.cookies()).isEmpty())
                .orElse(session);
    }
}
