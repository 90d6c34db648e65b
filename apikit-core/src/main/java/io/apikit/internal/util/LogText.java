package io.apikit.internal.util;

import java.util.regex.Pattern;

/**
 * Makes text from outside, such as a backend's error message, safe for the log: it cannot begin a line of its own
 * there, and it cannot fill the log.
 */
public final class LogText {
    /** Control characters, the line and paragraph separators, the formats of Unicode, and surrogates alone. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]+");

    private static final int MAX_CHARACTERS = 300;

    private LogText() {}

    /**
     * Returns the first 300 characters of a text, followed by three dots if it is longer. Characters that could end the
     * line, control a terminal or hide become a space.
     *
     * @param text of any length, with any characters
     */
    public static String of(String text) {
        var line = CONTROL.matcher(text).replaceAll(" ");
        if (line.length() <= MAX_CHARACTERS) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(MAX_CHARACTERS - 1)) ? MAX_CHARACTERS - 1 : MAX_CHARACTERS;
        return line.substring(0, end) + "...";
    }
}
