package io.apikit.auth.internal.browser;

import java.io.ByteArrayOutputStream;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The one spelling of a host (URL Standard, sections 3.5 to 3.7): lower case, letters beyond ASCII in Punycode, an IPv4
 * address as four decimal numbers, an IPv6 address in its short form. What has no such spelling is refused, so that no host
 * passes for another one.
 *
 * <p>Java's IDN follows IDNA 2003 with Unicode 3.2, and browsers UTS 46 with the present one. So a name is refused if the
 * two may differ: one with a letter that Unicode 3.2 does not have, with ß, a final sigma or a joiner, or one that Unicode
 * now maps to another. Such a host can be written in Punycode.
 */
final class HostName {
    private static final Pattern VALID = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*\\.?");
    private static final Pattern DOTS = Pattern.compile("[.\\u3002\\uFF0E\\uFF61]");
    private static final Pattern DEVIATIONS = Pattern.compile("[\\u00DF\\u03C2\\u200C\\u200D]");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
    private static final Pattern IPV6_PIECE = Pattern.compile("[0-9A-Fa-f]{1,4}");
    private static final Pattern DECIMAL_BYTE = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final int IPV6_PIECES = 8;

    /** The longest number of an IPv4 address that is not too large: 2 to the power of 32 in octal digits. */
    private static final int LONGEST_NUMBER = 12;

    private HostName() {}

    /**
     * Returns the one spelling of a host.
     *
     * @throws IllegalArgumentException if it has none; the message does not quote it
     */
    static String canonical(String host) {
        if (host.startsWith("[") && host.endsWith("]")) {
            return '[' + shortened(ipv6(host.substring(1, host.length() - 1))) + ']';
        }
        var name = ascii(decoded(host));
        if (!VALID.matcher(name).matches()) {
            throw invalid();
        }
        var labels = (name.endsWith(".") ? name.substring(0, name.length() - 1) : name).split("\\.", -1);
        return NUMBER.matcher(labels[labels.length - 1]).matches() ? ipv4(labels) : name;
    }

    private static IllegalArgumentException invalid() {
        return new IllegalArgumentException("an address without a valid host");
    }

    private static String decoded(String host) {
        if (host.indexOf('%') < 0) {
            return host;
        }
        var bytes = new ByteArrayOutputStream();
        for (int at = 0; at < host.length(); ) {
            if (host.charAt(at) == '%') {
                bytes.write(octet(host, at + 1));
                at += 3;
            } else {
                var next = host.offsetByCodePoints(at, 1);
                bytes.writeBytes(host.substring(at, next).getBytes(StandardCharsets.UTF_8));
                at = next;
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static int octet(String host, int at) {
        if (at + 2 > host.length()) {
            throw invalid();
        }
        try {
            return HexFormat.fromHexDigits(host, at, at + 2);
        } catch (NumberFormatException e) {
            throw invalid();
        }
    }

    private static String ascii(String host) {
        if (host.chars().allMatch(c -> c < 0x80)) {
            return host.toLowerCase(Locale.ROOT);
        }
        var ascii = toAscii(host);
        var unicode = Normalizer.normalize(host.toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
        if (DEVIATIONS.matcher(unicode).find()
                || !IDN.toUnicode(ascii).equals(DOTS.matcher(unicode).replaceAll("."))) {
            throw invalid();
        }
        return ascii;
    }

    private static String toAscii(String host) {
        try {
            return IDN.toASCII(host).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            // The exception quotes the host, so it is not kept as the cause.
            throw invalid();
        }
    }

    /** The last of fewer than four numbers fills the bytes that are left: 127.1 is 127.0.0.1. */
    private static String ipv4(String[] labels) {
        if (labels.length > 4) {
            throw invalid();
        }
        long address = 0;
        for (int i = 0; i < labels.length; i++) {
            var isLast = i == labels.length - 1;
            var number = number(labels[i]);
            if (number >= 1L << (isLast ? 8 * (4 - i) : 8)) {
                throw invalid();
            }
            address |= isLast ? number : number << (8 * (3 - i));
        }
        return (address >> 24) + "." + ((address >> 16) & 0xFF) + "." + ((address >> 8) & 0xFF) + "."
                + (address & 0xFF);
    }

    /** A zero before a number makes it octal, and 0x hexadecimal. */
    private static long number(String label) {
        var isHex = label.startsWith("0x");
        var isOctal = !isHex && label.length() > 1 && label.startsWith("0");
        var digits = label.substring(isHex ? 2 : 0).replaceFirst("^0+(?=.)", "");
        if (!NUMBER.matcher(label).matches() || digits.length() > LONGEST_NUMBER) {
            throw invalid();
        }
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, isHex ? 16 : isOctal ? 8 : 10);
        } catch (NumberFormatException e) {
            throw invalid();
        }
    }

    private static List<Integer> ipv6(String text) {
        var halves = text.split("::", -1);
        if (halves.length > 2) {
            throw invalid();
        }
        var pieces = new ArrayList<>(pieces(halves[0], halves.length == 1));
        if (halves.length == 2) {
            var right = pieces(halves[1], true);
            var missing = IPV6_PIECES - pieces.size() - right.size();
            if (missing < 1) {
                throw invalid();
            }
            pieces.addAll(Collections.nCopies(missing, 0));
            pieces.addAll(right);
        }
        if (pieces.size() != IPV6_PIECES) {
            throw invalid();
        }
        return pieces;
    }

    private static List<Integer> pieces(String half, boolean isEnd) {
        var pieces = new ArrayList<Integer>();
        if (half.isEmpty()) {
            return pieces;
        }
        var parts = half.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            if (isEnd && i == parts.length - 1 && parts[i].contains(".")) {
                var bytes = Arrays.stream(parts[i].split("\\.", -1))
                        .map(HostName::decimalByte)
                        .toList();
                if (bytes.size() != 4) {
                    throw invalid();
                }
                pieces.add((bytes.get(0) << 8) | bytes.get(1));
                pieces.add((bytes.get(2) << 8) | bytes.get(3));
            } else if (IPV6_PIECE.matcher(parts[i]).matches()) {
                pieces.add(Integer.parseInt(parts[i], 16));
            } else {
                throw invalid();
            }
        }
        return pieces;
    }

    private static int decimalByte(String digits) {
        if (!DECIMAL_BYTE.matcher(digits).matches() || Integer.parseInt(digits) > 0xFF) {
            throw invalid();
        }
        return Integer.parseInt(digits);
    }

    /** The first of the longest runs of zeros, from two on, is left out (RFC 5952, section 4.2). */
    private static String shortened(List<Integer> pieces) {
        int from = 0;
        int longest = 1;
        for (int i = 0; i < IPV6_PIECES; i++) {
            int end = i;
            while (end < IPV6_PIECES && pieces.get(end) == 0) {
                end++;
            }
            if (end - i > longest) {
                from = i;
                longest = end - i;
            }
        }
        return longest == 1
                ? joined(pieces)
                : joined(pieces.subList(0, from)) + "::" + joined(pieces.subList(from + longest, IPV6_PIECES));
    }

    private static String joined(List<Integer> pieces) {
        return String.join(":", pieces.stream().map(Integer::toHexString).toList());
    }
}
