package io.apikit.auth.internal.browser;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A form to be submitted: its fields with their own values, some of them filled in, and one submit button. Mutable. */
public final class FilledForm {
    /** Buttons that do not continue the login. A program that presses the first button found may press one of these. */
    private static final Pattern OTHER_BUTTONS = Pattern.compile(
            "cancel|deny|decline|reject|disallow|refuse|abort|back|forgot|reset|regist|sign ?up|create|show|another");

    private final HtmlForm form;
    private final Map<HtmlControl, String> filled = new LinkedHashMap<>();
    private final Map<String, Choice> chosen = new HashMap<>();
    private Optional<HtmlControl> button;
    private boolean hasCredentials;
    private boolean hasPassword;

    private record Choice(HtmlControl control, String value) {}

    /** Creates a form with the values of the page, and the first button that continues the login. */
    public FilledForm(HtmlForm form) {
        this.form = form;
        this.button = defaultButton(form);
    }

    private static Optional<HtmlControl> defaultButton(HtmlForm form) {
        var buttons = form.submits();
        return buttons.stream()
                .filter(button -> button.attribute("formaction").isEmpty())
                .filter(button -> !isForSomethingElse(button))
                .findFirst()
                .or(() -> buttons.stream().findFirst());
    }

    /** Whether a button does not continue the login. */
    static boolean isForSomethingElse(HtmlControl button) {
        return OTHER_BUTTONS.matcher(button.label()).find();
    }

    /** Fills in a user name or a password. A form with credentials may be sent only to its page's origin. */
    public FilledForm fill(HtmlControl field, String value) {
        filled.put(field, value);
        hasCredentials = true;
        return this;
    }

    FilledForm press(HtmlControl submit) {
        button = Optional.of(submit);
        return this;
    }

    /** Fills in the password, which is never put into a URL. */
    FilledForm fillPassword(HtmlControl field, String value) {
        hasPassword = true;
        return fill(field, value);
    }

    /** Presses no button, as a script does that submits a form. */
    FilledForm pressNothing() {
        button = Optional.empty();
        return this;
    }

    /** Chooses a value of a select, or one button of a group of radio buttons. It is no credential. */
    FilledForm choose(HtmlControl control, String value) {
        chosen.put(control.name(), new Choice(control, value));
        return this;
    }

    /**
     * Returns the request that submits the form. The pressed button may have an address, a method and an encoding of its own.
     *
     * @throws io.apikit.BackendError 502 if the form would put a password into a URL, or is sent nowhere
     */
    public PageRequest request() {
        var submission = form.submission(button);
        if (submission.isPost()) {
            var body = entries().body(submission.enctype());
            return new PageRequest(
                    "POST", submission.action(), body.text(), body.type(), hasCredentials, form.page().referrer());
        }
        var where = "the form at " + form.page().address();
        if (submission.isDialog()) {
            throw LoginPageErrors.broken(where + " is sent nowhere (its method is dialog)");
        }
        if (hasPassword || filled.keySet().stream().anyMatch(HtmlControl::isPassword)) {
            throw LoginPageErrors.broken(where + " would put the password into a URL (its method is GET)");
        }
        return new PageRequest(
                "GET", submission.action().withQuery(entries().urlencoded()), "", "", hasCredentials, form.page().referrer());
    }

    private FormEntries entries() {
        var entries = new FormEntries(form.charset());
        var lastChecked = lastChecked();
        for (var control : form.controls()) {
            var choice = control.isChoice() ? chosen.get(control.name()) : null;
            if (choice != null) {
                Optional.of(choice.value())
                        .filter(value -> choice.control().equals(control))
                        .ifPresent(value -> entries.add(control, Optional.of(value), false));
            } else if (!control.isRadio() || control.equals(lastChecked.get(control.name()))) {
                entries.add(
                        control,
                        Optional.ofNullable(filled.get(control)),
                        button.filter(control::equals).isPresent());
            }
        }
        return entries;
    }

    /** Of the radio buttons of one name, the last that the page checks is checked. */
    private Map<String, HtmlControl> lastChecked() {
        var checked = new HashMap<String, HtmlControl>();
        form.controls().stream()
                .filter(control -> control.isRadio() && !control.values().isEmpty())
                .forEach(control -> checked.put(control.name(), control));
        return checked;
    }
}
