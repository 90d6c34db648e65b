package io.apikit.auth.internal.browser;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;

/** A control of a form, with the rules of a browser. Immutable. */
public final class HtmlControl {
    private static final Set<String> SUBMITS = Set.of("submit", "image");
    private static final Set<String> OTHER_TYPES = Set.of(
            "hidden",
            "password",
            "submit",
            "image",
            "button",
            "reset",
            "checkbox",
            "radio",
            "file",
            "color",
            "range",
            "date",
            "datetime-local",
            "month",
            "time",
            "week",
            "search");
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final Pattern LINE_BREAKS = Pattern.compile("[\\r\\n]");
    private static final Pattern SEVERAL = Pattern.compile("0*([2-9]|[1-9]\\d+)");

    private final Element element;
    private final Visibility visibility;
    private final String text;
    private final List<Option> options;

    /**
     * @param visibility that of the element within those around it
     * @param text the text inside of the element
     */
    HtmlControl(Element element, Visibility visibility, String text, List<Option> options) {
        this.element = element;
        this.visibility = visibility;
        this.text = text;
        this.options = List.copyOf(options);
    }

    /** An option of a select, with its text. */
    record Option(Element element, CharSequence text) {
        /** Whether it is disabled, or the group that it is in. */
        boolean isDisabled() {
            var group = element.parent();
            return element.hasAttr("disabled")
                    || (group != null && group.normalName().equals("optgroup") && group.hasAttr("disabled"));
        }

        /** Returns what a browser sends for the option: its value, else its text. */
        String value() {
            return element.hasAttr("value")
                    ? element.attr("value")
                    : SPACES.matcher(text).replaceAll(" ").strip();
        }
    }

    String name() {
        return element.attr("name");
    }

    String id() {
        return element.id();
    }

    String attribute(String name) {
        return element.attr(name).strip().toLowerCase(Locale.ROOT);
    }

    /** Returns the path of the address that a button has for its form; empty if it has none. */
    String formAction() {
        return element.attr("formaction").replaceFirst("[?#].*", "");
    }

    /** Returns the attribute as it came; empty if the element does not have it. */
    Optional<String> given(String name) {
        return element.hasAttr(name) ? Optional.of(element.attr(name)) : Optional.empty();
    }

    boolean isHidden() {
        return type().equals("hidden");
    }

    boolean isImage() {
        return type().equals("image");
    }

    boolean isRadio() {
        return type().equals("radio");
    }

    boolean isFile() {
        return type().equals("file");
    }

    boolean isPassword() {
        return type().equals("password") && isVisible();
    }

    /** Whether it is a visible field for a line of text. */
    boolean isText() {
        return is("input") && !OTHER_TYPES.contains(type()) && isVisible();
    }

    /** Whether it is a field for words to search for. */
    boolean isSearch() {
        return type().equals("search") || name().equals("q");
    }

    boolean isSubmit() {
        return is("button")
                ? !attribute("type").equals("button") && !attribute("type").equals("reset")
                : is("input") && SUBMITS.contains(type());
    }

    /** Whether the user can type or choose something in it. */
    boolean isInteractive() {
        var passive = is("button")
                || Set.of("hidden", "submit", "image", "button", "reset").contains(type());
        return !passive && isVisible();
    }

    /** Whether it is a select or a radio button. */
    boolean isChoice() {
        return is("select") || type().equals("radio");
    }

    /** Returns what a button says. */
    String text() {
        var shown = PageTexts.onOneLine(text);
        return shown.isEmpty() ? PageTexts.onOneLine(value() + " " + element.attr("aria-label")) : shown;
    }

    /**
     * Returns what can be chosen, the text by the value: the options of a select that have a value, or the one of a radio
     * button, which has no text of its own.
     */
    Map<String, String> choices() {
        var choices = new LinkedHashMap<String, String>();
        if (!is("select")) {
            choices.put(checkedValue(), "");
        } else {
            options.forEach(option -> choices.putIfAbsent(
                    option.value(), PageTexts.onOneLine(option.text().toString())));
            choices.remove("");
        }
        return choices;
    }

    /**
     * Whether it is visible. A honeypot is hidden by an attribute or a style, of its own or of an element around it.
     */
    boolean isVisible() {
        return visibility.compareTo(Visibility.HIDDEN) < 0 && !type().equals("hidden");
    }

    /** Whether nothing says that it is hidden, not even the name of a class. */
    boolean isShown() {
        return visibility == Visibility.SHOWN && !type().equals("hidden");
    }

    /** Whether it stands in a part of the page for browsers without script. */
    boolean isForNoScript() {
        return element.closest("noscript") != null;
    }

    /**
     * Returns the values that a browser sends if the user changes nothing. jsoup's {@code FormElement.formData()} is
     * not used: it sends more than a browser, as {@code FilledFormTest.untouchedControlsAreSentAsABrowserDoes} shows.
     */
    List<String> values() {
        if (is("select")) {
            return selected();
        }
        if (is("textarea")) {
            return List.of(text);
        }
        return switch (type()) {
            case "checkbox", "radio" -> element.hasAttr("checked") ? List.of(checkedValue()) : List.of();
            case "submit", "image", "button", "reset" -> List.of();
            case "file" -> List.of("");
            case "hidden" -> List.of(element.attr("value"));
            default -> is("button") ? List.of() : List.of(line());
        };
    }

    /** Whether a browser sends an answer with it if the user changes nothing. */
    boolean hasAnswer() {
        return values().stream().anyMatch(value -> !value.isBlank());
    }

    /** A field for one line has no line breaks, and one for an address or a URL no spaces around it. */
    private String line() {
        var line = LINE_BREAKS.matcher(element.attr("value")).replaceAll("");
        return type().equals("email") || type().equals("url") ? line.strip() : line;
    }

    private String checkedValue() {
        return element.hasAttr("value") ? element.attr("value") : "on";
    }

    /** A select for one option has the last that is selected, else the first that is not disabled, if it shows one line. */
    private List<String> selected() {
        var chosen = options.stream()
                .filter(option -> option.element().hasAttr("selected"))
                .toList();
        var isMultiple = element.hasAttr("multiple");
        if (!isMultiple && chosen.size() > 1) {
            chosen = chosen.subList(chosen.size() - 1, chosen.size());
        }
        if (!isMultiple
                && chosen.isEmpty()
                && !SEVERAL.matcher(attribute("size")).matches()) {
            chosen = options.stream()
                    .filter(option -> !option.isDisabled())
                    .limit(1)
                    .toList();
        }
        return chosen.stream()
                .filter(option -> !option.isDisabled())
                .map(Option::value)
                .toList();
    }

    /** Whether it has this text in its value, chosen or not. */
    boolean hasValue(String text) {
        return value().contains(text)
                || this.text.contains(text)
                || options.stream().anyMatch(option -> option.value().contains(text));
    }

    String value() {
        return element.attr("value");
    }

    /** Returns what a pressed button sends. Browsers send their own label for one that has no value; Chromium's is this. */
    String pressedValue() {
        return is("button") || element.hasAttr("value") ? value() : "Submit";
    }

    /** Returns everything that identifies the control to a person: name, id, value, text and label, in lower case. */
    String label() {
        return String.join(" ", name(), id(), value(), text, element.attr("aria-label"))
                .toLowerCase(Locale.ROOT);
    }

    private boolean is(String tag) {
        return element.normalName().equals(tag);
    }

    private String type() {
        return is("input") ? attribute("type") : "";
    }
}
