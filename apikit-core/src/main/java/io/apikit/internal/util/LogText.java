package io.apikit.internal.util;

import java.util.regex.Pattern;

/** What somebody else said, for a line of our log: it must not write lines of its own there, nor fill it. */
public final class LogText {
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]+");
    private static final int LONGEST = 300;

    private LogText() {}

    /** The first 300 characters of it, with a space for what could end a line or steer a terminal. */
    public static String of(String text) {
        var line = CONTROL.matcher(text).replaceAll(" ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
