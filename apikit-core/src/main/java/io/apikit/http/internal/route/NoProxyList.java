package io.apikit.http.internal.route;

import io.apikit.http.internal.url.Origin;
import io.apikit.internal.util.AddressBlock;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The hosts that are reached without a proxy, as the environment variable {@code NO_PROXY} lists them. Entries are
 * separated by commas or spaces:
 *
 * <ul>
 *   <li>{@code *}: each host
 *   <li>{@code example.org}, {@code .example.org} or {@code *.example.org}: the host and all within its domain
 *   <li>{@code 10.1.2.3}, {@code [::1]} or {@code 10.0.0.0/8}: an address or a block, if the URL has an address
 *   <li>each of them with {@code :port}: for that port alone
 * </ul>
 *
 * No name is looked up. This machine ({@code localhost} and its addresses) is always reached without a proxy. Immutable.
 */
final class NoProxyList {
    private final List<Entry> entries;

    private NoProxyList(List<Entry> entries) {
        this.entries = entries;
    }

    /** Returns the list of a text. An entry that is no host matches nothing, as other programs have it. */
    static NoProxyList parse(String text) {
        return new NoProxyList(Stream.of(text.split("[,\\s]+"))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Entry.parse(entry.toLowerCase(Locale.ROOT)))
                .toList());
    }

    boolean contains(Origin origin) {
        return isThisMachine(origin) || entries.stream().anyMatch(entry -> entry.matches(origin));
    }

    private static boolean isThisMachine(Origin origin) {
        return origin.host().equals("localhost")
                || origin.host().endsWith(".localhost")
                || AddressBlock.literal(origin.bareHost())
                        .filter(InetAddress::isLoopbackAddress)
                        .isPresent();
    }

    /**
     * One entry of the list.
     *
     * @param name a host name without a dot at its start, or {@code *}
     * @param block the addresses, if it names any
     * @param port -1 for each port
     */
    private record Entry(String name, Optional<AddressBlock> block, int port) {
        private static Entry parse(String text) {
            int colon = text.lastIndexOf(':');
            var hasPort = colon > 0
                    && text.substring(colon + 1).matches("\\d{1,5}")
                    && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
            var host = hasPort ? text.substring(0, colon) : text;
            var bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
            int port = hasPort ? Integer.parseInt(text.substring(colon + 1)) : -1;
            return new Entry(
                    bare.length() > 1 ? withoutDot(bare.replaceFirst("^\\*?\\.", "")) : bare, block(bare), port);
        }

        /** Returns a name without the dot at its end, which means the same host. */
        private static String withoutDot(String name) {
            return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        }

        private static Optional<AddressBlock> block(String text) {
            try {
                return Optional.of(AddressBlock.parse(text));
            } catch (IllegalArgumentException ignored) {
                return Optional.empty();
            }
        }

        private boolean matches(Origin origin) {
            if (port >= 0 && port != origin.port()) {
                return false;
            }
            var host = withoutDot(origin.bareHost());
            return name.equals("*")
                    || host.equals(name)
                    || host.endsWith("." + name)
                    || block.filter(addresses -> AddressBlock.literal(host)
                                    .filter(addresses::contains)
                                    .isPresent())
                            .isPresent();
        }
    }
}
