package io.apikit.internal.caller;

import io.apikit.internal.util.AddressBlock;
import java.util.BitSet;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A host and its port, as {@code Host}, {@code X-Forwarded-Host} and {@code Origin} have them (RFC 9110, section 7.2).
 *
 * @param host in lower case; an IPv6 address is in brackets
 * @param port 0 for none; the default ports of HTTP and HTTPS equal none, whatever the scheme
 */
public record HostPort(String host, int port) {
    private static final int MOST_PORT_DIGITS = 5;
    private static final int MOST_PORT = 65_535;

    /** RFC 3986, section 3.2.2: unreserved, sub-delims, and the sign of percent-encoding. */
    private static final BitSet IN_NAME = characters();

    private static BitSet characters() {
        var set = new BitSet();
        set.set('a', 'z' + 1);
        set.set('A', 'Z' + 1);
        set.set('0', '9' + 1);
        "-._~!$&'()*+,;=%".chars().forEach(set::set);
        return set;
    }

    /** Returns the host and the port of a text; empty for any other text, such as one with user information. */
    public static Optional<HostPort> parse(String text) {
        if (!isValid(text)) {
            return Optional.empty();
        }
        int end = endOfHost(text);
        int port = end == text.length() ? 0 : Integer.parseInt(text.substring(end + 1));
        var isDefault = port == 80 || port == 443;
        return Optional.of(new HostPort(text.substring(0, end).toLowerCase(Locale.ROOT), isDefault ? 0 : port));
    }

    /** Returns the host and the port of an origin (RFC 6454, section 6.2); empty for {@code null} and any other text. */
    static Optional<HostPort> ofOrigin(@Nullable String origin) {
        if (origin == null) {
            return Optional.empty();
        }
        int end = origin.indexOf("://");
        var scheme = end < 0 ? "" : origin.substring(0, end).toLowerCase(Locale.ROOT);
        return scheme.equals("http") || scheme.equals("https") ? parse(origin.substring(end + 3)) : Optional.empty();
    }

    /** Returns whether a text is a host, which may have a port. It runs with every request. */
    public static boolean isValid(String text) {
        int end = endOfHost(text);
        return end > 0
                && (text.charAt(0) == '[' ? isIpv6(text.substring(1, end - 1)) : isName(text, end))
                && isPort(text, end);
    }

    /** Returns 0 if there is no end. */
    private static int endOfHost(String text) {
        if (text.startsWith("[")) {
            return text.indexOf(']') + 1;
        }
        int colon = text.indexOf(':');
        return colon < 0 ? text.length() : colon;
    }

    private static boolean isName(String text, int end) {
        for (int i = 0; i < end; i++) {
            if (!IN_NAME.get(text.charAt(i))) {
                return false;
            }
        }
        return text.lastIndexOf('%', end) < 0 || isEncoded(text.substring(0, end));
    }

    private static boolean isEncoded(String name) {
        return name.matches("(?:[^%]|%[0-9A-Fa-f]{2})*");
    }

    private static boolean isIpv6(String address) {
        return address.contains(":")
                && address.matches("[0-9A-Fa-f:.]+")
                && AddressBlock.literal(address).isPresent();
    }

    private static boolean isPort(String text, int from) {
        if (from == text.length()) {
            return true;
        }
        int digits = text.length() - from - 1;
        if (text.charAt(from) != ':' || digits < 1 || digits > MOST_PORT_DIGITS) {
            return false;
        }
        int port = 0;
        for (int i = from + 1; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            port = 10 * port + digit;
        }
        return port > 0 && port <= MOST_PORT;
    }
}
