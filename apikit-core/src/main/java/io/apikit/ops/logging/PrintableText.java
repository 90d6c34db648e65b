package io.apikit.ops.logging;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Text that stays within its line and steers no terminal. */
final class PrintableText {
    /** Control characters, the two line ends beside them, and what turns the writing direction. */
    private static final Pattern UNPRINTABLE =
            Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]");

    private PrintableText() {}

    /** Nearly every text is plain ASCII, and is not searched by a pattern. */
    static String line(String text) {
        return isPlain(text) ? text : UNPRINTABLE.matcher(text).replaceAll(PrintableText::escaped);
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    /** As Java writes it; the backslash is doubled for {@code replaceAll}. */
    private static String escaped(MatchResult found) {
        char c = found.group().charAt(0);
        return switch (c) {
            case '\n' -> "\\\\n";
            case '\r' -> "\\\\r";
            case '\t' -> "\\\\t";
            default -> String.format("\\\\u%04x", (int) c);
        };
    }
}
