package io.apikit.internal.caller;

import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/**
 * Where a request comes from: the other end of its TCP connection, or where that is one of
 * {@link io.apikit.ops.Operations Operations#forwardedFor(String...)}, the address it says. Empty for a connection that has none, such as a Unix
 * domain socket.
 */
public final class ClientAddress {
    private static final String ATTRIBUTE = ClientAddress.class.getName();

    private ClientAddress() {}

    /** Of whoever sent this request; found out once for each. */
    public static Optional<InetAddress> of(Request request) {
        if (request.getAttribute(ATTRIBUTE) instanceof InetAddress known) {
            return Optional.of(known);
        }
        var found = peer(request).map(peer -> ForwardedFor.in(request).behind(peer, request));
        found.ifPresent(address -> request.setAttribute(ATTRIBUTE, address));
        return found;
    }

    /** The same for a handler; empty on another server than Jetty. */
    public static Optional<InetAddress> of(Context ctx) {
        try {
            return of(ServletContextRequest.getServletContextRequest(ctx.req()));
        } catch (IllegalStateException anotherServer) {
            return Optional.empty();
        }
    }

    /** The other end of the TCP connection, whatever it says. */
    static Optional<InetAddress> peer(Request request) {
        var end = connected(request.getConnectionMetaData().getConnection().getEndPoint());
        return end.getRemoteSocketAddress() instanceof InetSocketAddress peer
                ? Optional.ofNullable(peer.getAddress())
                : Optional.empty();
    }

    /** The socket itself: a header (X-Forwarded-For) or a preamble (PROXY protocol) may claim any other peer. */
    private static EndPoint connected(EndPoint end) {
        return end instanceof EndPoint.Wrapper wrapper ? connected(wrapper.unwrap()) : end;
    }
}
