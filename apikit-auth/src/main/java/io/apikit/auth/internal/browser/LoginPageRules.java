package io.apikit.auth.internal.browser;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Recognizes pages that only the account's owner can handle: a second factor, a change of the account. */
final class LoginPageRules {
    private static final Pattern ONE_TIME_CODE = Pattern.compile(
            "(^|[^a-z])(t|h|sms|app|mail|email|totp)?[_-]?(otp|totp|mfa|2fa)([^a-z]|$)|one-?time-?code|onetime"
                    + "|recovery-?code");

    private static final Pattern SECOND_FACTOR =
            Pattern.compile("two-?_?factor|second-?_?factor|(^|[^a-z0-9])(2fa|mfa|otp|totp)([^a-z0-9]|$)"
                    + "|webauthn?([^a-z]|$)|verif(y|ied)-?_?device|device-?_?verification|passkey|authenticatordata");

    private static final Pattern HEADLINE = Pattern.compile("two-factor|two factor|2-step|two-step verif|second factor"
            + "|one-time (code|password|passcode)|authenticator|authentication code|verification code|security key|passkey"
            + "|verify your device|device verification");

    private static final Pattern ACCOUNT = Pattern.compile("/required-action(/|$)|/login-actions/action-token(/|$)");

    /** Keycloak asks for consent under the path of its required actions, in a form with another target. */
    private static final Pattern CONSENT = Pattern.compile("/login-actions/consent(/|$)");

    private LoginPageRules() {}

    static boolean asksToChangeTheAccount(HtmlPage page) {
        return isRequiredAction(page)
                || page.forms().stream().anyMatch(form -> form.passwords().size() > 1)
                || page.controls().anyMatch(LoginPageRules::isNewPassword);
    }

    private static boolean isRequiredAction(HtmlPage page) {
        var isConsent = hasForm(page, CONSENT);
        return !isConsent && (ACCOUNT.matcher(page.address().path()).find() || hasForm(page, ACCOUNT));
    }

    private static boolean hasForm(HtmlPage page, Pattern sign) {
        return page.forms().stream()
                .anyMatch(form -> sign.matcher(form.identifiers()).find());
    }

    private static boolean isNewPassword(HtmlControl control) {
        return control.isVisible() && control.attribute("autocomplete").contains("new-password");
    }

    /**
     * Whether the page asks for a second factor. A visible field for a code is enough. Hidden fields, paths and
     * headlines count only if there is no field for a password or a user name, because login pages have WebAuthn fields
     * too.
     */
    static boolean asksForASecondFactor(HtmlPage page) {
        if (page.controls().anyMatch(LoginPageRules::isForACode)) {
            return true;
        }
        var login = page.forms().stream()
                .anyMatch(form -> !form.passwords().isEmpty()
                        || LoginFormRules.onlyUserName(form).isPresent());
        return !login
                && (SECOND_FACTOR.matcher(signs(page)).find()
                        || HEADLINE.matcher(page.headline()).find());
    }

    private static boolean isForACode(HtmlControl control) {
        return control.isInteractive()
                && (control.attribute("autocomplete").contains("one-time-code")
                        || ONE_TIME_CODE.matcher(words(control.name())).find()
                        || ONE_TIME_CODE.matcher(words(control.id())).find());
    }

    private static String signs(HtmlPage page) {
        var signs = new StringBuilder(page.address().path());
        page.forms().forEach(form -> signs.append(' ').append(form.identifiers()));
        page.controls()
                .forEach(control ->
                        signs.append(' ').append(control.name()).append(' ').append(control.id()));
        return words(signs.toString());
    }

    /** Returns the text in lower case, and {@code otpCode} as otp-code. */
    private static String words(String text) {
        return text.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** Recognizes a page that asks the user to let the proxy see the account, and finds the button that agrees. */
    static final class ConsentForm {
        private static final Pattern AGREE =
                Pattern.compile("approv|accept|authori[sz]e|\\ballow|consent|grant|\\bagree");
        private static final Pattern DISAGREE =
                Pattern.compile("cancel|den[yi]|declin|reject|disallow|refuse|abort|don.?t|\\bno\\b|disagree");
        private static final Pattern HEADLINE = Pattern.compile("consent|authori[sz]e|grant access|permission|approv");

        private final HtmlForm form;

        /** Whether the hidden fields say that the form agrees, or that it does not. */
        private final boolean isForAgreeing;

        private final boolean isForDisagreeing;
        private final boolean isOnConsentPage;

        private ConsentForm(HtmlForm form, boolean isOnConsentPage) {
            var purpose = (form.hiddenValue("approval").orElse("") + " "
                            + form.hiddenValue("prompt").orElse(""))
                    .toLowerCase(Locale.ROOT);
            this.form = form;
            this.isForAgreeing = AGREE.matcher(purpose).find();
            this.isForDisagreeing = DISAGREE.matcher(purpose).find();
            this.isOnConsentPage = isOnConsentPage;
        }

        /** Returns the form of the page that agrees, with its button pressed. */
        static Optional<FilledForm> on(HtmlPage page) {
            var isConsentPage = HEADLINE.matcher(page.headline()).find();
            return page.forms().stream()
                    .filter(form -> form.passwords().isEmpty() && form.texts().isEmpty())
                    .flatMap(form -> new ConsentForm(form, isConsentPage).agreed().stream())
                    .findFirst();
        }

        private Optional<FilledForm> agreed() {
            var buttons = form.submits();
            return buttons.stream()
                    .filter(button -> agrees(button.label(), buttons.size() == 1))
                    .findFirst()
                    .map(button -> new FilledForm(form).press(button));
        }

        /**
         * The words of the button count. If it says only Continue, the form's hidden fields or the page's headline
         * count.
         */
        private boolean agrees(String label, boolean isOnly) {
            return !isForDisagreeing
                    && !DISAGREE.matcher(label).find()
                    && (isForAgreeing || AGREE.matcher(label).find() || (isOnly && isOnConsentPage));
        }
    }
}
