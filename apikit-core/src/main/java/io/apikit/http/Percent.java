package io.apikit.http;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoding of UTF-8 (RFC 3986, section 2.1), upper-case hex. */
final class Percent {
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static final String IN_PATH = UNRESERVED + "!$&'()*+,;=:@/";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Percent() {}

    /** One value, whole: everything but the unreserved characters is encoded, a percent sign too. */
    static String value(String text) {
        return encoded(text, UNRESERVED, false);
    }

    /** A path as its author wrote it: what is legal in a path stays, a valid {@code %XX} too. */
    static String path(String literal) {
        return encoded(literal, IN_PATH, true);
    }

    /** A query as its author wrote it: what is legal in a query stays, a valid {@code %XX} too. */
    static String query(String literal) {
        return encoded(literal, IN_PATH + '?', true);
    }

    private static String encoded(String text, String legal, boolean keepEncoded) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var out = new StringBuilder(bytes.length + 16);
        for (int i = 0; i < bytes.length; i++) {
            if (legal.indexOf(bytes[i]) >= 0 || (keepEncoded && isEncoded(bytes, i))) {
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
