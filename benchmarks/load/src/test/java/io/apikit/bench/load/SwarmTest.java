package io.apikit.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SwarmTest {
    private static final byte[] BODY = "OK".getBytes(UTF_8);

    private final AtomicInteger received = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", exchange -> {
            received.incrementAndGet();
            exchange.sendResponseHeaders(200, BODY.length);
            exchange.getResponseBody().write(BODY);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void countIsExact() {
        assertThat(drive(8, 101)).isEqualTo(101);
        assertThat(received).hasValue(101);
    }

    @Test
    void fewerRequestsThanConnectionsAreExactToo() {
        assertThat(drive(8, 3)).isEqualTo(3);
        assertThat(received).hasValue(3);
    }

    @Test
    void onceIsOneRequestPerConnection() {
        try (var swarm = Swarm.open(Workload.HEALTH, server.getAddress().getPort(), 8)) {
            assertThat(swarm.driveOnce().requests()).isEqualTo(8);
        }
        assertThat(received).hasValue(8);
    }

    @Test
    void steadyRateSendsEachRequestWhenItIsDue() {
        var load = OpenLoop.drive(Workload.HEALTH, server.getAddress().getPort(), 20, 1_000);

        assertThat(load.isClean()).isTrue();
        assertThat(received).hasValue(20);
        // The last of 20 requests is due 19 ms after the first.
        assertThat(load.time()).isGreaterThanOrEqualTo(Duration.ofMillis(19));
    }

    private long drive(int connections, long requests) {
        var load = JvmClient.drive(Workload.HEALTH, server.getAddress().getPort(), connections, requests);
        assertThat(load.isClean()).isTrue();
        return load.requests();
    }
}
