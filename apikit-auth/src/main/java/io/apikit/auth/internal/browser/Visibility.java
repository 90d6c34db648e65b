package io.apikit.auth.internal.browser;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;

/** Whether a person sees an element, as far as its own attributes and those of the elements around it say. */
enum Visibility {
    /** It is seen. */
    SHOWN,
    /** A style sheet or a script decides: a closed tab or dialog, a class that usually hides, the part for no script. */
    DOUBTFUL,
    /** It is not seen. */
    HIDDEN,
    /** It is part of a template, and of no page. */
    INERT;

    private static final Pattern INVISIBLE =
            Pattern.compile("display:none|visibility:hidden|(left|top|text-indent):-\\d{3,}|opacity:0(;|$)");
    private static final Pattern TINY = Pattern.compile(
            "visibility:collapse|opacity:0?\\.0|clip:rect\\(0|clip-path:inset\\((50|100)%|scale\\(0\\)"
                    + "|(^|;)(max-)?(width|height):0(px)?(;|!|$)");

    private static final Set<String> HIDING = Set.of("hidden", "d-none");
    private static final Set<String> USUALLY_HIDING = Set.of(
            "hide",
            "is-hidden",
            "invisible",
            "visually-hidden",
            "visuallyhidden",
            "sr-only",
            "screen-reader-text",
            "ng-hide",
            "uk-hidden",
            "display-none",
            "offscreen",
            "off-screen",
            "moveoffscreen",
            "honeypot");

    /** What a script opens, and the classes that say it is open. */
    private static final Set<String> CLOSED = Set.of("tab-pane", "collapse", "modal");

    private static final Set<String> OPEN = Set.of("active", "show", "in", "is-active");

    /** {@code hidden md:block} and {@code d-none d-md-block} hide on small screens alone. */
    private static final Pattern WIDE_SCREEN =
            Pattern.compile("[a-z0-9]+:(block|flex|grid|table|inline.*)|d-[a-z]+-(block|flex|grid|table.*|inline.*)");

    private static final Pattern SPACES = Pattern.compile("\\s+");

    /** Returns what the element itself says. */
    static Visibility of(Element element) {
        var ofKind = ofKind(element);
        return element.attributesSize() == 0 ? ofKind : ofKind.within(ofAttributes(element)).within(ofClass(element));
    }

    /** Returns the visibility of an element within another one. */
    Visibility within(Visibility outer) {
        return compareTo(outer) < 0 ? outer : this;
    }

    private static Visibility ofKind(Element element) {
        return switch (element.normalName()) {
            case "template" -> INERT;
            case "noscript" -> DOUBTFUL;
            case "dialog" -> element.hasAttr("open") ? SHOWN : DOUBTFUL;
            default -> SHOWN;
        };
    }

    private static Visibility ofAttributes(Element element) {
        if (element.hasAttr("hidden")
                || element.hasAttr("inert")
                || element.attr("aria-hidden").equals("true")) {
            return HIDDEN;
        }
        var style = SPACES.matcher(element.attr("style").toLowerCase(Locale.ROOT)).replaceAll("");
        if (style.isEmpty()) {
            return SHOWN;
        }
        if (INVISIBLE.matcher(style).find()) {
            return HIDDEN;
        }
        return TINY.matcher(style).find() ? DOUBTFUL : SHOWN;
    }

    private static Visibility ofClass(Element element) {
        var names = element.className().toLowerCase(Locale.ROOT);
        if (names.isEmpty()) {
            return SHOWN;
        }
        var classes = Set.of(SPACES.splitAsStream(names).distinct().toArray(String[]::new));
        if (classes.stream().anyMatch(name -> WIDE_SCREEN.matcher(name).matches())) {
            return SHOWN;
        }
        if (classes.stream().anyMatch(HIDING::contains)) {
            return HIDDEN;
        }
        var isClosed = classes.stream().anyMatch(CLOSED::contains)
                && classes.stream().noneMatch(OPEN::contains);
        return isClosed || classes.stream().anyMatch(USUALLY_HIDING::contains) ? DOUBTFUL : SHOWN;
    }
}
