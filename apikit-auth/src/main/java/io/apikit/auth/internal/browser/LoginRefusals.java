package io.apikit.auth.internal.browser;

import io.apikit.BackendError;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says why a login ends at a page: what the page asked for, in texts that are safe to show. Used by one thread. */
final class LoginRefusals {
    private static final int MOST_ADDRESSES = 5;

    /** What a page says of credentials that are wrong. */
    private static final Pattern REJECTED = Pattern.compile(
            "\\b(invalid|incorrect|wrong|bad)( \\w{1,20}){0,3} (password|credentials?|user ?name)\\b"
                    + "|\\b(password|credentials?|user ?name)( \\w{1,20}){0,4} "
                    + "(invalid|incorrect|wrong|not (valid|correct|match|recogni[sz]ed))\\b",
            Pattern.CASE_INSENSITIVE);

    private final PageLogin.Settings settings;
    private final LoginOrigins allowed;
    private final PageTexts texts;

    LoginRefusals(PageLogin.Settings settings, LoginOrigins allowed, PageTexts texts) {
        this.settings = settings;
        this.allowed = allowed;
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
        if (kind instanceof LoginPage.Unexpected && isRejection(page, visit)) {
            throw rejected(visit, page.content().text());
        }
        return broken(kind, page, visit);
    }

    /** A login that breaks is tried again soon, and each try with a wrong password may lock the account. */
    private static boolean isRejection(HtmlPage page, PageVisit visit) {
        return visit.request().hasCredentials()
                && (visit.status() == 401
                        || REJECTED.matcher(page.content().text()).find());
    }

    /** Returns the refusal of credentials by a response without a form that asks for them again. */
    PageLoginRefused rejected(PageVisit visit, String says) {
        var shown = texts.shown(says, PageTexts.SENTENCE);
        return new PageLoginRefused(visit.address() + " does not accept the user name and password: status "
                + visit.status() + (shown.isEmpty() ? "" : ", \"" + shown + "\""));
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
        var isKnown = consent.agree().isPresent() || !page.passwordForms().isEmpty();
        return new PageLoginRefused(page.address().origin() + " asks for the user's consent"
                + (what.isEmpty() ? "" : " (\"" + what + "\")")
                + (isKnown && !settings.acceptConsent()
                        ? ": give it with a browser once, or set acceptConsent"
                        : ": give it with a browser once"));
    }

    private BackendError broken(LoginPage kind, HtmlPage page, PageVisit visit) {
        if (kind instanceof LoginPage.SeveralForms several) {
            return LoginPageErrors.broken(
                    page.address() + " has " + number(several.forms().size()) + " login forms: "
                            + addresses(several.forms()) + "; none of them is known to be the right one");
        }
        if (kind instanceof LoginPage.Choices choices) {
            return LoginPageErrors.broken(page.address() + " asks which way to log in: "
                    + choices.choices().names(texts) + chosen(choices, page));
        }
        var what = kind instanceof LoginPage.Unexpected ? texts.shown(PageProblem.of(page), PageTexts.SENTENCE) : "";
        return LoginPageErrors.broken(whose(kind, visit, what) + visit.describe() + ", titled \""
                + texts.shown(page.title(), PageTexts.SENTENCE) + "\"" + (what.isEmpty() ? "" : ". It " + what)
                + (kind instanceof LoginPage.BackendPage ? allowed.advice(page.address()) : ""));
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

    private String chosen(LoginPage.Choices choices, HtmlPage page) {
        if (settings.choice().isEmpty()) {
            return "; set choose to one of them";
        }
        var wanted = settings.choice().get();
        return switch (choices.choices().called(wanted).size()) {
            case 0 -> "; none of them is called \"" + wanted + "\"";
            case 1 -> "; \"" + wanted + "\" is not chosen, since " + unchosen(page);
            default -> "; several of them are called \"" + wanted + "\"";
        };
    }

    private String unchosen(HtmlPage page) {
        return LoginPageRules.isUpToTheUser(page)
                ? "the page seems to ask for the user's consent too, titled \""
                        + texts.shown(page.title(), PageTexts.SENTENCE) + "\""
                : "a login chooses once, and before the password is sent";
    }

    /** Says what a page has in place of a login, for an error. */
    private static final class PageProblem {
        private static final int MOST_NAMES = 5;
        private static final int MOST_LENGTH = 200;

        private PageProblem() {}

        /** Returns what a page has, as the rest of a sentence with the page as its subject; empty if that is nothing. */
        static String of(HtmlPage page) {
            var cause = ofScript(page);
            cause = cause != null ? cause : ofFrames(page.content().frames());
            cause = cause != null ? cause : ofForms(page);
            if (cause == null) {
                return "";
            }
            return cause.length() > MOST_LENGTH ? cause.substring(0, MOST_LENGTH) + "..." : cause;
        }

        private static @Nullable String ofScript(HtmlPage page) {
            if (page.ownerless().stream().anyMatch(control -> isPassword(control) && control.isVisible())) {
                return "needs JavaScript: its password field is in no form";
            }
            var content = page.content();
            var isBare = page.allControls().noneMatch(HtmlControl::isInteractive);
            var saysSo = PageContent.needsScript(content.noScriptText());
            if (isBare && (saysSo || (content.hasScript() && content.text().isEmpty()))) {
                return "needs JavaScript";
            }
            return page.controls().anyMatch(PageProblem::isPassword)
                            && page.passwordForms().isEmpty()
                    ? "has a login form that is hidden until JavaScript shows it"
                    : null;
        }

        private static boolean isPassword(HtmlControl control) {
            return control.attribute("type").equals("password");
        }

        /** A frame is a page of its own: what is shown in it, and where a login in it ends, is not this page's to say. */
        private static @Nullable String ofFrames(List<String> frames) {
            return frames.isEmpty() ? null : "shows another page in a frame: name the address of that page instead";
        }

        private static @Nullable String ofForms(HtmlPage page) {
            var asking =
                    page.forms().stream().filter(form -> !form.isAllHidden()).toList();
            if (!asking.isEmpty()) {
                return asking.stream().allMatch(LoginFormRules::isForAnotherPurpose)
                        ? "has a form for another purpose, such as to register, to search or to reset a password"
                        : "asks for fields that are no user name and no password: " + fields(asking);
            }
            var buttons = page.forms().stream()
                    .flatMap(form -> form.submits().stream())
                    .filter(HtmlControl::isVisible)
                    .map(HtmlControl::text)
                    .limit(MOST_NAMES)
                    .toList();
            return buttons.isEmpty() ? null : "asks to press a button: " + String.join(", ", buttons);
        }

        private static String fields(List<HtmlForm> forms) {
            return forms.stream()
                    .flatMap(form -> form.controls().stream())
                    .filter(HtmlControl::isInteractive)
                    .map(HtmlControl::name)
                    .filter(name -> !name.isEmpty())
                    .distinct()
                    .limit(MOST_NAMES)
                    .collect(Collectors.joining(", "));
        }
    }
}
