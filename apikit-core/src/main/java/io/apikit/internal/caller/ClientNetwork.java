package io.apikit.internal.caller;

import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;

/**
 * Whose address a request comes from, for limits: an IPv4 address, or the first 64 bits of an IPv6 one, which are one
 * customer's (RFC 6177). All clients without an address are one. Immutable.
 */
public record ClientNetwork(List<Byte> bytes) {
    private static final int MOST_BYTES = 8;

    /** Of whoever sent this request. */
    public static ClientNetwork of(Request request) {
        return of(ClientAddress.of(request));
    }

    /** The same for a handler. */
    public static ClientNetwork of(Context ctx) {
        return of(ClientAddress.of(ctx));
    }

    private static ClientNetwork of(Optional<InetAddress> address) {
        var network = new ArrayList<Byte>(MOST_BYTES);
        var all = address.map(InetAddress::getAddress).orElse(new byte[0]);
        for (int i = 0; i < Math.min(all.length, MOST_BYTES); i++) {
            network.add(all[i]);
        }
        return new ClientNetwork(network);
    }

    /** As text: {@code 192.0.2.7}, {@code 2001:db8:0:0:0:0:0:0/64}. */
    @Override
    public String toString() {
        var address = new byte[bytes.size() == MOST_BYTES ? 2 * MOST_BYTES : bytes.size()];
        for (int i = 0; i < bytes.size(); i++) {
            address[i] = bytes.get(i);
        }
        try {
            var text = InetAddress.getByAddress(address).getHostAddress();
            return bytes.size() == MOST_BYTES ? text + "/64" : text;
        } catch (UnknownHostException none) {
            return "nowhere";
        }
    }
}
