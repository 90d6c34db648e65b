package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.List;

/** Changes bytes here and there: what no grammar has. */
final class ByteMutator {
    private static final List<String> ODD = List.of(
            "\r\n",
            "\n",
            "\r",
            "\r\n\r\n",
            "\0",
            "\t",
            " ",
            "  ",
            ":",
            ";",
            ",",
            "=",
            "%",
            "%00",
            "%0d%0a",
            "%2e%2e%2f",
            "..",
            "/../",
            "//",
            "\\",
            "\u0080",
            "\u00ff",
            "\u00c3\u00a9",
            "\u00e2\u0080\u00ae",
            "\u00c0\u00af",
            "\"",
            "'",
            "{}",
            "{",
            "}",
            "<",
            ">",
            "&",
            "#",
            "?",
            "@",
            "*",
            "-1",
            "0",
            "99999999999999999999",
            "0x10",
            "1e9",
            "ffffffffffffffff",
            "chunked",
            "Transfer-Encoding: chunked\r\n",
            "Content-Length: 5\r\n",
            "Host: evil\r\n",
            "HTTP/1.1",
            "HTTP/2.0",
            "GET / HTTP/1.1\r\n\r\n",
            "0\r\n\r\n",
            "\u001b[31m",
            "\u007f",
            "\ufeff",
            "%u0041",
            "%c0%ae");

    private ByteMutator() {}

    /** Returns the bytes after some changes. */
    static byte[] mutated(byte[] bytes, Dice dice) {
        var changed = bytes;
        for (int i = dice.between(1, dice.percent(80) ? 2 : 10); i > 0 && changed.length > 0; i--) {
            changed = once(changed, dice);
        }
        return changed;
    }

    static String mutated(String text, Dice dice) {
        return new String(mutated(text.getBytes(ISO_8859_1), dice), ISO_8859_1);
    }

    private static byte[] once(byte[] bytes, Dice dice) {
        int at = dice.below(bytes.length);
        int length = Math.min(bytes.length - at, 1 + dice.below(dice.percent(80) ? 8 : 400));
        return switch (dice.below(8)) {
            case 0 -> set(bytes, at, (byte) (bytes[at] ^ (1 << dice.below(8))));
            case 1 -> set(bytes, at, dice.octet());
            case 2 -> splice(bytes, at, length, new byte[0]);
            case 3 -> splice(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
            case 4 -> splice(bytes, at, 0, dice.of(ODD).getBytes(ISO_8859_1));
            case 5 -> splice(bytes, at, Math.min(length, 4), dice.of(ODD).getBytes(ISO_8859_1));
            case 6 -> splice(bytes, at, 0, repeated(dice));
            default -> dice.percent(30) ? Arrays.copyOf(bytes, at) : set(bytes, at, (byte) ' ');
        };
    }

    private static byte[] repeated(Dice dice) {
        return dice.of(ODD).repeat(dice.of(2, 10, 100, 3000)).getBytes(ISO_8859_1);
    }

    private static byte[] set(byte[] bytes, int at, byte value) {
        var changed = bytes.clone();
        changed[at] = value;
        return changed;
    }

    private static byte[] splice(byte[] bytes, int at, int removed, byte[] added) {
        var changed = new byte[bytes.length - removed + added.length];
        System.arraycopy(bytes, 0, changed, 0, at);
        System.arraycopy(added, 0, changed, at, added.length);
        System.arraycopy(bytes, at + removed, changed, at + added.length, bytes.length - at - removed);
        return changed;
    }
}
