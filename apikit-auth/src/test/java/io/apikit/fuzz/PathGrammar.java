package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/** Makes paths that try to leave their folder, in all spellings and encodings, and judges what they are. */
final class PathGrammar {
    private static final List<String> DOTS = List.of(
            ".",
            ".",
            "..",
            "..",
            "..",
            "%2e",
            "%2E",
            "%2e%2e",
            ".%2e",
            "%252e%252e",
            "%252e",
            "%25252e%25252e",
            "%25%32%65",
            "%2525252e%2525252e",
            "%c0%ae%c0%ae",
            "%u002e%u002e",
            "%e0%80%ae",
            "\u00ef\u00bc\u008e",
            "...",
            "..%00",
            "%00..",
            "..%09",
            "..%20",
            "..%0a");
    private static final List<String> SLASHES = List.of(
            "/",
            "/",
            "/",
            "%2f",
            "%2F",
            "%252f",
            "%25252f",
            "%5c",
            "\\",
            "%255c",
            "//",
            ";/",
            ";a=b/",
            "%3b/",
            ";%2f",
            "%253b%252f",
            "%c0%af",
            "%u002f",
            "?",
            "%3f",
            "#",
            "%23",
            "%0d%0a",
            "%00",
            ":",
            "/./",
            "%2f%2f");
    private static final List<String> NAMES = List.of(
            "admin",
            "index.html",
            "base",
            "files",
            "a",
            "admin%2findex.html",
            "\u00e9",
            "%c3%a9",
            "a b",
            "%25",
            "%",
            "%%32%65",
            "{}",
            "%7B%7D",
            ".a",
            "a.",
            "..a",
            "a..",
            ".git",
            "~",
            "*");

    private final Dice dice;

    PathGrammar(Dice dice) {
        this.dice = dice;
    }

    /** Returns a path in Latin-1, without a leading slash in most cases. */
    String path() {
        var path = new StringBuilder();
        for (int i = dice.between(1, 6); i > 0; i--) {
            path.append(dice.of(dice.percent(55) ? DOTS : NAMES));
            if (i > 1 || dice.percent(20)) {
                path.append(dice.of(SLASHES));
            }
        }
        if (dice.percent(50)) {
            path.append(dice.of("/admin/index.html", "%2fadmin%2findex.html", "/index.html", "%252findex.html"));
        }
        var whole = dice.percent(10) ? encoded(path.toString(), dice.between(1, 4)) : path.toString();
        whole = dice.perMille(10) ? whole + "%" + "25".repeat(dice.of(4, 100, 3500)) + "2e" : whole;
        return dice.percent(20) ? ByteMutator.mutated(whole, dice) : whole;
    }

    /** Returns the text with every byte encoded, this many times. */
    static String encoded(String text, int times) {
        var encoded = text;
        for (int i = 0; i < times && encoded.length() < 1_500; i++) {
            var next = new StringBuilder();
            for (byte octet : encoded.getBytes(ISO_8859_1)) {
                next.append(String.format("%%%02x", octet & 0xff));
            }
            encoded = next.toString();
        }
        return encoded;
    }

    /** Returns whether a value has a dot segment after at most three rounds of decoding, by a slow way of its own. */
    static boolean climbs(String value) {
        var known = value;
        for (int round = 0; round <= 3; round++) {
            for (var piece : known.split("[/\\\\]", -1)) {
                var name = piece.split(";", 2)[0];
                if (name.equals(".") || name.equals("..")) {
                    return true;
                }
            }
            known = decoded(known);
        }
        return !decoded(known).equals(known);
    }

    private static String decoded(String text) {
        var out = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            boolean isEncoded = text.charAt(at) == '%'
                    && at + 2 < text.length()
                    && Character.digit(text.charAt(at + 1), 16) >= 0
                    && Character.digit(text.charAt(at + 2), 16) >= 0;
            if (isEncoded) {
                out.append((char) Integer.parseInt(text.substring(at + 1, at + 3), 16));
                at += 2;
            } else {
                out.append(text.charAt(at));
            }
        }
        return out.toString();
    }
}
