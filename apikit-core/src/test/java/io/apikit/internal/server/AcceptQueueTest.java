package io.apikit.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.Running;
import io.javalin.Javalin;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.stream.Stream;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

/** How many connections may wait to be accepted. */
class AcceptQueueTest {
    @Test
    void manyConnectionsMayWaitToBeAccepted() {
        try (var running = Running.start(Running.builder())) {
            assertThat(queues(running.app())).containsExactly(1024);
        }
    }

    @Test
    void theAuthorsOwnNumberIsKept() {
        var app = Running.builder()
                .javalin(config -> config.jetty.addConnector((server, http) -> {
                    var connector = new ServerConnector(server);
                    connector.setHost(loopback());
                    connector.setAcceptQueueSize(7);
                    return connector;
                }))
                .build()
                .start();
        try {
            assertThat(queues(app)).containsExactly(7);
        } finally {
            app.stop();
        }
    }

    private static String loopback() {
        return InetAddress.getLoopbackAddress().getHostAddress();
    }

    private static Stream<Integer> queues(Javalin app) {
        return Arrays.stream(app.jettyServer().server().getConnectors())
                .map(connector -> ((ServerConnector) connector).getAcceptQueueSize());
    }
}
