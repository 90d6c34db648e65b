package io.apikit.internal.util;

import java.util.function.IntPredicate;

/**
 * The characters that HTTP, its headers and a line of text may contain. The sets of control characters differ on
 * purpose: each method names its set.
 */
public final class HttpSyntax {
    /** RFC 9110, section 5.6.2: the characters of a token besides letters and digits. */
    private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~";

    private HttpSyntax() {}

    /** Whether this is a token (RFC 9110, section 5.6.2), such as the name of a header or a cookie. */
    public static boolean isToken(String text) {
        return !text.isEmpty() && !has(text, c -> !isTokenCharacter((char) c));
    }

    /**
     * Whether this can be a bearer token: visible characters of ASCII (VCHAR, RFC 5234, appendix B.1). RFC 6750, section 2.1,
     * knows fewer, and tokens are issued that have others. Without a space, none can end the header or the scheme early.
     */
    public static boolean isBearerToken(String text) {
        return isVisible(text);
    }

    /** Whether there are visible characters of ASCII in it and no others, and at least one. */
    public static boolean isVisible(String text) {
        return !text.isEmpty() && !has(text, c -> c <= ' ' || c >= 0x7F);
    }

    /**
     * Whether this can be the value of a header of a response (RFC 9110, section 5.5): no control character of ASCII
     * except the tab.
     */
    public static boolean isFieldValue(String text) {
        return !has(text, c -> isAsciiControl(c) && c != '\t');
    }

    /**
     * Whether this can be sent as the value of a header of a request: ISO-8859-1 without a control character. Beyond
     * ISO-8859-1 the client would send a character's low byte only, which may be a line feed.
     */
    public static boolean isLatin1FieldValue(String text) {
        return !has(text, c -> c > 0xFF || Character.isISOControl(c));
    }

    /** Whether there is a control character in it: U+0000 to U+001F, or U+007F to U+009F. */
    public static boolean hasControl(String text) {
        return has(text, Character::isISOControl);
    }

    /**
     * Whether there is a control character of ASCII in it: U+0000 to U+001F, or U+007F (CTL, RFC 5234, appendix B.1).
     */
    public static boolean hasAsciiControl(String text) {
        return has(text, HttpSyntax::isAsciiControl);
    }

    /** Returns the text with a space for each control character of ASCII. */
    public static String withoutAsciiControl(String text) {
        return hasAsciiControl(text) ? text.replaceAll("\\p{Cntrl}", " ") : text;
    }

    /**
     * Whether it could end a line of text: a control character, or U+2028 or U+2029, the line and paragraph separators.
     */
    public static boolean hasControlOrSeparator(String text) {
        return has(text, c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029);
    }

    private static boolean isAsciiControl(int c) {
        return c < 0x20 || c == 0x7F;
    }

    private static boolean isTokenCharacter(char c) {
        var isAlphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return isAlphanumeric || TOKEN_SIGNS.indexOf(c) >= 0;
    }

    /** A loop: with every request it runs over each header. */
    private static boolean has(String text, IntPredicate sought) {
        for (int i = 0; i < text.length(); i++) {
            if (sought.test(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }
}
