package io.apikit.internal.caller;

import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;

/**
 * The network that a request comes from, as a key for limits: an IPv4 address, or the first 64 bits of an IPv6 address,
 * because one customer gets a whole network of that size (RFC 6177). All clients without an address share one key.
 * Immutable.
 *
 * @param bytes four for IPv4, eight for IPv6, none without an address
 */
public record ClientNetwork(List<Byte> bytes) {
    private static final int MAX_BYTES = 8;

    /** Returns the network of the client that sent the request. */
    public static ClientNetwork of(Request request) {
        return of(ClientAddress.of(request));
    }

    /** Returns the network of the client, for a handler. */
    public static ClientNetwork of(Context ctx) {
        return of(ClientAddress.of(ctx));
    }

    /** Returns the network of an address; empty for a connection without one. */
    public static ClientNetwork of(Optional<InetAddress> address) {
        var network = new ArrayList<Byte>(MAX_BYTES);
        var addressBytes = address.map(InetAddress::getAddress).orElse(new byte[0]);
        for (int i = 0; i < Math.min(addressBytes.length, MAX_BYTES); i++) {
            network.add(addressBytes[i]);
        }
        return new ClientNetwork(network);
    }

    /** Returns a text such as {@code 192.0.2.7} or {@code 2001:db8:0:0:0:0:0:0/64}. */
    @Override
    public String toString() {
        var address = new byte[bytes.size() == MAX_BYTES ? 2 * MAX_BYTES : bytes.size()];
        for (int i = 0; i < bytes.size(); i++) {
            address[i] = bytes.get(i);
        }
        try {
            var text = InetAddress.getByAddress(address).getHostAddress();
            return bytes.size() == MAX_BYTES ? text + "/64" : text;
        } catch (UnknownHostException ignored) {
            return "nowhere";
        }
    }
}
