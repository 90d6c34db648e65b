package io.apikit.auth.internal.browser;

import java.util.List;
import java.util.Optional;

/** The kind of a page in a login: the first kind whose signs the page has. */
public sealed interface LoginPage {
    /** A page that goes on by itself. No credentials are sent. */
    record GoesOn(PageRequest step) implements LoginPage {}

    /** A page with one thing of the name that the author has chosen. No credentials are sent. */
    record Chosen(PageRequest step) implements LoginPage {}

    /** A page that may not be filled in, such as one of the backend itself, even if it asks for a password. */
    record BackendPage() implements LoginPage {}

    /** The account needs an action of its owner: a new password, terms, a profile. */
    record AccountAction(String what) implements LoginPage {}

    /** A second factor is needed, of this kind. */
    record SecondFactor(String kind) implements LoginPage {}

    /** The page asks for a proof that the user is a person. */
    record Captcha() implements LoginPage {}

    /** A form with one password field. The field for the user name may be missing on the second of two pages. */
    record PasswordForm(HtmlForm form, HtmlControl password, Optional<HtmlControl> userName) implements LoginPage {}

    /** A form that asks for the user name alone. */
    record UserNameForm(HtmlForm form, HtmlControl userName) implements LoginPage {}

    /** Several forms to log in, of which none is better than the others. */
    record SeveralForms(List<HtmlForm> forms) implements LoginPage {}

    /** A page that asks for the user's consent; without a form if none is known to agree. */
    record Consent(Optional<FilledForm> agree) implements LoginPage {}

    /** A page that asks which way to log in, or one with other than one thing of the name that the author has chosen. */
    record Choices(LoginChoices choices) implements LoginPage {}

    /** A page without any of these signs, and what it has instead; an empty text if that is nothing. */
    record Unexpected(String what) implements LoginPage {}

    /**
     * What is known when a page comes.
     *
     * @param allowed says which pages may be filled in
     * @param settings what the author has chosen
     * @param mayChoose whether the author's choice is still to be made
     * @param isUserNameSent whether a form with the user name was sent
     * @param posted the form with the password that was sent; empty before
     * @param refresh the {@code Refresh} header of the response
     */
    record Situation(
            LoginOrigins allowed,
            PageLogin.Settings settings,
            boolean mayChoose,
            boolean isUserNameSent,
            Optional<FormIdentity> posted,
            Optional<String> refresh) {}

    /** Returns what a page is that a login begins with. */
    static LoginPage of(HtmlPage page, LoginOrigins allowed) {
        var settings = PageLogin.Settings.consenting(false);
        return of(page, new Situation(allowed, settings, false, false, Optional.empty(), Optional.empty()));
    }

    /** Returns what a page is. Pages that only the account's owner can answer come first. */
    static LoginPage of(HtmlPage page, Situation known) {
        return new Recognition(page, known).kind();
    }

    /** The recognition of one page. */
    final class Recognition {
        private final HtmlPage page;
        private final Situation known;
        private final LoginForms passwords;
        private final boolean isUpToTheUser;

        private Recognition(HtmlPage page, Situation known) {
            this.page = page;
            this.known = known;
            this.passwords = known.settings()
                    .fields()
                    .map(fields -> LoginForms.named(page, fields))
                    .orElseGet(() -> LoginForms.withPassword(page, known.isUserNameSent()));
            this.isUpToTheUser = LoginPageRules.isUpToTheUser(page);
        }

        private LoginPage kind() {
            return ownersPage()
                    .or(this::chosen)
                    .or(() -> HandOver.of(page, known.refresh()).map(GoesOn::new))
                    .or(() -> known.allowed().mayBeFilled(page.address())
                            ? Optional.empty()
                            : Optional.of(new BackendPage()))
                    .or(this::login)
                    .or(this::consent)
                    .or(this::choices)
                    .orElseGet(() -> new Unexpected(PageProblem.of(page)));
        }

        /** A page that a program must not answer. */
        private Optional<LoginPage> ownersPage() {
            var best = passwords.best().stream().findFirst();
            var isPostedOne = best.map(FormIdentity::visible).equals(known.posted()) && best.isPresent();
            var areSent = known.posted().isPresent() && !isPostedOne;
            return LoginPageRules.accountAction(page, best, areSent)
                    .<LoginPage>map(AccountAction::new)
                    .or(() -> LoginPageRules.secondFactor(page).map(SecondFactor::new));
        }

        private Optional<LoginPage> chosen() {
            var choice = known.settings().choice();
            if (isUpToTheUser || choice.isEmpty() || !known.mayChoose()) {
                return Optional.empty();
            }
            var choices = LoginChoices.on(page);
            var found = choices.called(choice.get());
            if (found.size() > 1) {
                return Optional.of(new Choices(choices));
            }
            return found.stream().findFirst().map(Chosen::new);
        }

        private Optional<LoginPage> login() {
            var forms = chosenOf(passwords.best());
            var byName = LoginForms.withUserName(page);
            var isNamed = known.settings().fields().isPresent();
            var isShown = forms.stream().anyMatch(form -> form.passwords().stream().anyMatch(HtmlControl::isShown));
            if (forms.isEmpty() || (!isNamed && !isShown && isShown(byName.best()))) {
                return userName(byName);
            }
            if (LoginPageRules.asksForCaptcha(page)) {
                return Optional.of(new Captcha());
            }
            return forms.size() > 1 ? Optional.of(new SeveralForms(forms)) : Optional.of(login(forms.get(0)));
        }

        private static boolean isShown(List<HtmlForm> forms) {
            return forms.stream().anyMatch(form -> form.texts().stream().anyMatch(HtmlControl::isShown));
        }

        private LoginPage login(HtmlForm form) {
            var fields = known.settings().fields();
            if (fields.isPresent()) {
                var userName = form.control(fields.get().userName());
                var password = form.control(fields.get().password());
                return password.<LoginPage>map(field -> new PasswordForm(form, field, userName))
                        .orElseGet(() -> new UserNameForm(form, userName.orElseThrow()));
            }
            var password = form.passwords().get(0);
            return new PasswordForm(form, password, LoginFormRules.userName(form, password));
        }

        private Optional<LoginPage> userName(LoginForms byName) {
            var forms = chosenOf(byName.best());
            if (forms.isEmpty()) {
                return Optional.empty();
            }
            if (LoginPageRules.asksForCaptcha(page)) {
                return Optional.of(new Captcha());
            }
            var form = forms.get(0);
            return forms.size() > 1
                    ? Optional.of(new SeveralForms(forms))
                    : LoginFormRules.onlyUserName(form).map(field -> new UserNameForm(form, field));
        }

        /** The author's choice may be one of several forms, by its path, its name or its button. */
        private List<HtmlForm> chosenOf(List<HtmlForm> forms) {
            var choice = known.settings().choice();
            if (forms.size() < 2 || choice.isEmpty()) {
                return forms;
            }
            var chosen = forms.stream().filter(form -> form.isChosenBy(choice.get())).toList();
            return chosen.size() == 1 ? chosen : forms;
        }

        private Optional<LoginPage> consent() {
            var agree = LoginPageRules.ConsentForm.on(page);
            if (agree.isPresent()) {
                return Optional.of(new Consent(agree));
            }
            if (LoginPageRules.asksForCaptcha(page)) {
                return Optional.of(new Captcha());
            }
            var isBare = page.forms().stream().anyMatch(HtmlForm::isAllHidden);
            return isUpToTheUser && isBare ? Optional.of(new Consent(Optional.empty())) : Optional.empty();
        }

        private Optional<LoginPage> choices() {
            var choices = LoginChoices.on(page);
            var isAsked = known.mayChoose() && known.settings().choice().isPresent();
            return choices.areWays() || (isAsked && !choices.isEmpty()) ? Optional.of(new Choices(choices)) : Optional.empty();
        }
    }
}
