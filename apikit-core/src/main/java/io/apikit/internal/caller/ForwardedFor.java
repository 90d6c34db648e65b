package io.apikit.internal.caller;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;

/**
 * Whose word counts for where a request comes from: that of the peers in {@link io.apikit.ops.Operations Operations#forwardedFor(String...)}.
 * Immutable and threadsafe.
 */
public final class ForwardedFor {
    private static final String ATTRIBUTE = ForwardedFor.class.getName();
    private static final ForwardedFor NOBODYS = new ForwardedFor(new AddressBlock.AddressBlocks(List.of()));

    /** Some proxies add the port: {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}. */
    private static final Pattern ENTRY =
            Pattern.compile("\\s*(?:\\[([0-9A-Fa-f.:]+)\\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}|([0-9A-Fa-f.:]+))\\s*");

    private final AddressBlock.AddressBlocks proxies;

    private ForwardedFor(AddressBlock.AddressBlocks proxies) {
        this.proxies = proxies;
    }

    /** Nobody's. */
    public static ForwardedFor nobodys() {
        return NOBODYS;
    }

    /**
     * That of these addresses, and blocks of them.
     *
     * @throws IllegalArgumentException for anything else, host names too, naming it
     */
    public static ForwardedFor of(String... peers) {
        return new ForwardedFor(AddressBlock.AddressBlocks.of("forwardedFor", peers));
    }

    /** {@link ClientAddress#of} finds it there, for every request of this server, also one that no handler sees. */
    public void installOn(Server server) {
        server.setAttribute(ATTRIBUTE, this);
    }

    static ForwardedFor in(Request request) {
        var server = request.getConnectionMetaData().getConnector().getServer();
        return server.getAttribute(ATTRIBUTE) instanceof ForwardedFor installed ? installed : NOBODYS;
    }

    /** From the right, as long as whoever wrote it is trusted: the first who is not, or whose word cannot be read. */
    InetAddress behind(InetAddress peer, Request request) {
        if (proxies.isEmpty() || !proxies.contain(peer)) {
            return peer;
        }
        var said = String.join(",", request.getHeaders().getValuesList(HttpHeader.X_FORWARDED_FOR));
        var known = peer;
        int end = said.length();
        while (end > 0 && proxies.contain(known)) {
            int comma = said.lastIndexOf(',', end - 1);
            var next = address(said.substring(comma + 1, end));
            if (next.isEmpty()) {
                return known;
            }
            known = next.get();
            end = comma;
        }
        return known;
    }

    private static Optional<InetAddress> address(String entry) {
        var form = ENTRY.matcher(entry);
        if (!form.matches()) {
            return Optional.empty();
        }
        return Optional.ofNullable(form.group(1))
                .or(() -> Optional.ofNullable(form.group(2)))
                .or(() -> Optional.ofNullable(form.group(3)))
                .flatMap(AddressBlock::literal);
    }
}
