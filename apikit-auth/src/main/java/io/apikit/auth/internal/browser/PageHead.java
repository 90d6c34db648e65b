package io.apikit.auth.internal.browser;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The beginning of an HTML page that came in response to a call, and whether the rest has signs of a login. A sign is an
 * {@code <input>} that mentions a password, or a {@code <form>} that mentions where a login starts. The beginning is parsed
 * only if it has a sign. Not thread-safe.
 */
public final class PageHead {
    /** How many characters are parsed at most. */
    public static final int LENGTH = 64 * 1024;

    private static final List<String> PASSWORD = List.of("password");

    private final String text;
    private final List<String> starts;
    private boolean hasSignInHead;
    private boolean hasSignInRest;
    private final Optional<HtmlPage> head;

    /**
     * Reads a page. What is behind {@link HtmlPage#MAX_LENGTH} is not read.
     *
     * @param starts parts of the addresses where a login starts
     */
    public PageHead(Address at, String text, List<String> starts) {
        this.text = text;
        this.starts = starts;
        findSigns(Math.min(text.length(), HtmlPage.MAX_LENGTH));
        this.head = hasSignInHead
                ? Optional.of(new HtmlPage(at, text.substring(0, Math.min(text.length(), LENGTH)), Optional.empty()))
                : Optional.empty();
    }

    private void findSigns(int end) {
        for (int tag = text.indexOf('<'); tag >= 0 && tag < end; ) {
            var signs = signsOf(tag);
            var next = signs.isEmpty() ? tag + 1 : endOfTag(tag, end);
            if (mentions(signs, tag, next)) {
                hasSignInHead |= next <= LENGTH;
                hasSignInRest |= next > LENGTH;
            }
            tag = text.indexOf('<', next);
        }
    }

    private List<String> signsOf(int tag) {
        if (text.regionMatches(true, tag, "<input", 0, 6)) {
            return PASSWORD;
        }
        return text.regionMatches(true, tag, "<form", 0, 5) ? starts : List.of();
    }

    /** A {@code >} in quotes does not end the tag. */
    private int endOfTag(int tag, int end) {
        char quote = 0;
        char last = 0;
        for (int at = tag; at < end; at++) {
            var c = text.charAt(at);
            if (quote == 0 && c == '>') {
                return at + 1;
            }
            if (c == quote) {
                quote = 0;
            } else if (quote == 0 && last == '=' && (c == '"' || c == '\'')) {
                quote = c;
            }
            last = Character.isWhitespace(c) ? last : c;
        }
        return end;
    }

    private boolean mentions(List<String> signs, int from, int to) {
        for (var sign : signs) {
            for (int at = from; at <= to - sign.length(); at++) {
                if (text.regionMatches(true, at, sign, 0, sign.length())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a form in the beginning leads to such an address. */
    public boolean leadsTo(Predicate<HtmlForm> isStart) {
        return head.filter(page -> page.forms().stream().anyMatch(isStart)).isPresent();
    }

    /**
     * Whether the page asks for a password, or may do so: the beginning has too much of something to be read, or the rest
     * has signs of a login.
     */
    public boolean mayAskForPassword() {
        return hasSignInRest
                || head.filter(page -> page.exceeded().isPresent()
                                || !page.passwordForms().isEmpty())
                        .isPresent();
    }

    /** Returns how many nodes, controls and forms of the page the work on it has visited so far. */
    long visits() {
        return head.map(HtmlPage::visits).orElse(0L);
    }
}
