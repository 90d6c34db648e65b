package io.apikit.auth.internal.formlogin;

import io.apikit.BackendError;
import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.Browser;
import io.apikit.auth.internal.browser.LoginOrigins;
import io.apikit.auth.internal.browser.LoginPageErrors;
import io.apikit.auth.internal.browser.PageLogin;
import io.apikit.auth.internal.browser.PageLoginRefused;
import io.apikit.auth.internal.browser.PageRequest;
import io.apikit.auth.internal.browser.PageVisit;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One login by the form of a site: the page, the form, what follows it, and the check that it has begun a session. Made for one
 * attempt, used by one thread. The credentials are sent once.
 */
public final class FormSiteLogin {
    /** Where a site may redirect to after a login that needs more, or that has failed. */
    private static final Pattern SUSPICIOUS = Pattern.compile(
            "log-?in|sign-?in|auth|err|fail|denied|invalid|otp|2fa|mfa|factor|challenge|verif|password|consent");

    /** Cookies that come and go with pages. They are sent, and say nothing of the session. */
    private static final Pattern PASSING = Pattern.compile("message|flash|notice|toast|csrf|xsrf|lang|locale|theme");

    private final FormSite site;
    private final User user;
    private final Function<String, Transport> origins;
    private final LongSupplier nanoTime;
    private final Browser browser;
    private final PageLogin pages;
    private final Set<String> before = new LinkedHashSet<>();
    private final Set<String> set = new LinkedHashSet<>();
    private final Set<String> setForServers = new LinkedHashSet<>();
    private final List<BackendResponse> responses = new ArrayList<>();
    private @Nullable PageRequest posted;

    /** The credentials of a login. Its {@code toString} shows nothing. */
    public record User(String name, String password) {
        @Override
        public String toString() {
            return "User";
        }
    }

    /**
     * Prepares a login; nothing is sent yet.
     *
     * @param origin the backend's origin
     * @param prefix the path of the backend's base URL, without a slash at its end
     * @param origins gives the transport to an origin, {@code scheme://host[:port]}
     * @param deadline when the reading of pages ends; the transports have their own
     * @param nanoTime returns monotonic nanoseconds, by which cookies end
     */
    public FormSiteLogin(
            FormSettings settings,
            User user,
            String origin,
            String prefix,
            Function<String, Transport> origins,
            Deadline deadline,
            LongSupplier nanoTime) {
        this.site = FormSite.of(settings, origin, prefix);
        this.user = user;
        this.origins = origins;
        this.nanoTime = nanoTime;
        this.browser = new Browser(origins, new LoginOrigins(new OwnPages(), Set.of()), nanoTime);
        this.pages = new PageLogin(
                browser,
                new PageLogin.Settings(false, Optional.empty(), settings.fields()),
                user.name(),
                user.password(),
                deadline);
    }

    /**
     * Logs in.
     *
     * @throws PageLoginRefused if the credentials or the account are the reason
     * @throws io.apikit.BackendError 502, 503 or 504 for any other reason
     */
    public FormSession run() throws PageLoginRefused {
        var end = pages.run(browser.start(site.page()), this::isEnd);
        var session = begun();
        refuse(end, session);
        var probed = site.settings().probe().isPresent()
                ? probed(session, site.settings().probe().get())
                : followed(requireCookie(session, end), end);
        return withToken(probed);
    }

    /**
     * A site with a session for everybody sets its cookie after a wrong password too. Where it then redirects to is asked, and
     * the login page says that nobody is logged in.
     */
    private FormSession followed(FormSession session, PageVisit end) throws PageLoginRefused {
        if (!end.isRedirect() || !end.redirect().address().isAt(site.origin()) || !before.containsAll(set)) {
            return session;
        }
        var requests = session.requests(origins.apply(site.origin()));
        var response = requests.get(end.redirect().address(), "text/html", () -> false);
        var isToPage = SiteRequests.redirect(requests.last(), response)
                .filter(site::isPage)
                .isPresent();
        if (isToPage || isLoginPage(session, response, requests.last())) {
            throw new PageLoginRefused("wrong user name or password at " + site.origin() + ", or the user may not see "
                    + end.redirect().address().path() + ": set a probe(..) that the user may see");
        }
        return session.after(requests.visits(), Optional.empty());
    }

    private boolean isLoginPage(FormSession session, BackendResponse response, Address at) {
        return FormExpiryDetector.isLoginPage(session, response, at, origins.apply(site.origin()));
    }

    /** Returns how long the session that {@link #run} has returned lives; empty if no response of the login says so. */
    public Optional<Duration> life(FormSession session) {
        return responses.stream()
                .flatMap(response -> session.life(response).stream())
                .reduce((earlier, later) -> later);
    }

    /** Before the credentials are sent, no page ends the login, and no page but the named one is read. */
    private boolean isEnd(PageVisit visit) {
        if (!pages.isPasswordSent()) {
            requireNamed(visit);
            before.addAll(browser.cookies().names());
            return false;
        }
        if (posted == null) {
            posted = visit.request();
        }
        responses.add(visit.response());
        noteCookies(visit.response());
        if (!visit.isRedirect()) {
            return !LoginPageErrors.isUnavailable(visit.response());
        }
        var to = visit.redirect().address();
        var isUnknown = set.isEmpty() && site.settings().probe().isEmpty();
        return !to.isAt(site.origin()) || !(site.isPage(to) || isUnknown || isSuspicious(to));
    }

    private void requireNamed(PageVisit visit) {
        if (visit.isRedirect() && !visit.redirect().address().isAt(site.origin())) {
            throw LoginPageErrors.broken(visit.address() + " leads to "
                    + visit.redirect().address().origin()
                    + ": a form login gives the credentials to the backend's origin, "
                    + site.origin() + ", alone");
        }
        if (!visit.isRedirect() && visit.isHtml() && visit.status() < 500 && !site.isPage(visit.address())) {
            var path = visit.address().path();
            throw LoginPageErrors.broken(site.page() + " leads to another page, " + visit.address()
                    + ", which gets no password; if that is the login page, name it: page(\""
                    + (path.startsWith(site.prefix())
                            ? path.substring(site.prefix().length())
                            : path) + "\")");
        }
    }

    private static boolean isSuspicious(Address to) {
        return SUSPICIOUS.matcher(to.target().toLowerCase(Locale.ROOT)).find();
    }

    /** Cookies that no script may read are the session's, if there are such. */
    private void noteCookies(BackendResponse response) {
        response.headers().forEach((header, lines) -> {
            if (header.equalsIgnoreCase("Set-Cookie")) {
                lines.forEach(this::noteCookie);
            }
        });
    }

    private void noteCookie(String line) {
        var parts = line.split(";", 2);
        var name = parts[0].split("=", 2)[0].strip();
        if (!name.equals(site.settings().csrf().cookieName())
                && !PASSING.matcher(name.toLowerCase(Locale.ROOT)).find()) {
            set.add(name);
            if (parts.length > 1 && parts[1].toLowerCase(Locale.ROOT).contains("httponly")) {
                setForServers.add(name);
            }
        }
    }

    private FormSession begun() {
        var cookies = browser.cookies();
        var names = new LinkedHashSet<>(setForServers.isEmpty() ? set : setForServers);
        names.retainAll(cookies.names());
        if (names.isEmpty() && site.settings().probe().isPresent()) {
            names.addAll(cookies.names());
            names.remove(site.settings().csrf().cookieName());
        }
        return new FormSession(site, cookies, names, fields(), nanoTime);
    }

    /** Returns the fields that were filled in. A user name may be the password too, and its field comes first. */
    private Optional<PageLogin.Fields> fields() {
        if (site.settings().fields().isPresent() || posted == null) {
            return site.settings().fields();
        }
        var names = posted.fields(user.name());
        var passwords = posted.fields(user.password());
        return names.isEmpty() || passwords.isEmpty()
                ? Optional.empty()
                : Optional.of(new PageLogin.Fields(names.get(0), passwords.get(passwords.size() - 1)));
    }

    /** Refuses what is no success. The form that was filled in is known by its fields, wherever it comes back. */
    private void refuse(PageVisit end, FormSession session) throws PageLoginRefused {
        var response = end.response();
        if (CsrfToken.isRefusedBy(response)) {
            throw LoginPageErrors.broken("the site refuses the login for its CSRF token: " + end.describe());
        }
        if ((end.isHtml() && session.isLoginForm(response.text())) || isLoginPage(session, response, end.address())) {
            throw new PageLoginRefused("wrong user name or password at " + site.origin());
        }
        refuseOwnersPage(end);
        if (response.status() == 401 || response.status() == 403) {
            throw new PageLoginRefused(site.origin() + " refuses the login with the status " + response.status());
        }
        if (response.status() >= 400) {
            throw LoginPageErrors.broken("unexpected: " + end.describe());
        }
    }

    /** A page that cannot be read is none of these. */
    private void refuseOwnersPage(PageVisit end) throws PageLoginRefused {
        if (end.isRedirect() || !end.isHtml()) {
            return;
        }
        try {
            pages.refuseOwnersPage(end);
        } catch (BackendError ignored) {
            // It is too long, or has too much of something.
        }
    }

    private FormSession requireCookie(FormSession session, PageVisit end) {
        if (session.hasCookies()) {
            return session;
        }
        throw LoginPageErrors.broken(
                set.isEmpty()
                        ? "the login sets no cookie: " + end.describe()
                                + "; set a probe(..) that shows whether it is good"
                        : "no cookie that the login sets can be kept: " + set + "; a Secure cookie needs https");
    }

    private FormSession probed(FormSession session, String probe) throws PageLoginRefused {
        var response = SessionProbe.ask(session, probe, origins.apply(site.origin()));
        if (response.state() == SessionProbe.State.DEAD) {
            throw new PageLoginRefused(
                    "the login at " + site.origin() + " has begun no session: the probe answered " + response.status()
                            + ", so the user name or the password is wrong, or the user may not see the probe");
        }
        if (response.state() == SessionProbe.State.UNKNOWN) {
            throw LoginPageErrors.broken("the probe " + site.address("probe", probe) + " answered " + response.status()
                    + ", not with a success");
        }
        response.visits().forEach(visit -> responses.add(visit.response()));
        return session.after(response.visits(), Optional.empty());
    }

    /** A cookie is read when a request is signed. Any other token is asked for here, and kept. */
    private FormSession withToken(FormSession session) {
        var source = site.settings().csrf();
        if (source instanceof CsrfSource.None || source instanceof CsrfSource.Cookie) {
            return session;
        }
        var fresh = new CsrfTokenRequest(session, origins.apply(site.origin())).send();
        if (fresh.isDead()) {
            throw LoginPageErrors.broken("the site gives no CSRF token to the session just begun");
        }
        return session.after(fresh.visits(), fresh.token());
    }

    /** The pages of the backend's own origin: the one to be filled in is checked before it is read. */
    private final class OwnPages implements LoginOrigins.Own {
        @Override
        public boolean has(Address address) {
            return address.isAt(site.origin());
        }

        @Override
        public boolean isLoginPage(Address address) {
            return has(address);
        }

        @Override
        public String adviceOnOrigins() {
            return "; a form login gives the credentials to the backend's origin alone";
        }
    }
}
