package io.apikit.auth.internal.browser;

import java.util.Optional;

/**
 * A declared refresh, of a {@code <meta http-equiv=refresh>} or a {@code Refresh} header (HTML Standard, "shared declarative
 * refresh steps"). Immutable.
 *
 * @param seconds the delay, at most {@link #LONG}
 * @param reference where it leads; empty for the page itself
 */
record Refresh(int seconds, String reference) {
    /** A longer delay is this one. */
    static final int LONG = 99_999;

    /** A page that goes on later than this has something to read, or waits for the user. */
    private static final int MOST_SECONDS = 10;

    /** Returns the refresh of a text; empty if a browser would ignore it. */
    static Optional<Refresh> parse(String text) {
        return new Parser(text).parse();
    }

    /** Whether a page goes on by it without a user. */
    boolean isSoon() {
        return seconds <= MOST_SECONDS;
    }

    /** The steps of the standard, with its names. */
    private static final class Parser {
        private static final String SPACES = " \t\n\f\r";

        private final String text;
        private int position;

        private Parser(String text) {
            this.text = text;
        }

        private Optional<Refresh> parse() {
            skipSpaces();
            int from = position;
            while (isAt("0123456789")) {
                position++;
            }
            if (position == from && !isAt(".")) {
                return Optional.empty();
            }
            int seconds = seconds(text.substring(from, position));
            while (isAt("0123456789.")) {
                position++;
            }
            if (position == text.length()) {
                return Optional.of(new Refresh(seconds, ""));
            }
            if (!isAt(";," + SPACES)) {
                return Optional.empty();
            }
            skipSpaces();
            position += isAt(";,") ? 1 : 0;
            skipSpaces();
            return Optional.of(new Refresh(seconds, reference()));
        }

        private static int seconds(String digits) {
            var significant = digits.replaceFirst("^0+", "");
            if (significant.length() > 5) {
                return LONG;
            }
            return significant.isEmpty() ? 0 : Integer.parseInt(significant);
        }

        private String reference() {
            var whole = text.substring(position);
            if (isAt("uU")) {
                position++;
                if (!skip("rR") || !skip("lL")) {
                    return whole;
                }
                skipSpaces();
                if (!skip("=")) {
                    return whole;
                }
                skipSpaces();
            }
            if (!isAt("'\"")) {
                return text.substring(position);
            }
            var quote = text.charAt(position++);
            var end = text.indexOf(quote, position);
            return text.substring(position, end < 0 ? text.length() : end);
        }

        private boolean skip(String characters) {
            var isThere = isAt(characters);
            position += isThere ? 1 : 0;
            return isThere;
        }

        private void skipSpaces() {
            while (isAt(SPACES)) {
                position++;
            }
        }

        private boolean isAt(String characters) {
            return position < text.length() && characters.indexOf(text.charAt(position)) >= 0;
        }
    }
}
