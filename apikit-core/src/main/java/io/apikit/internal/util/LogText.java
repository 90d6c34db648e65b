package io.apikit.internal.util;

import java.util.regex.Pattern;

/**
 * Makes text from outside, such as a backend's error message, safe for the log: it cannot begin a line of its own
 * there, and it cannot fill the log.
 */
public final class LogText {
    /** Control characters, and the line and paragraph separators. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]+");

    private static final int MAX_CHARACTERS = 300;

    private LogText() {}

    /**
     * Returns the first 300 characters of a text, followed by three dots if it is longer. Characters that could end the
     * line or control a terminal become a space.
     *
     * @param text of any length, with any characters
     */
    public static String of(String text) {
        var line = CONTROL.matcher(text).replaceAll(" ");
        return line.length() <= MAX_CHARACTERS ? line : line.substring(0, MAX_CHARACTERS) + "...";
    }
}
