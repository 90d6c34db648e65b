package io.apikit.auth.internal.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
     * Returns the request that submits the form. The pressed button may have an address, a method and an encoding of
     * its own.
     *
     * @throws io.apikit.BackendError 502 if the form would put a password into a URL, or is sent nowhere
     */
    public PageRequest request() {
        var submission = form.submission(button);
        if (submission.isPost()) {
            var body = entries().body(submission.enctype());
            return new PageRequest(
                    "POST",
                    submission.action(),
                    body.text(),
                    body.type(),
                    hasCredentials,
                    form.page().referrer());
        }
        var where = "the form at " + form.page().address();
        if (submission.isDialog()) {
            throw LoginPageErrors.broken(where + " is sent nowhere (its method is dialog)");
        }
        if (hasPassword || filled.keySet().stream().anyMatch(HtmlControl::isPassword)) {
            throw LoginPageErrors.broken(where + " would put the password into a URL (its method is GET)");
        }
        return new PageRequest(
                "GET",
                submission.action().withQuery(entries().urlencoded()),
                "",
                "",
                hasCredentials,
                form.page().referrer());
    }

    private Entries entries() {
        var entries = new Entries(form.charset());
        var lastChecked = lastChecked();
        for (var control : form.controls()) {
            var choice = control.isChoice() ? chosen.get(control.name()) : null;
            if (choice != null) {
                if (choice.control().equals(control)) {
                    entries.add(control, Optional.of(choice.value()), false);
                }
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

    /**
     * The names and values that a form sends, in its encoding (HTML Standard, section 4.10.22.4 to 4.10.22.8). {@code
     * dirname} is not sent: it is for the direction of a text that somebody types. Used by one thread.
     */
    static final class Entries {
        static final String URLENCODED = "application/x-www-form-urlencoded";

        private static final String MULTIPART = "multipart/form-data";
        private static final String PLAIN = "text/plain";
        private static final Pattern LINE_END = Pattern.compile("\\r\\n?|\\n");

        private final Charset charset;
        private final List<Entry> entries = new ArrayList<>();

        Entries(Charset charset) {
            this.charset = charset;
        }

        /** @param isFile whether it is a file that nobody has chosen */
        private record Entry(String name, String value, boolean isFile) {}

        /**
         * An encoded form.
         *
         * @param text each character is one byte
         */
        record Body(String type, String text) {}

        /** Adds the entries of a control. One without a name has none, but an image that was clicked has its place. */
        void add(HtmlControl control, Optional<String> filled, boolean isPressed) {
            var name = control.name();
            if (isPressed && control.isImage()) {
                var prefix = name.isEmpty() ? "" : name + ".";
                add(prefix + "x", "0", false);
                add(prefix + "y", "0", false);
            } else if (name.isEmpty()) {
                return;
            } else if (isPressed) {
                add(name, control.pressedValue(), false);
            } else if (control.isHidden() && name.equalsIgnoreCase("_charset_")) {
                add(name, PageCharset.nameOf(charset), false);
            } else {
                filled.map(List::of).orElseGet(control::values).forEach(value -> add(name, value, control.isFile()));
            }
        }

        private void add(String name, String value, boolean isFile) {
            entries.add(new Entry(lines(name), lines(value), isFile));
        }

        private static String lines(String text) {
            return LINE_END.matcher(text).replaceAll("\r\n");
        }

        /** Returns the form as the query of an address, or as the usual body. */
        String urlencoded() {
            return entries.stream()
                    .map(entry -> PageCharset.UrlEncoding.FORM.of(entry.name(), charset)
                            + '='
                            + PageCharset.UrlEncoding.FORM.of(entry.value(), charset))
                    .collect(Collectors.joining("&"));
        }

        /** Returns the form in the way that its page asks for; in the usual way if that is unknown. */
        Body body(String enctype) {
            return switch (enctype) {
                case MULTIPART -> multipart();
                case PLAIN ->
                    new Body(
                            PLAIN,
                            entries.stream()
                                    .map(entry -> bytes(entry.name()) + '=' + bytes(entry.value()) + "\r\n")
                                    .collect(Collectors.joining()));
                default -> new Body(URLENCODED, urlencoded());
            };
        }

        /** RFC 7578. The boundary is one that no page can have guessed. */
        private Body multipart() {
            var boundary = "----FormBoundary" + UUID.randomUUID();
            var line = "--" + boundary;
            var parts = entries.stream()
                    .map(entry -> line + "\r\n" + part(entry) + "\r\n")
                    .collect(Collectors.joining());
            return new Body(MULTIPART + "; boundary=" + boundary, parts + line + "--\r\n");
        }

        private String part(Entry entry) {
            var name = bytes(entry.name())
                    .replace("\"", "%22")
                    .replace("\r", "%0D")
                    .replace("\n", "%0A");
            var file = entry.isFile() ? "; filename=\"\"\r\nContent-Type: application/octet-stream" : "";
            return "Content-Disposition: form-data; name=\"" + name + '"' + file + "\r\n\r\n" + bytes(entry.value());
        }

        /** Returns a text with a character for each byte in the form's encoding. */
        private String bytes(String text) {
            return URLDecoder.decode(PageCharset.UrlEncoding.FORM.of(text, charset), ISO_8859_1);
        }
    }
}
