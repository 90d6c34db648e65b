package io.apikit.auth.internal.browser;

import io.apikit.BackendError;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.nodes.FormElement;

/** A form of a page: its controls and its target. Immutable. */
public final class HtmlForm {
    private static final Pattern SPACES = Pattern.compile("[ \\t\\n\\f\\r]+");

    private final HtmlPage page;
    private final FormElement form;
    private final List<HtmlControl> controls;
    private final List<HtmlControl> passwords;
    private final List<HtmlControl> texts;
    private final List<HtmlControl> submits;

    /** @param controls those that it owns and that are not disabled, in the order of the page */
    HtmlForm(HtmlPage page, FormElement form, List<HtmlControl> controls) {
        this.page = page;
        this.form = form;
        this.controls = List.copyOf(controls);
        this.passwords = controls.stream().filter(HtmlControl::isPassword).toList();
        this.texts = controls.stream().filter(HtmlControl::isText).toList();
        this.submits = controls.stream().filter(HtmlControl::isSubmit).toList();
    }

    List<HtmlControl> controls() {
        return page.visited(controls);
    }

    List<HtmlControl> passwords() {
        return page.visited(passwords);
    }

    List<HtmlControl> texts() {
        return page.visited(texts);
    }

    List<HtmlControl> submits() {
        return page.visited(submits);
    }

    boolean isAllHidden() {
        return controls().stream().noneMatch(HtmlControl::isInteractive);
    }

    boolean isPost() {
        return form.attr("method").strip().equalsIgnoreCase("post");
    }

    boolean hasField(String name) {
        return control(name).isPresent();
    }

    /** Returns the first control of this name. */
    Optional<HtmlControl> control(String name) {
        return controls().stream()
                .filter(control -> control.name().equals(name))
                .findFirst();
    }

    Optional<String> hiddenValue(String name) {
        return controls().stream()
                .filter(control ->
                        control.name().equals(name) && control.attribute("type").equals("hidden"))
                .map(HtmlControl::value)
                .findFirst();
    }

    /**
     * Returns whether the form asks for a user name and one password.
     *
     * @param fields the names of the fields; empty if any will do
     */
    public boolean asksFor(Optional<PageLogin.Fields> fields) {
        if (passwords().size() != 1) {
            return false;
        }
        var password = passwords().get(0);
        return fields.map(known -> password.name().equals(known.password())
                        && texts().stream().anyMatch(text -> text.name().equals(known.userName())))
                .orElseGet(() -> LoginFormRules.userName(this, password).isPresent());
    }

    /** Returns what identifies the form: id, name, class, and the path of its action. */
    String identifiers() {
        var to = form.attr("action").replaceFirst("[?#].*", "");
        return String.join(" ", form.id(), form.attr("name"), form.className(), to);
    }

    /**
     * Returns the address that the form is sent to, unless a button has another one.
     *
     * @throws io.apikit.BackendError 502 if it is no http or https address
     */
    public Address action() {
        return action(form.attr("action"));
    }

    /** An empty action is the page itself; its base does not count. Chromium takes spaces for an empty one. */
    private Address action(String reference) {
        try {
            return reference.isBlank() ? page.address() : page.resolve(reference);
        } catch (IllegalArgumentException e) {
            throw LoginPageErrors.broken("a form at " + page.address() + " leads to " + e.getMessage());
        }
    }

    /**
     * How a form is sent (HTML Standard, section 4.10.22.3).
     *
     * @param method in lower case
     * @param enctype in lower case
     */
    record Submission(String method, Address action, String enctype) {
        boolean isPost() {
            return method.equals("post");
        }

        boolean isDialog() {
            return method.equals("dialog");
        }
    }

    /**
     * Returns how the form is sent. The attributes of the pressed button come before those of the form.
     *
     * @throws io.apikit.BackendError 502 if it is sent to no http or https address
     */
    Submission submission(Optional<HtmlControl> button) {
        var method = button.flatMap(pressed -> pressed.given("formmethod")).orElse(form.attr("method"));
        var enctype = button.flatMap(pressed -> pressed.given("formenctype")).orElse(form.attr("enctype"));
        var action = button.flatMap(pressed -> pressed.given("formaction")).orElse(form.attr("action"));
        return new Submission(
                method.strip().toLowerCase(Locale.ROOT),
                action(action),
                enctype.strip().toLowerCase(Locale.ROOT));
    }

    /** Returns the encoding of what the form sends: the first that is known of {@code accept-charset}, else the page's. */
    Charset charset() {
        return SPACES.splitAsStream(form.attr("accept-charset"))
                .flatMap(label -> PageCharset.of(label).stream())
                .findFirst()
                .map(PageCharset::forSending)
                .orElse(page.charset());
    }

    /** Returns the address that the form is sent to; empty if it is no http or https address. */
    Optional<Address> destination() {
        try {
            return Optional.of(action());
        } catch (BackendError ignored) {
            return Optional.empty();
        }
    }

    /** Whether an author means this form: by the path of its action, its last part, its name, or its button. */
    boolean isChosenBy(String textOrPath) {
        var path = destination().map(Address::path).orElse("");
        var called = Stream.of(path, path.substring(path.lastIndexOf('/') + 1), form.id(), form.attr("name"));
        return Stream.concat(called, submits().stream().map(HtmlControl::text)).anyMatch(textOrPath::equalsIgnoreCase);
    }

    /** Whether one of these names is the form's, or that of one of its buttons. */
    boolean isCalledOneOf(Collection<String> names) {
        return names.contains(form.id())
                || names.contains(form.attr("name"))
                || submits().stream().anyMatch(button -> names.contains(button.id()) || names.contains(button.name()));
    }

    /** Returns the page that the form is on. */
    public HtmlPage page() {
        return page;
    }
}
