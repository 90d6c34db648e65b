package io.apikit.internal.caller;

import io.apikit.internal.util.AddressBlock;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;

/**
 * Determines the client's address from {@code X-Forwarded-For}. The header counts only if it was added by a peer of
 * {@link io.apikit.ops.Operations#forwardedFor}. Immutable and thread-safe.
 */
public final class ForwardedFor {
    private static final String ATTRIBUTE = ForwardedFor.class.getName();
    private static final ForwardedFor NONE = new ForwardedFor(List.of());

    /** Some proxies add the port: {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}. */
    private static final Pattern ENTRY =
            Pattern.compile("\\s*(?:\\[([0-9A-Fa-f.:]+)\\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}|([0-9A-Fa-f.:]+))\\s*");

    private final List<AddressBlock> proxies;

    private ForwardedFor(List<AddressBlock> proxies) {
        this.proxies = proxies;
    }

    /** Returns an instance that trusts no peer. */
    public static ForwardedFor none() {
        return NONE;
    }

    /**
     * Returns an instance that trusts these peers: addresses and blocks, such as {@code 10.1.2.3} or {@code
     * 10.1.0.0/16}.
     *
     * @throws IllegalArgumentException for any other text, such as a host name; the message has that text
     */
    public static ForwardedFor of(String... peers) {
        return new ForwardedFor(AddressBlock.parseAll("forwardedFor", peers));
    }

    /**
     * Makes {@link ClientAddress#of} use it for every request of this server, including those that reach no handler.
     */
    public void installOn(Server server) {
        server.setAttribute(ATTRIBUTE, this);
    }

    static ForwardedFor in(Request request) {
        var server = request.getConnectionMetaData().getConnector().getServer();
        return server.getAttribute(ATTRIBUTE) instanceof ForwardedFor installed ? installed : NONE;
    }

    /**
     * Returns the address of the client. The entries are read from the right, for as long as a trusted proxy added
     * them. The first address that is no proxy is the client's. At an entry that is no address, the last one read is
     * returned.
     */
    InetAddress clientAddress(InetAddress peer, Request request) {
        if (!isProxy(peer)) {
            return peer;
        }
        var entries = String.join(",", request.getHeaders().getValuesList(HttpHeader.X_FORWARDED_FOR));
        var client = peer;
        int end = entries.length();
        while (end > 0 && isProxy(client)) {
            int comma = entries.lastIndexOf(',', end - 1);
            var next = address(entries.substring(comma + 1, end));
            if (next.isEmpty()) {
                return client;
            }
            client = next.get();
            end = comma;
        }
        return client;
    }

    /** Returns whether the peer of the connection that a request came on is one of these. */
    boolean includesPeerOf(Request request) {
        return !proxies.isEmpty()
                && ClientAddress.peer(request).filter(this::isProxy).isPresent();
    }

    /** Returns whether an address is that of a proxy. */
    public boolean isProxy(InetAddress address) {
        return !proxies.isEmpty() && AddressBlock.anyContains(proxies, address);
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
