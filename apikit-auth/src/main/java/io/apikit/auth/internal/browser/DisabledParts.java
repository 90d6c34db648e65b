package io.apikit.auth.internal.browser;

import java.util.ArrayList;
import java.util.List;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.jspecify.annotations.Nullable;

/**
 * Follows a traversal, and knows which elements are in a part of the page whose controls are not sent: in a disabled
 * {@code fieldset} outside of its first legend, or in a {@code datalist} (HTML Standard, sections 4.10.8 and 4.10.15).
 * Used by one thread.
 */
final class DisabledParts {
    private static final Part NONE = new Part(null, false);

    /** The parts around the element under way, by depth. */
    private final List<Part> around = new ArrayList<>();

    /** @param fieldset the innermost that is disabled */
    private record Part(@Nullable Fieldset fieldset, boolean isDisabled) {}

    private static final class Fieldset {
        private final Element element;
        private final Part outside;
        private boolean hasLegend;

        private Fieldset(Element element, Part outside) {
            this.element = element;
            this.outside = outside;
        }
    }

    void enter(Element element, int depth) {
        var outer = depth == 0 ? NONE : around.get(depth - 1);
        around.subList(depth, around.size()).clear();
        around.add(element.tag().namespace().equals(Parser.NamespaceHtml) ? inside(element, outer) : outer);
    }

    private static Part inside(Element element, Part outer) {
        return switch (element.normalName()) {
            case "fieldset" -> element.hasAttr("disabled") ? new Part(new Fieldset(element, outer), true) : outer;
            case "legend" -> legend(element, outer);
            case "datalist" -> new Part(outer.fieldset(), true);
            default -> outer;
        };
    }

    private static Part legend(Element element, Part outer) {
        var fieldset = outer.fieldset();
        if (fieldset == null || fieldset.hasLegend || !fieldset.element.equals(element.parent())) {
            return outer;
        }
        fieldset.hasLegend = true;
        return fieldset.outside;
    }

    /** Returns whether a control that was just entered is not sent. */
    boolean isDisabled() {
        return around.get(around.size() - 1).isDisabled();
    }
}
