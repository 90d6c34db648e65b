package io.apikit.auth.internal.browser;

import io.apikit.BackendError;
import java.util.List;
import java.util.stream.Collectors;

/** Says why a login ends at a page: what the page asked for, in texts that are safe to show. Used by one thread. */
final class LoginRefusals {
    private static final int MOST_ADDRESSES = 5;

    private final PageLogin.Settings settings;
    private final PageTexts texts;

    LoginRefusals(PageLogin.Settings settings, PageTexts texts) {
        this.settings = settings;
        this.texts = texts;
    }

    /**
     * Returns the error for a page that a program cannot answer.
     *
     * @throws PageLoginRefused if only the account's owner can answer it
     */
    BackendError of(LoginPage kind, HtmlPage page, PageVisit visit) throws PageLoginRefused {
        var provider = page.address().origin();
        if (kind instanceof LoginPage.AccountAction action) {
            throw new PageLoginRefused("the account needs its owner's attention at " + provider + ": "
                    + action(action.what(), page) + ". Log in there with a browser once");
        }
        if (kind instanceof LoginPage.SecondFactor factor) {
            throw new PageLoginRefused(
                    provider + " asks for a second factor, which a program cannot give: " + factor.kind());
        }
        if (kind instanceof LoginPage.Captcha) {
            throw new PageLoginRefused(
                    provider + " asks for a captcha, which a program cannot solve: log in there with a browser once");
        }
        if (kind instanceof LoginPage.Consent consent) {
            throw consent(consent, page);
        }
        return broken(kind, page, visit);
    }

    private String action(String what, HtmlPage page) {
        var title = texts.shown(page.title(), PageTexts.SENTENCE);
        var named = texts.shown(what, PageTexts.SENTENCE);
        if (named.isEmpty()) {
            return "a page titled \"" + title + "\"";
        }
        return title.isEmpty() ? named : named + " (\"" + title + "\")";
    }

    private PageLoginRefused consent(LoginPage.Consent consent, HtmlPage page) {
        var what = texts.shown(page.content().text(), PageTexts.SENTENCE);
        var isKnown = consent.agree().isPresent();
        return new PageLoginRefused(page.address().origin() + " asks for the user's consent"
                + (what.isEmpty() ? "" : " (\"" + what + "\")")
                + (isKnown && !settings.acceptConsent()
                        ? ": give it with a browser once, or set acceptConsent"
                        : ": give it with a browser once"));
    }

    private BackendError broken(LoginPage kind, HtmlPage page, PageVisit visit) {
        if (kind instanceof LoginPage.SeveralForms several) {
            return LoginPageErrors.broken(page.address() + " has " + number(several.forms().size()) + " login forms: "
                    + addresses(several.forms()) + "; none of them is known to be the right one");
        }
        if (kind instanceof LoginPage.Choices choices) {
            return LoginPageErrors.broken(
                    page.address() + " asks which way to log in: " + choices.choices().names(texts) + chosen(choices));
        }
        var what = kind instanceof LoginPage.Unexpected unexpected
                ? texts.shown(unexpected.what(), PageTexts.SENTENCE)
                : "";
        return LoginPageErrors.broken(whose(kind, visit, what) + visit.describe() + ", titled \""
                + texts.shown(page.title(), PageTexts.SENTENCE) + "\"" + (what.isEmpty() ? "" : ". It " + what));
    }

    private static String whose(LoginPage kind, PageVisit visit, String what) {
        if (kind instanceof LoginPage.BackendPage) {
            return "a page of the backend itself: ";
        }
        return what.isEmpty() && visit.status() >= 400 ? "unexpected page, of an error: " : "unexpected page: ";
    }

    private static String number(int forms) {
        return forms == 2 ? "two" : String.valueOf(forms);
    }

    private static String addresses(List<HtmlForm> forms) {
        return forms.stream()
                .limit(MOST_ADDRESSES)
                .map(form -> form.destination().map(Address::toString).orElse("an address that is none"))
                .collect(Collectors.joining(", "));
    }

    private String chosen(LoginPage.Choices choices) {
        if (settings.choice().isEmpty()) {
            return "; set choose to one of them";
        }
        var wanted = settings.choice().get();
        return choices.choices().called(wanted).size() > 1
                ? "; several of them are called \"" + wanted + "\""
                : "; none of them is called \"" + wanted + "\"";
    }
}
