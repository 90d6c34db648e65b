package io.apikit.internal.caller;

import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/**
 * The address that a request comes from: that of the TCP peer, or the one in {@code X-Forwarded-For} if the peer is a
 * proxy of {@link io.apikit.ops.Operations#forwardedFor}. It is empty for a connection without addresses, such as a
 * Unix domain socket.
 */
public final class ClientAddress {
    private static final String ATTRIBUTE = ClientAddress.class.getName();

    private ClientAddress() {}

    /** Returns the address of the client. It is determined once for each request, and kept in an attribute. */
    public static Optional<InetAddress> of(Request request) {
        if (request.getAttribute(ATTRIBUTE) instanceof InetAddress known) {
            return Optional.of(known);
        }
        var client = peer(request).map(peer -> ForwardedFor.in(request).clientAddress(peer, request));
        client.ifPresent(address -> request.setAttribute(ATTRIBUTE, address));
        return client;
    }

    /** Returns the address of the client, for a handler. Empty if the server is not Jetty. */
    public static Optional<InetAddress> of(Context ctx) {
        try {
            return of(ServletContextRequest.getServletContextRequest(ctx.req()));
        } catch (IllegalStateException ignored) {
            return Optional.empty();
        }
    }

    /** Returns the peer of the TCP connection, without regard to any header. */
    static Optional<InetAddress> peer(Request request) {
        var end = socketOf(request.getConnectionMetaData().getConnection().getEndPoint());
        return end.getRemoteSocketAddress() instanceof InetSocketAddress peer
                ? Optional.ofNullable(peer.getAddress())
                : Optional.empty();
    }

    /**
     * Returns the end point of the socket. The end points around it report the peer of a header or of the PROXY
     * protocol, which may be forged.
     */
    private static EndPoint socketOf(EndPoint end) {
        return end instanceof EndPoint.Wrapper wrapper ? socketOf(wrapper.unwrap()) : end;
    }
}
