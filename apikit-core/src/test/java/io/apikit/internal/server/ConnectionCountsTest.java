package io.apikit.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.junit.jupiter.api.Test;

/** The addresses that loopback does not have. */
class ConnectionCountsTest {
    private static final class At extends AbstractConnection {
        private At(SocketAddress peer) {
            super(
                    new ByteArrayEndPoint() {
                        @Override
                        public SocketAddress getRemoteSocketAddress() {
                            return peer;
                        }
                    },
                    Runnable::run);
        }

        @Override
        public void onFillable() {}
    }

    private final ConnectionCounts counts =
            new ConnectionCounts(new ConnectionCounts.Limits(100, 1, address -> false), new SimpleMeterRegistry());

    private WatchedConnection open(String address) {
        var times = new WatchedConnection.Times(Duration.ofSeconds(1), 0, Duration.ofSeconds(1));
        var connection = new WatchedConnection(new At(new InetSocketAddress(address, 1)), times, System::nanoTime);
        counts.opened(connection);
        return connection;
    }

    @Test
    void networkOfIpv6IsOneAddress() {
        var first = open("2001:db8::1");
        var same = open("2001:db8::ffff:2");
        var other = open("2001:db8:0:1::1");

        assertThat(first.socket().isOpen()).isTrue();
        assertThat(same.socket().isOpen()).isFalse();
        assertThat(other.socket().isOpen()).isTrue();
    }

    @Test
    void connectionThatIsClosedTwiceIsCountedOnce() {
        var first = open("192.0.2.1");
        counts.closed(first);
        counts.closed(first);

        assertThat(open("192.0.2.1").socket().isOpen()).isTrue();
        assertThat(open("192.0.2.1").socket().isOpen()).isFalse();
    }
}
