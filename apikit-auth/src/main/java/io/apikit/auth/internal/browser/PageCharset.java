package io.apikit.auth.internal.browser;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The encodings of the web and their labels (Encoding Standard, section 4.2). Browsers take some labels for a larger
 * encoding than Java does: {@code iso-8859-1} is windows-1252.
 */
final class PageCharset {
    static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

    /** The name in Java, and the labels that Java does not know or takes for another encoding. */
    private static final String[] LABELS = {
        "UTF-8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
        "UTF-16LE utf-16 unicode ucs-2 csunicode iso-10646-ucs-2 unicodefeff",
        "UTF-16BE unicodefffe",
        "windows-1252 ascii us-ascii ansi_x3.4-1968 iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 iso-ir-100"
                + " latin1 l1 cp819 ibm819 csisolatin1 x-user-defined",
        "windows-1254 iso-8859-9 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 iso-ir-148 latin5 l5 csisolatin5",
        "x-windows-874 windows-874 tis-620 iso-8859-11 iso8859-11 iso885911 dos-874",
        "x-mswin-936 gbk gb2312 gb_2312 gb_2312-80 chinese csgb2312 csiso58gb231280 iso-ir-58 x-gbk",
        "Big5-HKSCS big5 cn-big5 csbig5 x-x-big5",
        "windows-31j shift_jis shift-jis sjis x-sjis ms_kanji ms932 csshiftjis",
        "EUC-JP x-euc-jp",
        "x-windows-949 euc-kr windows-949 ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean iso-ir-149 cseuckr"
                + " csksc56011987",
        "ISO-8859-6 iso-8859-6-e iso-8859-6-i csiso88596e csiso88596i",
        "ISO-8859-8 iso-8859-8-e iso-8859-8-i csiso88598e csiso88598i logical visual",
        "ISO-8859-15 csisolatin9 l9",
        "KOI8-R koi koi8",
        "KOI8-U koi8-ru",
        "x-MacRoman macintosh mac csmacintosh x-mac-roman",
        "x-MacCyrillic x-mac-cyrillic x-mac-ukrainian"
    };

    /** Those whose labels Java knows too. Java has no ISO-8859-10 and no ISO-8859-14. */
    private static final Set<String> SAME = Set.of(
            "IBM866",
            "ISO-8859-2",
            "ISO-8859-3",
            "ISO-8859-4",
            "ISO-8859-5",
            "ISO-8859-7",
            "ISO-8859-13",
            "ISO-8859-16",
            "windows-1250",
            "windows-1251",
            "windows-1253",
            "windows-1255",
            "windows-1256",
            "windows-1257",
            "windows-1258",
            "GB18030",
            "ISO-2022-JP");

    private static final Map<String, String> NAMES = names();

    /** Java's names and those of the standard, where they differ. */
    private static final Map<String, String> STANDARD_NAMES = Map.of(
            "x-windows-874", "windows-874",
            "x-mswin-936", "GBK",
            "Big5-HKSCS", "Big5",
            "windows-31j", "Shift_JIS",
            "x-windows-949", "EUC-KR",
            "GB18030", "gb18030",
            "x-MacRoman", "macintosh",
            "x-MacCyrillic", "x-mac-cyrillic");

    private PageCharset() {}

    private static Map<String, String> names() {
        var names = new HashMap<String, String>();
        for (var line : LABELS) {
            var labels = line.split(" ", -1);
            Arrays.stream(labels).forEach(label -> names.put(label.toLowerCase(Locale.ROOT), labels[0]));
        }
        return Map.copyOf(names);
    }

    /** Returns the encoding that a label means; empty if it means none, or one that this machine does not have. */
    static Optional<Charset> of(String label) {
        var plain = label.strip().toLowerCase(Locale.ROOT).replaceFirst("^x-cp(?=125\\d$)", "windows-");
        try {
            var charset = Charset.forName(NAMES.getOrDefault(plain, plain));
            return NAMES.containsValue(charset.name()) || SAME.contains(charset.name())
                    ? Optional.of(charset)
                    : Optional.empty();
        } catch (IllegalArgumentException ignored) {
            return Optional.empty();
        }
    }

    /** Returns the encoding of a page's forms and links: a page in UTF-16 sends UTF-8. */
    static Charset forSending(Charset page) {
        return page.equals(UTF_16LE) || page.equals(UTF_16BE) ? UTF_8 : page;
    }

    /** Returns the name that the standard has for an encoding, which a field named {@code _charset_} sends. */
    static String nameOf(Charset charset) {
        return STANDARD_NAMES.getOrDefault(charset.name(), charset.name());
    }

    /**
     * Percent-encodes after encoding (URL Standard, sections 1.3 and 5.2). The place decides which bytes stay as they
     * are.
     */
    enum UrlEncoding {
        /**
         * The path percent-encode set, with the bar, which Chromium encodes and Tomcat refuses. A percent sign stays,
         * so that nothing is encoded twice.
         */
        PATH(" \"#<>?^`{|}"),

        /** The special-query percent-encode set. A percent sign stays here too. */
        QUERY(" \"#<>'"),

        /** The application/x-www-form-urlencoded percent-encode set, with a plus sign for a space. */
        FORM("!\"#$%&'()+,/:;<=>?@[\\]^`{|}~");

        private static final HexFormat HEX = HexFormat.of().withUpperCase();
        private static final int REPLACEMENT = 0xFFFD;

        /** Every encoding of the web has the characters of ASCII. */
        private static final char LAST_ASCII = 0x7F;

        private final String encoded;

        UrlEncoding(String encoded) {
            this.encoded = encoded;
        }

        /**
         * Returns a text as it is sent. A character that the charset does not have becomes {@code &#N;} with percent
         * signs, as in the HTML Standard's forms.
         */
        String of(String text, Charset charset) {
            var out = new StringBuilder(text.length() + 16);
            var encoder = charset.newEncoder();
            int begun = 0;
            for (int at = 0; at < text.length(); ) {
                var next = text.offsetByCodePoints(at, 1);
                if (text.charAt(at) > LAST_ASCII && !encoder.canEncode(text.subSequence(at, next))) {
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
            var known = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE
                    ? REPLACEMENT
                    : character;
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
}
