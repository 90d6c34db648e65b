package io.apikit.auth;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells a page that asks the user to let the proxy see the account, and finds the button that agrees. */
final class ConsentForm {
    private static final Pattern AGREE = Pattern.compile("approv|accept|authori[sz]e|\\ballow|consent|grant|\\bagree");
    private static final Pattern DISAGREE =
            Pattern.compile("cancel|den[yi]|declin|reject|disallow|refuse|abort|don.?t|\\bno\\b|disagree");
    private static final Pattern HEADLINE = Pattern.compile("consent|authori[sz]e|grant access|permission|approv");

    private ConsentForm() {}

    /** The form of the page that agrees, ready to go. */
    static Optional<FilledForm> on(HtmlPage page) {
        return page.forms().stream()
                .filter(form -> form.passwords().isEmpty() && form.texts().isEmpty())
                .flatMap(form -> form.submits().stream()
                        .filter(button -> agrees(form, button))
                        .map(button -> new FilledForm(form).press(button)))
                .findFirst();
    }

    /** The button says so; or, where it only says Continue, its form's hidden field or the page's headline does. */
    private static boolean agrees(HtmlForm form, HtmlControl button) {
        var purpose = (form.hiddenValue("approval").orElse("") + " "
                        + form.hiddenValue("prompt").orElse(""))
                .toLowerCase(Locale.ROOT);
        if (DISAGREE.matcher(button.label() + " " + purpose).find()) {
            return false;
        }
        return AGREE.matcher(button.label()).find()
                || AGREE.matcher(purpose).find()
                || (form.submits().size() == 1
                        && HEADLINE.matcher(form.page().headline()).find());
    }
}
