package io.apikit.http.internal.url;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HexFormat;

/** Percent-encoding of UTF-8 (RFC 3986, section 2.1), with upper-case hexadecimal digits. Thread-safe. */
public final class PercentEncoding {
    private static final BitSet UNRESERVED =
            ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");
    private static final BitSet IN_PATH = and(UNRESERVED, "!$&'()*+,;=:@/");
    private static final BitSet IN_QUERY = and(IN_PATH, "?");
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PercentEncoding() {}

    /** Encodes a value whole: every character that is not unreserved, a percent sign too. */
    public static String value(String text) {
        return encoded(text, UNRESERVED, false);
    }

    /** Encodes a path as its author wrote it: what is legal in a path is kept, a valid {@code %XX} too. */
    static String path(String literal) {
        return encoded(literal, IN_PATH, true);
    }

    /** Encodes a query as its author wrote it: what is legal in a query is kept, a valid {@code %XX} too. */
    static String query(String literal) {
        return encoded(literal, IN_QUERY, true);
    }

    /** Returns the byte that is percent-encoded at this place; -1 if there is none. */
    static int decodedAt(String text, int at) {
        return at + 2 < text.length()
                        && text.charAt(at) == '%'
                        && HexFormat.isHexDigit(text.charAt(at + 1))
                        && HexFormat.isHexDigit(text.charAt(at + 2))
                ? HexFormat.fromHexDigits(text, at + 1, at + 3)
                : -1;
    }

    private static BitSet ascii(String characters) {
        var set = new BitSet(128);
        characters.chars().forEach(set::set);
        return set;
    }

    private static BitSet and(BitSet some, String more) {
        var set = ascii(more);
        set.or(some);
        return set;
    }

    /** Most texts need no encoding and are returned as they are. */
    private static String encoded(String text, BitSet legal, boolean keepEncoded) {
        for (int i = 0; i < text.length(); i++) {
            if (!legal.get(text.charAt(i))) {
                return encodedBytes(text, legal, keepEncoded);
            }
        }
        return text;
    }

    private static String encodedBytes(String text, BitSet legal, boolean keepEncoded) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var out = new StringBuilder(bytes.length + 16);
        for (int i = 0; i < bytes.length; i++) {
            if ((bytes[i] >= 0 && legal.get(bytes[i])) || (keepEncoded && isEncoded(bytes, i))) {
                out.append((char) bytes[i]);
            } else {
                HEX.toHexDigits(out.append('%'), bytes[i]);
            }
        }
        return out.toString();
    }

    private static boolean isEncoded(byte[] bytes, int at) {
        return bytes[at] == '%' && at + 2 < bytes.length && isHex(bytes[at + 1]) && isHex(bytes[at + 2]);
    }

    private static boolean isHex(byte digit) {
        return digit >= 0 && HexFormat.isHexDigit(digit);
    }
}
