package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.apikit.LogLines;
import io.apikit.Running;
import io.apikit.Scrapes;
import io.apikit.ops.Limits;
import io.apikit.ops.Operations;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many connections there may be, and which ones are closed. */
@Timeout(60)
class ConnectionLimitsTest {
    private static final String ATTACKER = "127.0.0.2";
    private static final String ASK = "GET /ask HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    private static final String KEPT = "GET /ask HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String DRIPPING = "GET /ask HTTP/1.1\r\nHost: x\r\nX-Endless: a";
    private static final String BODY = "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\na";

    private final List<Socket> open = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private Running running = service(ops -> {});

    private Running service(Consumer<Operations> settings) {
        return Running.start(Running.builder().operations(settings).routes(() -> {
            get("/ask", ctx -> ctx.result("response"));
            get("/wait", ctx -> release.await());
            post("/body", ctx -> ctx.result("" + ctx.body().length()));
        }));
    }

    private void limited(Consumer<Limits> settings) {
        running.close();
        running = service(ops -> ops.limits(settings).grace(Duration.ZERO));
    }

    @AfterEach
    void stop() throws IOException {
        release.countDown();
        for (var socket : open) {
            socket.close();
        }
        running.close();
    }

    private Socket connect(String address, String bytes) throws IOException {
        var socket = DrippingClient.from(address, running);
        open.add(socket);
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
        return socket;
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException ignored) {
            return true;
        }
    }

    /** The service knows a connection once it has responded on it. */
    private Socket used(String address) throws IOException {
        var socket = connect(address, "");
        assertServed(socket, KEPT);
        return socket;
    }

    private static void assertServed(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        var response = new StringBuilder();
        while (!response.toString().endsWith("\r\n\r\nresponse")) {
            int next = socket.getInputStream().read();
            assertThat(next).as("closed after %s", response).isNotNegative();
            response.append((char) next);
        }
    }

    private void await(BooleanSupplier isSo) {
        while (!isSo.getAsBoolean()) {
            assertThat(Thread.currentThread().isInterrupted()).as("out of time").isFalse();
            Thread.onSpinWait();
        }
    }

    @Test
    void addressThatFillsTheLimitKeepsNobodyOut() throws Exception {
        limited(limits -> limits.connections(150));
        for (var i = 0; i < 50; i++) {
            connect(ATTACKER, "");
            connect(ATTACKER, DRIPPING);
            connect(ATTACKER, BODY);
        }
        var threads = Executors.newFixedThreadPool(20);
        try {
            assertThat(honest(threads, 100)).hasSize(100).allMatch(response -> response.endsWith("\r\n\r\nresponse"));
        } finally {
            threads.shutdownNow();
        }
    }

    /** Each from an address of its own. */
    private List<String> honest(ExecutorService threads, int count) {
        var responses = new ArrayList<CompletableFuture<String>>();
        for (var i = 1; i <= count; i++) {
            var address = "127.0.1." + i;
            responses.add(CompletableFuture.supplyAsync(() -> ask(address), threads));
        }
        return responses.stream().map(CompletableFuture::join).toList();
    }

    private String ask(String address) {
        try {
            return running.rawFrom(address, ASK);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void fiftySlowBodiesAloneKeepNobodyOut() throws Exception {
        limited(limits -> limits.connections(50));
        for (var i = 0; i < 50; i++) {
            connect(ATTACKER, BODY);
        }

        for (var i = 1; i <= 20; i++) {
            assertThat(ask("127.0.1." + i)).endsWith("\r\n\r\nresponse");
        }
    }

    @Test
    void longestIdleConnectionOfTheAddressThatHasMostIsClosed() throws IOException {
        limited(limits -> limits.connections(5));
        var other = used("127.0.0.3");
        var head = connect(ATTACKER, DRIPPING);
        var oldest = used(ATTACKER);
        var newer = used(ATTACKER);
        var last = used("127.0.0.4");
        for (var begun = System.nanoTime(); System.nanoTime() - begun < 5_000_000; ) {
            assertServed(newer, KEPT);
        }
        used("127.0.0.4");

        assertThat(isClosed(oldest)).isTrue();
        assertServed(newer, KEPT);
        assertServed(other, KEPT);
        assertServed(last, KEPT);
        assertServed(head, "\r\n\r\n");
    }

    @Test
    void newConnectionIsClosedIfAllOthersAreServed() throws IOException {
        limited(limits -> limits.connections(2));
        connect(ATTACKER, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
        connect(ATTACKER, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
        var inFlight = running.app().jettyServer().server().getDescendant(InFlightRequests.class);
        await(() -> inFlight.count() == 2);

        assertThat(isClosed(connect("127.0.0.3", ""))).isTrue();
    }

    @Test
    void addressHasSoManyConnectionsAndNoMore() throws Exception {
        limited(limits -> limits.connectionsPerAddress(3));
        try (var log = LogLines.of(ConnectionCounts.class.getName(), Level.WARN)) {
            for (var i = 0; i < 3; i++) {
                used(ATTACKER);
            }
            for (var i = 0; i < 5; i++) {
                assertThat(isClosed(connect(ATTACKER, ""))).isTrue();
            }

            assertThat(ask("127.0.0.3")).endsWith("\r\n\r\nresponse");
            Scrapes.until(running, text -> text.contains("apikit_connections_closed_total{limit=\"address\"} 5.0"));
            assertThat(log.next().getFormattedMessage()).contains("connectionsPerAddress", ATTACKER);
            log.assertNoMore();
        }
    }

    @Test
    void closedConnectionsMakeRoom() throws Exception {
        limited(limits -> limits.connectionsPerAddress(1));
        var connector = running.app().jettyServer().server().getConnectors()[0];

        for (var i = 0; i < 20; i++) {
            assertThat(ask(ATTACKER)).endsWith("\r\n\r\nresponse");
            await(() -> connector.getConnectedEndPoints().isEmpty());
        }
    }

    @Test
    void proxiesHaveNoLimitOfAnAddress() throws Exception {
        running.close();
        running = service(ops -> ops.forwardedFor("127.0.0.5")
                .trustedProxies("127.0.0.6")
                .limits(limits -> limits.connectionsPerAddress(1)));
        for (var proxy : List.of("127.0.0.5", "127.0.0.6")) {
            connect(proxy, "");
            connect(proxy, "");

            assertThat(ask(proxy)).endsWith("\r\n\r\nresponse");
        }
        used("127.0.0.7");
        assertThat(isClosed(connect("127.0.0.7", ""))).isTrue();
    }

    @Test
    void limitsAreOneOrMore() {
        assertThatThrownBy(() -> limited(limits -> limits.connections(0))).hasMessageContaining("connections must be");
        assertThatThrownBy(() -> limited(limits -> limits.connectionsPerAddress(0)))
                .hasMessageContaining("connectionsPerAddress must be");
    }
}
