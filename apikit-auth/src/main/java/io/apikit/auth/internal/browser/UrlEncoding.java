package io.apikit.auth.internal.browser;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encodes after encoding (URL Standard, sections 1.3 and 5.2). The place decides which bytes stay as they are. */
enum UrlEncoding {
    /**
     * The path percent-encode set, with the bar, which Chromium encodes and Tomcat refuses. A percent sign stays, so that
     * nothing is encoded twice.
     */
    PATH(" \"#<>?^`{|}"),

    /** The special-query percent-encode set. A percent sign stays here too. */
    QUERY(" \"#<>'"),

    /** The application/x-www-form-urlencoded percent-encode set, with a plus sign for a space. */
    FORM("!\"#$%&'()+,/:;<=>?@[\\]^`{|}~");

    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final int REPLACEMENT = 0xFFFD;

    private final String encoded;

    UrlEncoding(String encoded) {
        this.encoded = encoded;
    }

    /**
     * Returns a text as it is sent. A character that the charset does not have becomes {@code &#N;} with percent signs, as
     * in the HTML Standard's forms.
     */
    String of(String text, Charset charset) {
        var out = new StringBuilder(text.length() + 16);
        var encoder = charset.newEncoder();
        int begun = 0;
        for (int at = 0; at < text.length(); ) {
            var next = text.offsetByCodePoints(at, 1);
            if (!encoder.canEncode(text.subSequence(at, next))) {
                append(text.substring(begun, at).getBytes(charset), out);
                appendUnknown(text.codePointAt(at), charset, out);
                begun = next;
            }
            at = next;
        }
        append(text.substring(begun).getBytes(charset), out);
        return out.toString();
    }

    /** Half a surrogate pair is no character in any charset. */
    private void appendUnknown(int character, Charset charset, StringBuilder out) {
        var known = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE ? REPLACEMENT : character;
        if (charset.equals(StandardCharsets.UTF_8)) {
            append(Character.toString(known).getBytes(charset), out);
        } else {
            out.append("%26%23").append(known).append("%3B");
        }
    }

    private void append(byte[] bytes, StringBuilder out) {
        for (var octet : bytes) {
            if (octet == ' ' && this == FORM) {
                out.append('+');
            } else if (octet < ' ' || octet == 0x7F || encoded.indexOf(octet) >= 0) {
                out.append(percent(octet));
            } else {
                out.append((char) octet);
            }
        }
    }

    /** Returns a byte as a percent sign and two digits. */
    static String percent(byte octet) {
        return '%' + HEX.toHexDigits(octet);
    }
}
