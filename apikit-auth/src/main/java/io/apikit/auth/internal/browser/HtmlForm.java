package io.apikit.auth.internal.browser;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.FormElement;

/** A form of a page: its controls and its target. Immutable. */
public final class HtmlForm {
    private static final Set<String> CONTROLS = Set.of("input", "button", "select", "textarea");

    private final HtmlPage page;
    private final FormElement form;
    private final List<HtmlControl> controls;

    HtmlForm(HtmlPage page, FormElement form) {
        this.page = page;
        this.form = form;
        this.controls = elements(form)
                .map(HtmlControl::new)
                .filter(HtmlControl::isEnabled)
                .toList();
    }

    /** The controls inside the form, and those elsewhere that name it in their {@code form} attribute. */
    private static Stream<Element> elements(FormElement form) {
        var id = form.id();
        var within = form.elements().stream()
                .filter(element ->
                        !element.hasAttr("form") || element.attr("form").equals(id));
        var apart = form.root().select("[form]").stream()
                .filter(element -> !id.isEmpty() && element.attr("form").equals(id));
        return Stream.concat(within, apart).distinct().filter(element -> CONTROLS.contains(element.normalName()));
    }

    List<HtmlControl> controls() {
        return controls;
    }

    List<HtmlControl> passwords() {
        return controls.stream().filter(HtmlControl::isPassword).toList();
    }

    List<HtmlControl> texts() {
        return controls.stream().filter(HtmlControl::isText).toList();
    }

    List<HtmlControl> submits() {
        return controls.stream().filter(HtmlControl::isSubmit).toList();
    }

    boolean isAllHidden() {
        return controls.stream().noneMatch(HtmlControl::isInteractive);
    }

    boolean isPost() {
        return form.attr("method").strip().equalsIgnoreCase("post");
    }

    boolean hasField(String name) {
        return controls.stream().anyMatch(control -> control.name().equals(name));
    }

    Optional<String> hiddenValue(String name) {
        return controls.stream()
                .filter(control ->
                        control.name().equals(name) && control.attribute("type").equals("hidden"))
                .map(HtmlControl::value)
                .findFirst();
    }

    /** Returns what identifies the form: id, name, class, and the path of its action. */
    String identifiers() {
        var to = form.attr("action").replaceFirst("[?#].*", "");
        return String.join(" ", form.id(), form.attr("name"), form.className(), to);
    }

    /**
     * Returns the address that the form is sent to.
     *
     * @throws io.apikit.BackendError 502 if it is no http or https address
     */
    public Address action() {
        try {
            var action = form.attr("action").strip();
            // An empty action is the page itself; <base> does not count.
            return action.isEmpty() ? page.address() : page.resolve(action);
        } catch (IllegalArgumentException e) {
            throw LoginPageErrors.broken("a form at " + page.address() + " leads to " + e.getMessage());
        }
    }

    /** Returns the page that the form is on. */
    public HtmlPage page() {
        return page;
    }
}
