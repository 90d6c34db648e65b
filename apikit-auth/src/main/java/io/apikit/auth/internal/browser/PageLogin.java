package io.apikit.auth.internal.browser;

import io.apikit.BackendError;
import io.apikit.http.Deadline;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The pages of one login: follows redirects and pages that go on by themselves, recognizes each page, and sends the password
 * once. Made for one attempt, used by one thread.
 */
public final class PageLogin {
    /** A shorter password is a word that a form may have for another reason. */
    private static final int SHORT_PASSWORD = 8;

    private final Browser browser;
    private final Settings settings;
    private final String username;
    private final String password;
    private final Deadline deadline;
    private final LoginRefusals refusals;

    /** The forms that were sent with credentials, and the origins of their pages. */
    private final Map<FormIdentity, String> sent = new HashMap<>();

    private Optional<FormIdentity> posted = Optional.empty();
    private boolean hasChosen;
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
        this.refusals = new LoginRefusals(settings, browser.allowed(), new PageTexts(password));
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
        return posted.isPresent();
    }

    /**
     * Refuses a page that only the account's owner can handle, such as one for a second factor.
     *
     * @throws PageLoginRefused if it is one
     */
    public void refuseOwnersPage(PageVisit visit) throws PageLoginRefused {
        var page = page(visit);
        var kind = LoginPage.of(page, situation(visit));
        if (kind instanceof LoginPage.AccountAction || kind instanceof LoginPage.SecondFactor) {
            throw refusals.of(kind, page, visit);
        }
    }

    private PageRequest next(PageVisit visit) throws PageLoginRefused {
        return next(page(visit), visit);
    }

    private HtmlPage page(PageVisit visit) throws PageLoginRefused {
        if (LoginPageErrors.isUnavailable(visit.response())) {
            throw LoginPageErrors.unavailable(visit.address(), visit.response());
        }
        if (!visit.isHtml()) {
            if (visit.status() == 401 && visit.request().hasCredentials()) {
                throw refusals.rejected(visit, "");
            }
            throw LoginPageErrors.broken("unexpected: " + visit.describe());
        }
        var source = PageSource.of(visit.response());
        var text = source.text();
        if (HtmlPage.isTooLong(text)) {
            throw LoginPageErrors.broken("the page at " + visit.address() + " is too long for a login page: "
                    + text.length() + " characters, not at most " + HtmlPage.MAX_LENGTH);
        }
        var page = new HtmlPage(visit.address(), source, Optional.of(deadline));
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
        if (isSecret() && isAValue(redirect.address().query())) {
            throw carriesPassword(visit.address(), redirect, "in the address");
        }
        return redirect;
    }

    private PageRequest next(HtmlPage page, PageVisit visit) throws PageLoginRefused {
        var kind = LoginPage.of(page, situation(visit));
        if (kind instanceof LoginPage.GoesOn on) {
            return withoutPassword(on.step(), page);
        }
        if (kind instanceof LoginPage.Chosen chosen) {
            hasChosen = true;
            return withoutPassword(chosen.step(), page);
        }
        if (kind instanceof LoginPage.PasswordForm form) {
            return fill(form);
        }
        if (kind instanceof LoginPage.UserNameForm form) {
            return fill(form);
        }
        if (kind instanceof LoginPage.SeveralForms several && posted.isPresent()) {
            throw again(
                    several.forms().stream()
                            .filter(form -> sent.containsKey(FormIdentity.visible(form)))
                            .findFirst()
                            .orElse(several.forms().get(0)),
                    "password");
        }
        if (kind instanceof LoginPage.Consent consent && consent.agree().isPresent() && settings.acceptConsent()) {
            return withoutPassword(consent.agree().get().request(), page);
        }
        throw refusals.of(kind, page, visit);
    }

    private LoginPage.Situation situation(PageVisit visit) {
        return new LoginPage.Situation(
                browser.allowed(),
                settings,
                !hasChosen && posted.isEmpty(),
                !sent.isEmpty(),
                posted,
                visit.response().header("Refresh"));
    }

    /**
     * Only the form with the password field passes the password on: a page may have put it into a field or an address of its
     * own. A short password may be any word of a page, and one that is the user name too is in many.
     */
    private PageRequest withoutPassword(PageRequest step, HtmlPage page) {
        if (isSecret()
                && (page.allControls().anyMatch(control -> control.hasValue(password))
                        || PageRequest.decoded(step.address().target()).contains(password))) {
            throw carriesPassword(page.address(), step, "in a field of its own");
        }
        return step;
    }

    private boolean isSecret() {
        return password.length() >= SHORT_PASSWORD && !password.equals(username);
    }

    /** The path of a redirect, and a part of a value, may be a word that is a password by chance. */
    private boolean isAValue(String query) {
        return Arrays.stream(query.split("&"))
                .map(pair -> pair.substring(pair.indexOf('=') + 1))
                .anyMatch(value ->
                        value.equals(password) || PageRequest.decoded(value).equals(password));
    }

    private static BackendError carriesPassword(Address from, PageRequest step, String where) {
        return LoginPageErrors.broken(from + " goes on to " + step.address().origin() + " with the password " + where);
    }

    private PageRequest fill(LoginPage.PasswordForm page) throws PageLoginRefused {
        if (posted.isPresent()) {
            throw again(page.form(), "password");
        }
        if (page.userName().isEmpty() && sent.isEmpty()) {
            throw LoginPageErrors.broken(
                    "the form at " + page.form().page().address() + " has a password field and none for the user name");
        }
        var filled = new FilledForm(page.form()).fillPassword(page.password(), password);
        page.userName().ifPresent(field -> filled.fill(field, username));
        var request = filled.request();
        posted = Optional.of(note(page.form()));
        return request;
    }

    /** Each form gets the user name once: a broker may ask for it, and the provider behind it too. */
    private PageRequest fill(LoginPage.UserNameForm page) throws PageLoginRefused {
        if (posted.isPresent() || sent.containsKey(FormIdentity.visible(page.form()))) {
            throw again(page.form(), "user name");
        }
        note(page.form());
        var filled = new FilledForm(page.form()).fill(page.userName(), username);
        return withoutPassword(filled.request(), page.form().page());
    }

    private FormIdentity note(HtmlForm form) {
        var identity = FormIdentity.visible(form);
        sent.put(identity, form.page().address().origin());
        return identity;
    }

    /**
     * A form that asks once more. If it is one that was sent, and comes from where it was sent, the credentials are wrong.
     * Another one gets nothing either: a second attempt may lock the account.
     */
    private PageLoginRefused again(HtmlForm form, String what) {
        var at = form.page().address();
        var identity = FormIdentity.visible(form);
        var isBack = sent.containsKey(identity)
                && (at.isAt(sent.getOrDefault(identity, ""))
                        || identity.action().filter(to -> at.isAt(to.origin())).isPresent());
        return new PageLoginRefused(
                isBack
                        ? "wrong user name or password at " + at.origin()
                        : "asks for the " + what + " again at " + at + ", in another form than the one that got it");
    }
}
