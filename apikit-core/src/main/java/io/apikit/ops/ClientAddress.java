package io.apikit.ops;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/** Where a request comes from. */
final class ClientAddress {
    private ClientAddress() {}

    /** The other end of the TCP connection; empty for one that has none, such as a Unix domain socket. */
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
