package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.BreakerPolicy;
import io.apikit.http.RetryPolicy;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import io.apikit.testkit.faulty.ReceivedRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that close kept connections without notice, and the logins and calls that meet that. */
@Timeout(60)
class ClosedConnectionsTest extends SessionTest {
    private static final Fault OK = Fault.response(200, "text/plain", "ok");
    private static final Fault CLOSE = Fault.closeWithoutResponse();

    /** The session may renew its login once in this time. */
    private static final Duration RENEWABLE = Duration.ofSeconds(5);

    private final List<AutoCloseable> servers = new ArrayList<>();

    @Test
    void loginsSucceedWhereEachResponseEndsItsConnection() {
        var closing = closing();
        var session = opened(standard(closing.url())).session(ALICE);
        for (int i = 0; i < 20; i++) {
            closing.expire();
            timing.pass(RENEWABLE);

            assertThat(session.get("/data").orThrow().text()).isEqualTo("data");
        }

        assertThat(closing.logins()).isEqualTo(20);
    }

    @Test
    void getsAndPostsInTurnSucceedWhereEachResponseEndsItsConnection() {
        var closing = closing();
        var session = opened(standard(closing.url())).session(ALICE);
        for (int i = 0; i < 100; i++) {
            assertThat(session.get("/data").status()).isEqualTo(200);
            assertThat(session.send(BackendRequest.post("/post-{}", "n" + i).json("{}"))
                            .status())
                    .isEqualTo(200);
        }

        var posts = closing.requests().stream()
                .map(WireBackend.Received::line)
                .filter(line -> line.startsWith("POST"))
                .toList();
        assertThat(posts).hasSize(100).doesNotHaveDuplicates();
    }

    /** The first connection is closed as its third request arrives: the close has been on its way. */
    @Test
    void loginAfterARejectedGetHasAConnectionOfItsOwn() {
        var wire = faulty(
                Fault.response(200, "text/plain", "token-1")
                        .then(Fault.response(401, "text/plain", "expired"))
                        .then(CLOSE),
                Fault.response(200, "text/plain", "token-2"));
        var session = opened(standard(wire.url())).session(ALICE);

        assertThat(session.get("/data").orThrow().text()).isEqualTo("token-2");
        assertThat(wire.requests())
                .extracting(ReceivedRequest::path)
                .containsExactly("/login", "/data", "/login", "/data");
        assertThat(wire.requests()).extracting(ReceivedRequest::connection).containsExactly(1, 1, 2, 2);
    }

    @Test
    void jdkServerWithTooManyIdleConnectionsHarmsNothing() throws IOException {
        var jdk = new JdkServer();
        servers.add(jdk);
        jdk.holdIdle(200);
        var session = opened(standard(jdk.url())).session(ALICE);
        for (int i = 0; i < 15; i++) {
            jdk.valid.set("none yet");
            timing.pass(RENEWABLE);
            assertThat(session.get("/data").status()).isEqualTo(200);
        }
        assertThat(jdk.logins).hasValue(15);

        for (int i = 0; i < 100; i++) {
            assertThat(session.get("/data").status()).isEqualTo(200);
            assertThat(session.send(BackendRequest.post("/data").json("{}")).status())
                    .isEqualTo(200);
        }
        assertThat(jdk.posts).hasValue(100);
    }

    @Test
    void closedConnectionsOpenNoCircuitAndReachNoOtherCaller() {
        var login = Fault.response(200, "text/plain", "token");
        var wire = faulty(login.then(OK).then(CLOSE), login.then(OK).then(CLOSE), login);
        var touchy = BreakerPolicy.builder().window(1).minimumCalls(1).build();
        var backend = opened(standard(wire.url()).breaker(touchy));
        backend.session(ALICE).get("/data").orThrow();

        assertFails(
                502,
                () -> backend.session(ALICE).send(BackendRequest.post("/data").json("{}")));
        assertThat(backend.session(BOB).get("/data").status()).isEqualTo(200);
        assertThat(backend.session(ALICE).get("/data").status()).isEqualTo(200);
    }

    /** With an empty budget the login's page is not asked for again, so the login fails; the next request logs in at once. */
    @Test
    void closedConnectionStartsNoBackOffOfLogins() {
        var busy = Fault.response(503, "text/plain", "busy");
        var page = Fault.response(200, "text/plain", "page");
        int requests = 2 + 5 * 3 + 1; // Two pages, five calls with two retries each, and one that is not paid for.
        var first =
                Stream.generate(() -> busy).limit(requests).reduce(Fault::then).orElseThrow();
        var wire = faulty(first.then(CLOSE), page);
        var backend = opened(standard(wire.url())
                .auth(new PagesMode())
                .retry(RetryPolicy.builder().budget(0).build()));
        for (int i = 0; i < 5 + 1; i++) {
            assertThat(backend.session(BOB).get("/data").status()).isEqualTo(503);
        }
        assertThat(wire.requestCount()).isEqualTo(requests);

        assertFails(502, () -> backend.session(ALICE).get("/data"));

        assertThat(wire.requestCount()).isEqualTo(requests + 1);
        assertThat(backend.session(ALICE).get("/data").text()).isEqualTo("page");
    }

    /** Asks for two pages before it logs in. */
    private static final class PagesMode extends TokenMode {
        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            bare.send(BackendRequest.get("/first"));
            bare.send(BackendRequest.get("/second"));
            return Login.of(Map.of("X-Token", "token"));
        }
    }

    private Backend.Builder standard(String url) {
        return settings(url).retry(RetryPolicy.standard());
    }

    private Backend.Builder settings(String url) {
        return Backend.at(url).defaultAuth(new TokenMode()).timing(timing).random(() -> 0);
    }

    private WireBackend closing() {
        var closing = new WireBackend(call -> call.write(WireBackend.ok("data"))).closingAfterEach();
        servers.add(closing);
        return closing;
    }

    private FaultyServer faulty(Fault... perConnection) {
        var faulty = FaultyServer.start(perConnection);
        servers.add(faulty);
        return faulty;
    }

    @AfterEach
    void closeServers() throws Exception {
        for (var each : servers) {
            each.close();
        }
    }

    /** The JDK's own server: beyond 200 idle connections it closes each one after its response. */
    private static final class JdkServer implements AutoCloseable {
        private final HttpServer server;
        private final ExecutorService threads = Executors.newFixedThreadPool(4);
        private final List<Socket> held = new ArrayList<>();
        private final AtomicReference<String> valid = new AtomicReference<>("");
        private final AtomicInteger logins = new AtomicInteger();
        private final AtomicInteger posts = new AtomicInteger();

        private JdkServer() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
            server.setExecutor(threads);
            server.createContext("/login", exchange -> {
                valid.set("token-" + logins.incrementAndGet());
                respond(exchange, 200, valid.get());
            });
            server.createContext("/free", exchange -> respond(exchange, 200, "free"));
            server.createContext("/data", exchange -> {
                var isPost = exchange.getRequestMethod().equals("POST");
                posts.addAndGet(isPost ? 1 : 0);
                var isValid = valid.get().equals(exchange.getRequestHeaders().getFirst("X-Token"));
                respond(exchange, isValid ? 200 : 401, "data");
            });
            server.start();
        }

        private static void respond(HttpExchange exchange, int status, String text) throws IOException {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
                exchange.sendResponseHeaders(status, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        }

        private String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        /** Keeps this many connections of somebody else, each after one response. */
        private void holdIdle(int connections) throws IOException {
            for (int i = 0; i < connections; i++) {
                var socket = new Socket(
                        InetAddress.getLoopbackAddress(), server.getAddress().getPort());
                held.add(socket);
                socket.getOutputStream()
                        .write("GET /free HTTP/1.1\r\nHost: jdk\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                var head = new StringBuilder();
                while (head.indexOf("free") < 0) {
                    head.append((char) socket.getInputStream().read());
                }
            }
        }

        @Override
        public void close() throws IOException {
            for (var socket : held) {
                socket.close();
            }
            server.stop(0);
            threads.shutdownNow();
        }
    }
}
