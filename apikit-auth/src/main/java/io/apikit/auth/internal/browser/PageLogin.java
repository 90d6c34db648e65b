package io.apikit.auth.internal.browser;

import io.apikit.http.Deadline;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The pages of one login: follows redirects, recognizes each page, fills in the credentials once. Made for one attempt, used
 * by one thread. A second form that asks for the credentials means that they were wrong.
 */
public final class PageLogin {
    private final Browser browser;
    private final Settings settings;
    private final String username;
    private final String password;
    private final Deadline deadline;
    private boolean userNameSent;
    private boolean passwordSent;
    private boolean credentialsRedirected;

    /**
     * What an author has chosen for the pages of a login. Immutable.
     *
     * @param acceptConsent whether a login agrees to a page that asks for the user's consent
     * @param choice the text or the path of what to choose on a page that asks for a way to log in; empty to choose nothing
     * @param fields the names of the fields for the credentials; empty to find them
     */
    public record Settings(boolean acceptConsent, Optional<String> choice, Optional<Fields> fields) {
        /** Returns settings without a choice and without names of fields. */
        public static Settings consenting(boolean acceptConsent) {
            return new Settings(acceptConsent, Optional.empty(), Optional.empty());
        }
    }

    /**
     * The names of the fields of a login form.
     *
     * @param userName the {@code name} of the field for the user name
     * @param password the {@code name} of the field for the password
     */
    public record Fields(String userName, String password) {}

    /**
     * Prepares a login; nothing is sent yet.
     *
     * @param deadline when the reading of pages ends; the transports have their own
     */
    public PageLogin(Browser browser, Settings settings, String username, String password, Deadline deadline) {
        this.browser = browser;
        this.settings = settings;
        this.username = username;
        this.password = password;
        this.deadline = deadline;
    }

    /**
     * Goes from page to page.
     *
     * @param first the response that the login starts with
     * @param isEnd whether the login ends with a response; it is asked before the response is read
     * @return the response that the login ended with
     * @throws PageLoginRefused if the credentials, the account or the user's consent are the reason
     * @throws io.apikit.BackendError 502, 503 or 504 for any other reason
     */
    public PageVisit run(PageVisit first, Predicate<PageVisit> isEnd) throws PageLoginRefused {
        var visit = first;
        while (!isEnd.test(visit)) {
            visit = visit.isRedirect()
                    ? browser.follow(visit.address(), redirect(visit))
                    : browser.submit(visit.address(), next(visit));
        }
        return visit;
    }

    /** Returns whether the password was filled in and sent. */
    public boolean isPasswordSent() {
        return passwordSent;
    }

    /**
     * Refuses a page that only the account's owner can handle, such as one for a second factor.
     *
     * @throws PageLoginRefused if it is one
     */
    public void refuseOwnersPage(PageVisit visit) throws PageLoginRefused {
        var page = page(visit);
        refuseOwnersPage(LoginPage.of(page, browser.allowed()), page.address().origin());
    }

    private PageRequest next(PageVisit visit) throws PageLoginRefused {
        return next(page(visit), visit);
    }

    private HtmlPage page(PageVisit visit) {
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
        return page;
    }

    /** A 307 may send the form once more. A loop of them would look like guessing passwords. */
    private PageRequest redirect(PageVisit visit) {
        var redirect = visit.redirect();
        if (redirect.hasCredentials() && credentialsRedirected) {
            throw LoginPageErrors.broken(visit.address() + " passes the credentials on again and again");
        }
        credentialsRedirected |= redirect.hasCredentials();
        return redirect;
    }

    private PageRequest next(HtmlPage page, PageVisit visit) throws PageLoginRefused {
        var kind = LoginPage.of(page, browser.allowed());
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
    private static void refuseOwnersPage(LoginPage kind, String provider) throws PageLoginRefused {
        if (kind instanceof LoginPage.AccountAction) {
            throw new PageLoginRefused("the account needs its owner's attention at " + provider
                    + ", such as a new password: log in there with a browser once");
        }
        if (kind instanceof LoginPage.SecondFactor) {
            throw new PageLoginRefused(provider + " asks for a second factor, which a program cannot give");
        }
        if (kind instanceof LoginPage.Consent) {
            throw new PageLoginRefused(
                    provider + " asks for the user's consent: give it with a browser once, or set acceptConsent");
        }
    }

    private PageRequest fill(LoginPage.PasswordForm page) throws PageLoginRefused {
        if (passwordSent) {
            throw new PageLoginRefused("wrong user name or password at "
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

    private PageRequest fill(LoginPage.UserNameForm page) throws PageLoginRefused {
        if (userNameSent || passwordSent) {
            throw new PageLoginRefused("wrong user name or password at "
                    + page.form().page().address().origin());
        }
        userNameSent = true;
        return new FilledForm(page.form()).fill(page.userName(), username).request();
    }

    /** Masks the password: a page may quote what was filled in. */
    private String masked(String text) {
        return text.replace(password, "***");
    }
}
