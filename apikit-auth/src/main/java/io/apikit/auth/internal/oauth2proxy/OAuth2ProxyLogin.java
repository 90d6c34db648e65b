package io.apikit.auth.internal.oauth2proxy;

import io.apikit.BackendError;
import io.apikit.auth.internal.browser.Browser;
import io.apikit.auth.internal.browser.CookieLimits;
import io.apikit.auth.internal.browser.FilledForm;
import io.apikit.auth.internal.browser.HtmlPage;
import io.apikit.auth.internal.browser.LoginOrigins;
import io.apikit.auth.internal.browser.LoginPage;
import io.apikit.auth.internal.browser.LoginPageErrors;
import io.apikit.auth.internal.browser.PageRequest;
import io.apikit.auth.internal.browser.PageVisit;
import io.apikit.auth.internal.browser.SetCookie;
import io.apikit.http.BackendRequest;
import io.apikit.http.Deadline;
import io.apikit.http.Transport;
import java.util.Optional;
import java.util.function.Function;

/**
 * One login through an oauth2-proxy: start, redirects, pages, callback, verification. Made for one attempt, used by one
 * thread. The credentials are filled in once: a second form that asks for them means that they were wrong.
 */
public final class OAuth2ProxyLogin {
    private final OAuth2ProxySettings settings;
    private final String username;
    private final String password;
    private final Function<String, Transport> origins;
    private final Deadline deadline;
    private final ProxyEndpoints proxy;
    private final LoginOrigins allowed;
    private final Browser browser;
    private boolean userNameSent;
    private boolean passwordSent;
    private boolean credentialsRedirected;
    private String provider = "";

    /**
     * Prepares a login; nothing is sent yet.
     *
     * @param backend the backend's origin
     * @param origins gives the transport to an origin, {@code scheme://host[:port]}
     * @param deadline when the reading of pages ends; the transports have their own
     */
    public OAuth2ProxyLogin(
            OAuth2ProxySettings settings,
            String username,
            String password,
            String backend,
            Function<String, Transport> origins,
            Deadline deadline) {
        this.settings = settings;
        this.username = username;
        this.password = password;
        this.origins = origins;
        this.deadline = deadline;
        this.proxy = ProxyEndpoints.of(settings.start(), backend);
        this.allowed = new LoginOrigins(proxy.origin(), settings.allowedOrigins());
        this.browser = new Browser(origins, allowed);
    }

    /**
     * Logs in.
     *
     * @throws ProxyLoginRefused if the credentials, the account or the user's consent are the reason
     * @throws io.apikit.BackendError 502, 503 or 504 for any other reason
     */
    public ProxySession run() throws ProxyLoginRefused {
        var visit = start();
        while (!proxy.isCallback(visit.address())) {
            visit = browser.follow(visit.address(), next(visit));
        }
        return verify(new CallbackResponse(visit).session(settings.sessionCookies()))
                .begunAt(provider);
    }

    /** Requests the start. The proxy redirects to its identity provider, and sets a cookie for the login. */
    private PageVisit start() {
        var visit = browser.start(proxy.start().withQuery("rd=%2F"));
        if (LoginPageErrors.isUnavailable(visit.response())) {
            throw LoginPageErrors.unavailable(visit.address(), visit.response());
        }
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
            throw LoginPageErrors.broken("the proxy's cookies are Secure, but " + proxy.origin() + " is plain http");
        }
        provider = visit.redirect().address().origin();
        allowed.allowProvider(visit.redirect().address());
        return visit;
    }

    /** A browser would not keep it either (RFC 6265, section 5.3). */
    private BackendError foreign(SetCookie cookie) {
        return LoginPageErrors.broken(
                "the proxy sets the cookie " + cookie.name() + " for the domain " + cookie.domain() + ", and "
                        + proxy.origin() + " is not in it: call the proxy by a name in its cookie-domain");
    }

    private PageRequest next(PageVisit visit) throws ProxyLoginRefused {
        if (visit.isRedirect()) {
            return followRedirect(visit);
        }
        if (LoginPageErrors.isUnavailable(visit.response())) {
            throw LoginPageErrors.unavailable(visit.address(), visit.response());
        }
        if (!visit.isHtml()) {
            throw LoginPageErrors.broken("unexpected: " + visit.describe());
        }
        var text = visit.response().text();
        if (HtmlPage.isTooLong(text)) {
            throw LoginPageErrors.broken("the page at " + visit.address() + " is too long for a login page: "
                    + text.length() + " characters, not at most " + HtmlPage.MAX_LENGTH);
        }
        var page = new HtmlPage(visit.address(), text, Optional.of(deadline));
        if (page.exceeded().isPresent()) {
            throw LoginPageErrors.broken("the page at " + visit.address() + " is no login page: it has "
                    + page.exceeded().get());
        }
        return next(page, visit);
    }

    /** A 307 may send the form once more. A loop of them would look like guessing passwords. */
    private PageRequest followRedirect(PageVisit visit) {
        var redirect = visit.redirect();
        if (redirect.hasCredentials() && credentialsRedirected) {
            throw LoginPageErrors.broken(visit.address() + " passes the credentials on again and again");
        }
        credentialsRedirected |= redirect.hasCredentials();
        return redirect;
    }

    private PageRequest next(HtmlPage page, PageVisit visit) throws ProxyLoginRefused {
        var kind = LoginPage.of(page, proxy.origin(), proxy::isCallback);
        if (kind instanceof LoginPage.Callback callback) {
            return new FilledForm(callback.form()).request();
        }
        if (kind instanceof LoginPage.PasswordForm form) {
            return fill(form);
        }
        if (kind instanceof LoginPage.UserNameForm form) {
            return fill(form);
        }
        if (kind instanceof LoginPage.Consent consent && settings.acceptConsent()) {
            return consent.agree().request();
        }
        refuseOwnersPage(kind, page.address().origin());
        var whose = kind instanceof LoginPage.BackendPage ? "a page of the backend itself: " : "unexpected page: ";
        throw LoginPageErrors.broken(whose + visit.describe() + ", titled \"" + masked(page.title()) + "\"");
    }

    /** Refuses a page that only the account's owner can handle. */
    private static void refuseOwnersPage(LoginPage kind, String provider) throws ProxyLoginRefused {
        if (kind instanceof LoginPage.AccountAction) {
            throw new ProxyLoginRefused("the account needs its owner's attention at " + provider
                    + ", such as a new password: log in there with a browser once");
        }
        if (kind instanceof LoginPage.SecondFactor) {
            throw new ProxyLoginRefused(provider + " asks for a second factor, which a program cannot give");
        }
        if (kind instanceof LoginPage.Consent) {
            throw new ProxyLoginRefused(
                    provider + " asks for the user's consent: give it with a browser once, or set acceptConsent");
        }
    }

    private PageRequest fill(LoginPage.PasswordForm page) throws ProxyLoginRefused {
        if (passwordSent) {
            throw new ProxyLoginRefused("wrong user name or password at "
                    + page.form().page().address().origin());
        }
        if (page.userName().isEmpty() && !userNameSent) {
            throw LoginPageErrors.broken(
                    "the form at " + page.form().page().address() + " has a password field and none for the user name");
        }
        passwordSent = true;
        var filled = new FilledForm(page.form()).fill(page.password(), password);
        page.userName().ifPresent(field -> filled.fill(field, username));
        return filled.request();
    }

    private PageRequest fill(LoginPage.UserNameForm page) throws ProxyLoginRefused {
        if (userNameSent || passwordSent) {
            throw new ProxyLoginRefused("wrong user name or password at "
                    + page.form().page().address().origin());
        }
        userNameSent = true;
        return new FilledForm(page.form()).fill(page.userName(), username).request();
    }

    /** Masks the password: a page may quote what was filled in. */
    private String masked(String text) {
        return text.replace(password, "***");
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
                .session(response, session.at(proxy.auth().path()))
                .filter(refreshed -> CookieLimits.excess(refreshed.cookies()).isEmpty())
                .orElse(session);
    }
}
