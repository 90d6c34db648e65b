package io.apikit.auth.internal.browser;

import java.util.Optional;
import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;

/** Finds values that a page has for its own scripts and forms. */
public final class PageTokens {
    private PageTokens() {}

    /**
     * Returns the value of the first input, or else the content of the first meta tag, of this name; empty if there is none, or
     * if the page has too much of something to be read.
     */
    public static Optional<String> find(String text, String name) {
        if (HtmlPage.isTooLong(text) || MarkupBounds.exceededBy(text).isPresent()) {
            return Optional.empty();
        }
        var page = Parser.htmlParser().setMaxDepth(PageIndex.MAX_DEPTH + 1).parseInput(text, "");
        return first(page, "input", name, "value").or(() -> first(page, "meta", name, "content"));
    }

    private static Optional<String> first(Document page, String tag, String name, String attribute) {
        return page.getElementsByTag(tag).stream()
                .filter(element -> element.attr("name").equals(name))
                .map(element -> element.attr(attribute))
                .filter(value -> !value.isBlank())
                .findFirst();
    }
}
