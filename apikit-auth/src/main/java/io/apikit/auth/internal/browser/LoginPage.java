package io.apikit.auth.internal.browser;

import java.util.Optional;

/** The kind of a page in a login: the first kind whose signs the page has. */
public sealed interface LoginPage {
    /** The identity provider's response, as a form that a script would submit ({@code response_mode=form_post}). */
    record Callback(HtmlForm form) implements LoginPage {}

    /** A page of the backend's own origin. It is never filled in, even if it asks for a password. */
    record BackendPage() implements LoginPage {}

    /** The account needs an action of its owner: a new password, terms, a profile. */
    record AccountAction() implements LoginPage {}

    /** A second factor is needed. */
    record SecondFactor() implements LoginPage {}

    /** A form with one password field. The field for the user name may be missing on the second of two pages. */
    record PasswordForm(HtmlForm form, HtmlControl password, Optional<HtmlControl> userName) implements LoginPage {}

    /** A form that asks for the user name alone. */
    record UserNameForm(HtmlForm form, HtmlControl userName) implements LoginPage {}

    /** A page that asks for the user's consent. */
    record Consent(FilledForm agree) implements LoginPage {}

    /** A page without any of these signs. */
    record Unexpected() implements LoginPage {}

    /**
     * Returns what a page is.
     *
     * @param allowed says which pages may be filled in
     */
    static LoginPage of(HtmlPage page, LoginOrigins allowed) {
        return callback(page)
                .or(() -> untouchable(page, allowed))
                .or(() -> password(page))
                .or(() -> userName(page))
                .or(() -> LoginPageRules.ConsentForm.on(page).map(Consent::new))
                .orElseGet(Unexpected::new);
    }

    private static Optional<LoginPage> callback(HtmlPage page) {
        return page.forms().stream()
                .filter(form -> form.isPost() && form.isAllHidden() && form.hasField("state"))
                .filter(form -> form.hasField("code") || form.hasField("error"))
                .findFirst()
                .map(Callback::new);
    }

    /** Pages that a program must not fill in. */
    private static Optional<LoginPage> untouchable(HtmlPage page, LoginOrigins allowed) {
        if (!allowed.mayBeFilled(page.address())) {
            return Optional.of(new BackendPage());
        }
        if (LoginPageRules.asksToChangeTheAccount(page)) {
            return Optional.of(new AccountAction());
        }
        return LoginPageRules.asksForASecondFactor(page) ? Optional.of(new SecondFactor()) : Optional.empty();
    }

    private static Optional<LoginPage> password(HtmlPage page) {
        var forms = page.passwordForms();
        if (forms.size() != 1) {
            return Optional.empty();
        }
        var form = forms.get(0);
        var password = form.passwords().get(0);
        return Optional.of(new PasswordForm(form, password, LoginFormRules.userName(form, password)));
    }

    private static Optional<LoginPage> userName(HtmlPage page) {
        var forms = page.forms().stream()
                .flatMap(form -> LoginFormRules.onlyUserName(form).map(field -> new UserNameForm(form, field)).stream())
                .toList();
        return forms.size() == 1 && page.passwordForms().isEmpty() ? Optional.of(forms.get(0)) : Optional.empty();
    }
}
