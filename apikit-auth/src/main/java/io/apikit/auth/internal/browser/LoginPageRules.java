package io.apikit.auth.internal.browser;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Recognizes pages that only the account's owner can handle: a second factor, a change of the account. */
final class LoginPageRules {
    private static final Pattern ONE_TIME_CODE = Pattern.compile(
            "(^|[^a-z])(t|h|sms|app|mail|email|totp)?[_-]?(otp|totp|mfa|2fa)([^a-z]|$)|one[-_]?time[-_]?code|onetime"
                    + "|(recovery|backup)[-_]?code");

    private static final Pattern SECOND_FACTOR =
            Pattern.compile("two-?_?factor|second-?_?factor|(^|[^a-z0-9])(2fa|mfa|otp|totp)([^a-z0-9]|$)"
                    + "|webauthn?([^a-z]|$)|verif(y|ied)-?_?device|device-?_?verification|passkey|authenticatordata");

    private static final Pattern HEADLINE = Pattern.compile("two-factor|two factor|2-step|two-step verif|second factor"
            + "|one-time (code|password|passcode)|authenticator|authentication code|verification code|security key|passkey"
            + "|verify your device|device verification");

    private static final Pattern ACCOUNT = Pattern.compile("/required-action(/|$)|/login-actions/action-token(/|$)");

    private static final Pattern EXECUTION = Pattern.compile("(?:^|&)execution=([A-Za-z][A-Za-z_-]{1,40})(?:&|$)");

    private static final Pattern NEW_PASSWORD = Pattern.compile(
            "new[-_.]?(pass|pw)|(pass(word)?|pwd?)[-_.]?(new|confirm|repeat|again)|(confirm|repeat)[-_.]?(pass|pw)");

    private static final Pattern CAPTCHA = Pattern.compile("captcha", Pattern.CASE_INSENSITIVE);

    /** The kinds of second factors, by their words. */
    private static final Map<String, String> FACTORS = factors();

    private static Map<String, String> factors() {
        var factors = new LinkedHashMap<String, String>();
        factors.put(
                "a security key or a passkey",
                "webauthn?([^a-z]|$)|passkey|security[- ]key|authenticatordata|fido|u2f");
        factors.put("a recovery code", "recovery[-_ ]?(code|auth)|backup[-_ ]?code");
        factors.put("a code sent by SMS", "sms|text message");
        factors.put("a code sent by e-mail", "e-?mail[-_ ]?(code|otp)|otp[-_ ]?e-?mail|code.{0,30} e-?mail");
        factors.put("the check of a new device", "verif(y|ied).{0,6}device|device.{0,2}verif");
        factors.put("a one-time code", "(t|h)?otp|one-?_?time|app[-_ ]|authenticat(or|ion)[- ](app|code)|code");
        factors.put("an approval on another device", "two-?step|2-step|push|phone");
        return factors;
    }

    /** Keycloak asks for consent under the path of its required actions, in a form with another target. */
    private static final Pattern CONSENT = Pattern.compile("/login-actions/consent(/|$)");

    private LoginPageRules() {}

    /** Whether only the account's owner can answer the page. Such a page never goes on by itself. */
    static boolean isUpToTheUser(HtmlPage page) {
        return isRequiredAction(page)
                || secondFactor(page).isPresent()
                || asksForCaptcha(page)
                || ConsentForm.isHinted(page);
    }

    /**
     * Returns which action the account needs; empty if it needs none.
     *
     * @param best the page's best form with a password field
     * @param areCredentialsSent whether a field for a new password is no field of a login
     */
    static Optional<String> accountAction(HtmlPage page, Optional<HtmlForm> best, boolean areCredentialsSent) {
        if (isRequiredAction(page)) {
            return Optional.of(requiredAction(page));
        }
        var isNew = best.filter(form -> form.passwords().size() > 1
                        || (areCredentialsSent && form.passwords().stream().anyMatch(LoginPageRules::isNewPassword)))
                .isPresent();
        return isNew ? Optional.of("a new password") : Optional.empty();
    }

    private static boolean isRequiredAction(HtmlPage page) {
        var isConsent = hasForm(page, CONSENT);
        return !isConsent && (ACCOUNT.matcher(page.address().path()).find() || hasForm(page, ACCOUNT));
    }

    /** Keycloak names it in the query, such as {@code execution=VERIFY_PROFILE}. */
    private static String requiredAction(HtmlPage page) {
        var addresses = Stream.concat(
                Stream.of(page.address()), page.forms().stream().flatMap(form -> form.destination().stream()));
        return addresses
                .map(address -> EXECUTION.matcher(address.query()))
                .filter(Matcher::find)
                .findFirst()
                .map(found -> found.group(1).toLowerCase(Locale.ROOT).replace('_', ' '))
                .orElse("");
    }

    static boolean asksForCaptcha(HtmlPage page) {
        return page.content().asksForCaptcha()
                || page.controls()
                        .anyMatch(control -> control.isInteractive()
                                && control.isShown()
                                && CAPTCHA.matcher(control.name() + " " + control.id())
                                        .find());
    }

    private static boolean hasForm(HtmlPage page, Pattern sign) {
        return page.forms().stream()
                .anyMatch(form -> sign.matcher(form.identifiers()).find());
    }

    static boolean isNewPassword(HtmlControl control) {
        return control.isVisible()
                && (control.attribute("autocomplete").contains("new-password")
                        || NEW_PASSWORD.matcher(words(control.name())).find());
    }

    /**
     * Returns which second factor the page asks for. A visible field for a code is enough. Hidden fields, paths and
     * headlines count only if there is no field for a password or a user name, because login pages have WebAuthn fields
     * too.
     */
    static Optional<String> secondFactor(HtmlPage page) {
        var signs = signs(page);
        if (page.controls().anyMatch(LoginPageRules::isForACode)) {
            return Optional.of(kindOfFactor(signs + " " + page.headline()));
        }
        var login = page.forms().stream()
                .anyMatch(form -> !form.passwords().isEmpty()
                        || LoginFormRules.onlyUserName(form).isPresent());
        var isFactor = !login
                && (SECOND_FACTOR.matcher(signs).find()
                        || HEADLINE.matcher(page.headline()).find());
        return isFactor ? Optional.of(kindOfFactor(signs + " " + page.headline())) : Optional.empty();
    }

    /** The first kind counts whose words the page has. */
    private static String kindOfFactor(String words) {
        return FACTORS.entrySet().stream()
                .filter(factor ->
                        Pattern.compile(factor.getValue()).matcher(words).find())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("of a kind that the page does not name");
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
        private static final Pattern HEADLINE =
                Pattern.compile("consent|authori[sz]e(?!d)|grant access|permission|approv(?!ed)");

        /** What any text of a page says that asks for consent. */
        private static final Pattern HINT = Pattern.compile(
                "\\bconsent|\\bapprov(?!ed)|\\bgrant\\b|\\bpermission|\\bauthori[sz]e(?!d)|\\bi? ?agree\\b"
                        + "|wants? (to |your |access)|would like (to|access)|request(s|ing) (access|permission)",
                Pattern.CASE_INSENSITIVE);

        /** What its address, its forms and their fields are called. */
        private static final Pattern NAMED_SO = Pattern.compile(
                "(^|[^a-z])(consent|approv(e|al)|oauth_approval|grants?([/ ]|$))", Pattern.CASE_INSENSITIVE);

        private final HtmlForm form;

        /** Whether the hidden fields say that the form agrees, or that it does not. */
        private final boolean isForAgreeing;

        private final boolean isForDisagreeing;
        private final boolean isOnConsentPage;

        private ConsentForm(HtmlForm form, boolean isOnConsentPage) {
            var purpose = purpose(form);
            this.form = form;
            this.isForAgreeing = AGREE.matcher(purpose).find();
            this.isForDisagreeing = DISAGREE.matcher(purpose).find();
            this.isOnConsentPage = isOnConsentPage;
        }

        /** Whether anything on the page says that it asks for consent, its script or hidden parts set aside. */
        static boolean isHinted(HtmlPage page) {
            var content = page.content();
            return HEADLINE.matcher(page.headline()).find()
                    || HINT.matcher(content.text()).find()
                    || HINT.matcher(content.noScriptText()).find()
                    || NAMED_SO.matcher(page.address().path()).find()
                    || page.forms().stream().anyMatch(ConsentForm::isHinted);
        }

        private static String purpose(HtmlForm form) {
            return (form.hiddenValue("approval").orElse("") + " "
                            + form.hiddenValue("prompt").orElse(""))
                    .toLowerCase(Locale.ROOT);
        }

        private static boolean isHinted(HtmlForm form) {
            return NAMED_SO.matcher(form.identifiers()).find()
                    || AGREE.matcher(purpose(form)).find()
                    || form.controls().stream()
                            .anyMatch(field -> NAMED_SO.matcher(field.name()).find()
                                    || NAMED_SO.matcher(field.formAction()).find())
                    || form.submits().stream()
                            .anyMatch(button -> AGREE.matcher(button.label()).find()
                                    || DISAGREE.matcher(button.label()).find());
        }

        /** Whether to send a form with the credentials would be to agree, too. A box that is not checked is not sent. */
        static boolean isAgreement(HtmlForm form) {
            return NAMED_SO.matcher(form.identifiers()).find()
                    || form.controls().stream()
                            .filter(field -> !field.isInteractive() || field.hasAnswer())
                            .anyMatch(field -> NAMED_SO.matcher(field.name()).find())
                    || form.submits().stream()
                            .anyMatch(button -> AGREE.matcher(button.label()).find());
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
