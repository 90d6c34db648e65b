package io.apikit.oauth2;

import java.util.regex.Pattern;

/** Makes the words of a server safe for one line of the log. */
final class LogLine {
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]+");
    private static final int MOST_CHARACTERS = 200;

    private LogLine() {}

    /** Returns at most 200 characters of a text. Those that could end the line, control a terminal or hide become a space. */
    static String of(String text) {
        var start = text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "...";
        return UNSEEN.matcher(start).replaceAll(" ");
    }

    /** Returns what a server calls something, if it is a short name. */
    static String name(String text) {
        return text.matches("[\\w.:/+-]{1,80}") ? text : "of an unknown name";
    }
}
