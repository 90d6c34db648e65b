package io.apikit.auth.internal.browser;

import io.apikit.auth.internal.secrets.SecretSpellings;
import io.apikit.internal.util.HttpSyntax;
import java.util.regex.Pattern;

/** Prepares texts of pages for errors: without the password in any spelling, on one line, short. Used by one thread. */
final class PageTexts {
    /** The length of a title or a sentence in an error. */
    static final int SENTENCE = 160;

    /** The length of a name in an error, such as that of a way to log in. */
    static final int NAME = 40;

    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Cntrl}\\u00A0\\u2028\\u2029]+");

    private final SecretSpellings secrets = new SecretSpellings();
    private final String password;

    PageTexts(String password) {
        this.password = password;
        secrets.add(password);
        // The texts of a page have one space for several.
        secrets.add(onOneLine(password));
    }

    /** Returns the text for an error, with at most so many characters. A page may quote what was filled in. */
    String shown(String text, int most) {
        // The mask comes before the cut, which could leave a part of a password.
        var plain = password.isEmpty() ? text : text.replace(password, "***");
        var masked = onOneLine(secrets.masked(plain));
        return masked.length() > most ? masked.substring(0, most).strip() + "..." : masked;
    }

    /** Returns the text with one space for several, and without controls. */
    static String onOneLine(String text) {
        return HttpSyntax.withoutAsciiControl(SPACES.matcher(text).replaceAll(" ")).strip();
    }
}
