package io.apikit.auth.internal.browser;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.DataNode;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/**
 * What a page has besides its forms: texts, links, scripts, declared refreshes, frames, and signs of a captcha. Filled by
 * {@link PageIndex} in its one pass. Used by one thread.
 */
final class PageContent {
    private static final Pattern CAPTCHA = Pattern.compile(
            "captcha|turnstile|arkoselabs|funcaptcha|(^|[^a-z])frc-", Pattern.CASE_INSENSITIVE);

    /** A badge, and a widget that checks without asking. */
    private static final Pattern INVISIBLE_CAPTCHA =
            Pattern.compile("badge|invisible|response|enterprise", Pattern.CASE_INSENSITIVE);

    private static final Set<String> CAPTCHA_ELEMENTS = Set.of("div", "iframe", "img", "span", "section", "canvas");

    /** The types of a script that a browser runs (HTML Standard, section 4.12.1.1). */
    private static final Pattern SCRIPT = Pattern.compile(
            "|module|(text|application)/(javascript|ecmascript|x-javascript)", Pattern.CASE_INSENSITIVE);

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder noScript = new StringBuilder();
    private final List<Link> links = new ArrayList<>();
    private final List<String> scripts = new ArrayList<>();
    private final List<String> frames = new ArrayList<>();
    private @Nullable Refresh refresh;
    private boolean hasScript;
    private boolean asksForCaptcha;

    /** A link, with its text. */
    record Link(Element element, Visibility visibility, StringBuilder content) {
        String href() {
            return element.attr("href");
        }

        /** Returns its text, else its label or title. */
        String text() {
            var shown = PageTexts.onOneLine(content.toString());
            return shown.isEmpty()
                    ? PageTexts.onOneLine(element.attr("aria-label") + " " + element.attr("title"))
                    : shown;
        }

        /** Returns its id and its classes. */
        String identifiers() {
            return element.id() + " " + element.className();
        }
    }

    /** Returns where the texts below an element go; null where they are not shown, or are no text of the page. */
    @Nullable
    StringBuilder textWithin(Element element, Visibility visibility, @Nullable StringBuilder outer) {
        if (outer == null || visibility.compareTo(Visibility.HIDDEN) >= 0) {
            return null;
        }
        return switch (element.normalName()) {
            case "noscript" -> noScript;
            case "title", "option", "textarea", "select" -> null;
            default -> outer;
        };
    }

    /** Returns where the text of the page goes. */
    StringBuilder root() {
        return text;
    }

    Link link(Element element, Visibility visibility) {
        var link = new Link(element, visibility, new StringBuilder());
        links.add(link);
        return link;
    }

    /** Reads the attributes of an element. */
    void read(Element element, Visibility visibility) {
        switch (element.normalName()) {
            case "meta" -> readMeta(element, visibility);
            case "body" -> readScript(element.attr("onload"));
            case "script" -> hasScript = true;
            case "frame" -> frames.add(element.attr("src"));
            case "iframe" -> readFrame(element, visibility);
            default -> {}
        }
        if (visibility == Visibility.SHOWN && CAPTCHA_ELEMENTS.contains(element.normalName())) {
            var signs = String.join(
                    " ", element.id(), element.className(), element.attr("src"), element.attr("data-size"));
            asksForCaptcha |= CAPTCHA.matcher(signs).find()
                    && !INVISIBLE_CAPTCHA.matcher(signs).find();
        }
    }

    /** The first refresh counts (HTML Standard, section 4.2.5.3). */
    private void readMeta(Element meta, Visibility visibility) {
        if (refresh == null
                && visibility.compareTo(Visibility.HIDDEN) <= 0
                && meta.attr("http-equiv").strip().equalsIgnoreCase("refresh")) {
            refresh = Refresh.parse(meta.attr("content")).orElse(null);
        }
    }

    private void readFrame(Element frame, Visibility visibility) {
        if (visibility == Visibility.SHOWN && frame.hasAttr("src")) {
            frames.add(frame.attr("src"));
        }
    }

    /** Reads the text of a script or a style. */
    void read(DataNode data) {
        var parent = data.parent();
        if (parent != null
                && parent.normalName().equals("script")
                && !parent.hasAttr("src")
                && SCRIPT.matcher(parent.attr("type").strip()).matches()) {
            readScript(data.getWholeData());
        }
    }

    private void readScript(String code) {
        if (!code.isBlank()) {
            hasScript = true;
            scripts.add(code);
        }
    }

    /** Returns the text that is shown, on one line. */
    String text() {
        return PageTexts.onOneLine(text.toString());
    }

    /** Returns the text for browsers without script, on one line. */
    String noScriptText() {
        return PageTexts.onOneLine(noScript.toString());
    }

    List<Link> links() {
        return links;
    }

    /** Returns the scripts that run when the page is loaded: those of its elements, and that of the body's event. */
    List<String> scripts() {
        return scripts;
    }

    /** Returns the first refresh that the page declares. */
    Optional<Refresh> refresh() {
        return Optional.ofNullable(refresh);
    }

    /** Returns the addresses of the frames. */
    List<String> frames() {
        return frames;
    }

    boolean hasScript() {
        return hasScript;
    }

    boolean asksForCaptcha() {
        return asksForCaptcha;
    }

    /** Whether a text says that the page does nothing without a script. */
    static boolean needsScript(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        return lower.contains("javascript") || lower.contains("enable script");
    }
}
