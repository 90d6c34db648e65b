package io.apikit.testkit.faulty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.apikit.testkit.support.PortCheck;
import io.apikit.testkit.support.TrustingClient;
import io.apikit.testkit.tls.TlsLevel;
import io.restassured.RestAssured;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
final class FaultyServerTest {
    private static final Fault OK = Fault.response(200, "text/plain; charset=utf-8", "grüße");
    private static final String REQUEST = "GET /x?q=secret HTTP/1.1\r\nHost: here\r\nX-A: 1\r\nx-a:2\r\n\r\n";
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";

    /** Connects a client that speaks TCP alone. */
    private static Socket connected(FaultyServer server) throws IOException {
        Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), server.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static Socket asking(FaultyServer server) throws IOException {
        Socket socket = connected(server);
        socket.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
        return socket;
    }

    private static String response(FaultyServer server) throws IOException {
        return responses(server, 1);
    }

    /** Returns the responses to this number of requests that are sent at once. */
    private static String responses(FaultyServer server, int requests) throws IOException {
        try (Socket socket = connected(server)) {
            socket.getOutputStream().write(REQUEST.repeat(requests).getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static String read(Socket socket, int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), ISO_8859_1);
    }

    @Test
    void connectionsTakeScriptsInOrderAndRepeatLast() throws IOException {
        try (FaultyServer server =
                FaultyServer.start(Fault.raw("a"), Fault.raw("b").then(Fault.raw("c")))) {
            assertThat(response(server)).isEqualTo("a");
            for (int i = 0; i < 2; i++) {
                try (Socket socket = asking(server)) {
                    assertThat(read(socket, 1)).isEqualTo("b");
                    socket.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
                    assertThat(read(socket, 2)).isEqualTo("c");
                }
            }
            assertThat(server.connections()).isEqualTo(3);
            assertThat(server.requests())
                    .extracting(ReceivedRequest::connection)
                    .containsExactly(1, 2, 2, 3, 3);
        }
    }

    @Test
    void correctResponsesKeepTheConnectionOfRealClients() throws Exception {
        try (FaultyServer server = FaultyServer.start(OK)) {
            for (int i = 0; i < 3; i++) {
                // Not HttpClient, which returns a connection to its pool a moment after the response.
                try (InputStream response = URI.create(server.url()).toURL().openStream()) {
                    assertThat(response.readAllBytes()).asString().isEqualTo("grüße");
                }
            }
            assertThat(server.connections()).isEqualTo(1);

            RestAssured.given()
                    .baseUri(server.url())
                    .body("x")
                    .post("/p")
                    .then()
                    .statusCode(200);
            assertThat(server.awaitRequest(4).method()).isEqualTo("POST");
        }
    }

    private static HttpRequest.Builder request(FaultyServer server) {
        return HttpRequest.newBuilder(URI.create(server.url() + "/x")).timeout(Duration.ofSeconds(10));
    }

    @Test
    void requestsAreKeptUnchanged() throws IOException {
        try (FaultyServer server = FaultyServer.start(Fault.raw("x"))) {
            response(server);
            ReceivedRequest request = server.awaitRequest(1);

            assertThat(request.head()).isEqualTo(REQUEST);
            assertThat(request.method()).isEqualTo("GET");
            assertThat(request.target()).isEqualTo("/x?q=secret");
            assertThat(request.path()).isEqualTo("/x");
            assertThat(request.headers("X-a")).containsExactly("1", "2");
            assertThat(request.header("host")).contains("here");
            assertThat(request.header("absent")).isEmpty();
            assertThat(request.toString()).contains("GET /x").doesNotContain("secret", "here");
        }
    }

    @Test
    void bodiesAreReadInEveryFraming() throws Exception {
        try (FaultyServer server = FaultyServer.start(OK)) {
            HttpClient http = HttpClient.newHttpClient();
            byte[] large = new byte[300_000];
            large[299_999] = 1;
            http.send(request(server).POST(BodyPublishers.ofString("ü")).build(), BodyHandlers.discarding());
            Supplier<InputStream> unknownLength = () -> new ByteArrayInputStream(large);
            http.send(
                    request(server)
                            .POST(BodyPublishers.ofInputStream(unknownLength))
                            .build(),
                    BodyHandlers.discarding());
            http.send(
                    request(server)
                            .expectContinue(true)
                            .POST(BodyPublishers.ofByteArray(large))
                            .build(),
                    BodyHandlers.discarding());

            assertThat(server.awaitRequest(1).text()).isEqualTo("ü");
            assertThat(server.awaitRequest(2).body()).isEqualTo(large);
            assertThat(server.awaitRequest(3).body()).isEqualTo(large);
        }
    }

    @Test
    void earlyResponsesPrecedeBodyUnaskedOnesTheRequest() throws IOException {
        try (FaultyServer server = FaultyServer.start(Fault.early("early"), Fault.unasked("unasked"))) {
            try (Socket socket = connected(server)) {
                String head = "POST / HTTP/1.1\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n";
                socket.getOutputStream().write(head.getBytes(ISO_8859_1));
                assertThat(read(socket, 9)).isEqualTo("early");
                assertThat(server.bytesReceived()).isEqualTo(head.length());
            }
            try (Socket socket = connected(server)) {
                assertThat(read(socket, 9)).isEqualTo("unasked");
            }
            assertThat(server.requestCount()).isEqualTo(1);
        }
    }

    static List<Fault> resets() {
        return List.of(Fault.resetBeforeResponse(), Fault.resetInBody());
    }

    @ParameterizedTest
    @MethodSource("resets")
    void resetsAreResets(Fault fault) throws IOException {
        try (FaultyServer server = FaultyServer.start(fault)) {
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> response(server))
                    .withMessageContaining("reset");
            server.awaitOpen(0);
            assertThat(server.closedByClient()).isZero();
        }
    }

    @Test
    void brokenResponsesAreBrokenAsNamed() throws IOException {
        try (FaultyServer server = FaultyServer.start(
                Fault.closeWithoutResponse(),
                Fault.shortBody(),
                Fault.truncatedChunk(),
                Fault.malformedChunk(),
                Fault.garbageStatusLine())) {
            assertThat(response(server)).isEmpty();
            assertThat(response(server)).isEqualTo(HEAD + "Content-Length: 10\r\n\r\nhalf");
            assertThat(response(server)).isEqualTo(HEAD + "Transfer-Encoding: chunked\r\n\r\na\r\nhalf");
            assertThat(response(server)).contains("\r\n\r\n4\r\nhalf\r\nzz\r\n");
            assertThat(response(server)).startsWith("?!garbage\u0000\u00ff\r\nHTTP/1.1 200");
        }
    }

    static List<Fault> brokenResponses() {
        return List.of(
                Fault.resetBeforeResponse(),
                Fault.resetInBody(),
                Fault.closeWithoutResponse(),
                Fault.shortBody(),
                Fault.truncatedChunk(),
                Fault.malformedChunk(),
                Fault.garbageStatusLine());
    }

    @ParameterizedTest
    @MethodSource("brokenResponses")
    void brokenResponsesFailInARealClient(Fault fault) {
        try (FaultyServer server = FaultyServer.start(fault)) {
            HttpRequest post =
                    request(server).POST(BodyPublishers.ofString("x")).build();
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> HttpClient.newHttpClient().send(post, BodyHandlers.ofString()));
        }
    }

    @Test
    void stallEndsWithReleaseAndStallsAgain() throws IOException {
        try (FaultyServer server = FaultyServer.start(Fault.stalledBody().then(Fault.stalledHeaders()));
                Socket socket = asking(server)) {
            String start = HEAD + "Content-Length: 2\r\n\r\no";
            assertThat(read(socket, start.length())).isEqualTo(start);
            server.awaitStalled(1);
            assertThat(server.openConnections()).isEqualTo(1);
            server.release();
            assertThat(read(socket, 1)).isEqualTo("k");

            socket.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
            assertThat(read(socket, HEAD.length() + 8)).isEqualTo(HEAD + "Content-");
            server.awaitStalled(1);
            server.release();
            assertThat(read(socket, 99)).isEqualTo("Length: 2\r\n\r\nok");
            server.awaitOpen(0);
        }
    }

    static List<Fault> unendingResponses() {
        return List.of(
                Fault.stalledResponse(),
                Fault.stalledHeaders(),
                Fault.stalledBody(),
                OK.thenStall(),
                Fault.endlessBody(),
                Fault.endlessHeaders(),
                Fault.endlessHeaderLine(),
                Fault.endlessInterimResponses(),
                Fault.endless(HEAD, "x"),
                Fault.gzipBomb(Long.MAX_VALUE),
                Fault.deflateBomb(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("unendingResponses")
    void closeOfClientIsNoticedInEveryFault(Fault fault) throws IOException {
        try (FaultyServer server = FaultyServer.start(fault)) {
            for (int i = 1; i <= 2; i++) {
                Socket socket = asking(server);
                server.awaitRequest(i);
                assertThat(server.openConnections()).isEqualTo(1);
                socket.close();
                server.awaitClosedByClient(i);
                assertThat(server.openConnections()).isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("unendingResponses")
    void closeEndsEveryFault(Fault fault) throws Exception {
        FaultyServer server = FaultyServer.start(fault);
        try (Socket reading = asking(server);
                Socket notReading = asking(server)) {
            server.awaitRequest(2);
            CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> readToTheEnd(reading));
            server.close();

            ended.join();
            server.awaitOpen(0);
            assertThat(server.closedByClient()).isZero();
            assertThat(server.connections()).isEqualTo(2);
            assertThat(notReading.isConnected()).isTrue();
        }
        server.close();
        assertThat(PortCheck.open(server.url())).isFalse();
    }

    private static void readToTheEnd(Socket socket) {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException ignored) {
            // The server has ended the connection.
        }
    }

    @Test
    void pooledConnectionIsClosedWhileIdle() throws Exception {
        try (FaultyServer server = FaultyServer.start(OK.thenStall())) {
            HttpClient http = HttpClient.newHttpClient();
            http.send(request(server).build(), BodyHandlers.discarding());
            server.awaitStalled(1);
            server.release();
            server.awaitOpen(0);

            assertThat(http.send(request(server).build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void dripIsCompleteInTheEnd() throws Exception {
        String response = HEAD + "Content-Length: 2\r\n\r\nok";
        try (FaultyServer server = FaultyServer.start(Fault.drip(response))) {
            assertThat(response(server)).isEqualTo(response);
            assertThat(HttpClient.newHttpClient()
                            .send(request(server).build(), BodyHandlers.ofString())
                            .body())
                    .isEqualTo("ok");
        }
    }

    @Test
    void bombsAreSmallAndHugeWhenDecoded() throws IOException {
        int size = 50 << 20;
        try (FaultyServer server = FaultyServer.start(Fault.gzipBomb(size), Fault.deflateBomb(size))) {
            byte[] gzip = body(response(server));
            byte[] deflate = body(response(server));

            assertThat(gzip).hasSizeLessThan(size / 500);
            assertThat(deflate).hasSizeLessThan(size / 500);
            assertThat(length(new GZIPInputStream(new ByteArrayInputStream(gzip))))
                    .isEqualTo(size);
            assertThat(length(new InflaterInputStream(new ByteArrayInputStream(deflate))))
                    .isEqualTo(size);
        }
    }

    private static byte[] body(String response) {
        return response.split("\r\n\r\n", 2)[1].getBytes(ISO_8859_1);
    }

    private static long length(InputStream in) throws IOException {
        return in.transferTo(OutputStream.nullOutputStream());
    }

    @Test
    void redirectLoopIsFollowedByClient() throws Exception {
        try (FaultyServer server = FaultyServer.start(Fault.redirectLoop())) {
            HttpClient http = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.ALWAYS)
                    .build();
            int status = http.send(request(server).build(), BodyHandlers.discarding())
                    .statusCode();

            assertThat(status).isEqualTo(302);
            assertThat(server.requestCount()).isBetween(5, 6);
        }
    }

    @Test
    void hostileRedirectsAndCookiesAreSentUnchanged() throws IOException {
        for (Fault fault : Fault.hostileRedirects("elsewhere.example:1")) {
            try (FaultyServer server = FaultyServer.start(fault.then(Fault.closeWithoutResponse()))) {
                assertThat(responses(server, 2)).startsWith("HTTP/1.1 302 Found\r\nLocation: ");
            }
        }
        assertThat(Fault.hostileRedirects("elsewhere.example:1"))
                .extracting(Fault::toString)
                .contains("redirect to //elsewhere.example:1/", "redirect to /a?X-Injected: yes")
                .doesNotHaveDuplicates();
        for (Fault fault : Fault.hostileCookies()) {
            try (FaultyServer server = FaultyServer.start(fault.then(Fault.closeWithoutResponse()))) {
                assertThat(responses(server, 2)).contains("\r\nSet-Cookie: ").endsWith("\r\n\r\nok");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsLevel.class,
            names = {"SELF_SIGNED", "EXPIRED", "OTHER_HOST"})
    void faultyCertificateIsRefusedAndNothingIsSent(TlsLevel level) throws Exception {
        try (FaultyServer server = FaultyServer.builder(OK).tls(level).start()) {
            HttpClient http =
                    level == TlsLevel.SELF_SIGNED ? HttpClient.newHttpClient() : TrustingClient.of(server.caPem());
            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> http.send(request(server).build(), BodyHandlers.discarding()));

            server.awaitClosedByClient(server.connections());
            assertThat(server.connections()).isPositive();
            assertThat(server.requests()).isEmpty();
            assertThat(server.bytesReceived()).isZero();
        }
    }

    @Test
    void faultsAreTheSameInTls() throws Exception {
        try (FaultyServer server = FaultyServer.builder(Fault.resetInBody(), OK.thenStall(), Fault.endlessBody())
                .tls(TlsLevel.CA_SIGNED)
                .start()) {
            // By hand: HttpClient sends again if a reset overtakes the head of a response.
            try (Socket socket = TrustingClient.context(server.caPem())
                    .getSocketFactory()
                    .createSocket("127.0.0.1", server.port())) {
                socket.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
                assertThatExceptionOfType(IOException.class)
                        .isThrownBy(() -> socket.getInputStream().readAllBytes())
                        .withStackTraceContaining("reset");
            }
            HttpClient http = TrustingClient.of(server.caPem());
            assertThat(http.send(request(server).build(), BodyHandlers.ofString())
                            .body())
                    .isEqualTo("grüße");
            server.awaitStalled(1);
            server.release();
            server.awaitOpen(0);
            assertThat(server.closedByClient()).isZero();

            HttpResponse<InputStream> endless = http.send(request(server).build(), BodyHandlers.ofInputStream());
            assertThat(endless.body().readNBytes(100_000)).hasSize(100_000);
            assertThat(server.openConnections()).isEqualTo(1);
        }
    }

    @Test
    void givenSocketIsServed() throws IOException {
        byte[] loopback6 = new byte[16];
        loopback6[15] = 1;
        InetAddress address = InetAddress.getByAddress(loopback6);
        try (FaultyServer server = FaultyServer.builder(Fault.unasked("ok"))
                        .on(new ServerSocket(0, 5, address))
                        .start();
                Socket socket = new Socket(address, server.port())) {
            assertThat(read(socket, 9)).isEqualTo("ok");
        }
    }

    @Test
    void onlyTheLastThousandRequestsAreKept() throws IOException {
        try (FaultyServer server = FaultyServer.start(Fault.raw("x").forever());
                Socket socket = connected(server)) {
            socket.getOutputStream().write(REQUEST.repeat(1_500).getBytes(ISO_8859_1));
            assertThat(read(socket, 1_500)).hasSize(1_500);

            assertThat(server.requests()).hasSize(1_000);
            assertThat(server.requestCount()).isEqualTo(1_500);
            assertThat(server.awaitRequest(501).path()).isEqualTo("/x");
            assertThatIllegalStateException()
                    .isThrownBy(() -> server.awaitRequest(500))
                    .withMessage("request 500 of 1500 is forgotten");
        }
    }

    @Test
    void missingScriptOrCertificateIsReported() {
        assertThatIllegalArgumentException().isThrownBy(FaultyServer::start).withMessageContaining("at least one");
        try (FaultyServer server = FaultyServer.start(OK)) {
            assertThatIllegalStateException().isThrownBy(server::certificatePem);
            assertThatIllegalStateException().isThrownBy(server::caPem);
            assertThat(server.toString()).contains(server.url(), "0 accepted");
        }
    }

    @Test
    void certificatesAreGoneOnceClosed() {
        FaultyServer server = FaultyServer.builder(OK).tls(TlsLevel.CA_SIGNED).start();
        assertThat(server.certificatePem()).exists();
        server.close();

        assertThat(server.certificatePem()).doesNotExist();
    }
}
