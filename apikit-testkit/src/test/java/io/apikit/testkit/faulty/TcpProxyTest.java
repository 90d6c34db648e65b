package io.apikit.testkit.faulty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TcpProxyTest {
    /** Sends one byte to each connection, then whatever it gets. */
    private static ServerSocket server(int greeting) throws IOException {
        var listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var thread = new Thread(() -> {
            while (!listening.isClosed()) {
                try (var socket = listening.accept()) {
                    socket.getOutputStream().write(greeting);
                    socket.getInputStream().transferTo(socket.getOutputStream());
                } catch (IOException ignored) {
                    // The next connection.
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return listening;
    }

    private static Socket connect(TcpProxy proxy) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    @Test
    void bytesAreLateInEachDirection() throws IOException {
        try (var server = server('a');
                var proxy = TcpProxy.to(server.getLocalPort());
                var socket = connect(proxy)) {
            assertThat(socket.getInputStream().read()).isEqualTo('a');
            proxy.delay(Duration.ofMillis(40));
            var since = System.nanoTime();
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
            assertThat(System.nanoTime() - since)
                    .isGreaterThanOrEqualTo(Duration.ofMillis(80).toNanos());
        }
    }

    @Test
    void anotherServerTakesOver() throws IOException {
        try (var first = server('a');
                var second = server('b');
                var proxy = TcpProxy.to(first.getLocalPort());
                var before = connect(proxy)) {
            assertThat(before.getInputStream().read()).isEqualTo('a');
            proxy.moveTo(second.getLocalPort());
            assertThat(isEnded(before)).isTrue();
            try (var after = connect(proxy)) {
                assertThat(after.getInputStream().read()).isEqualTo('b');
            }
        }
    }

    private static boolean isEnded(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return true;
        }
    }
}
