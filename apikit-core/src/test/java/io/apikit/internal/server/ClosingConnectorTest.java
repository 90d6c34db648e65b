package io.apikit.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.Running;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection that comes while the server stops. */
class ClosingConnectorTest {
    private final CountDownLatch accepted = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    /** Whose acceptor, with a connection in its hands, is overtaken by the stop. */
    private final class SlowAcceptor extends ClosingConnector {
        SlowAcceptor(Server server, HttpConfiguration http) {
            super(server, null, -1, -1, http);
        }

        @Override
        protected void configure(Socket socket) {
            accepted.countDown();
            var interrupted = false;
            while (goOn.getCount() > 0) {
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    interrupted = true; // Jetty wants it to end.
                }
            }
            super.configure(socket);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    @Timeout(60)
    void aConnectionThatIsAcceptedDuringTheStopIsClosed() throws Exception {
        var loopback = InetAddress.getLoopbackAddress();
        var running = Running.start(Running.builder()
                .operations(ops -> ops.grace(Duration.ZERO))
                .javalin(config -> config.jetty.addConnector((server, http) -> {
                    var connector = new SlowAcceptor(server, http);
                    connector.setHost(loopback.getHostAddress());
                    return connector;
                })));
        try (var client = new Socket(loopback, running.app().port())) {
            client.setSoTimeout(10_000);
            accepted.await();
            var stopping = new Thread(running::close);
            stopping.start();
            while (stopping.getState() != Thread.State.WAITING && stopping.isAlive()) {
                Thread.onSpinWait();
            }
            goOn.countDown();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            stopping.join(TimeUnit.SECONDS.toMillis(30));
            assertThat(stopping.isAlive()).isFalse();
        }
    }
}
