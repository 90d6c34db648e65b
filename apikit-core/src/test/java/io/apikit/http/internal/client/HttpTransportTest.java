package io.apikit.http.internal.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTransportTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final BackendRequest GET = BackendRequest.get("/");

    @Test
    void requestReachesTheWireAsWritten() throws Exception {
        try (var server = FaultyServer.start(Fault.raw(OK));
                var transport = open(server.url() + "/base/")) {
            var request =
                    BackendRequest.post("/a//b/{}", "c/d").query("q", "x y").header("X-Twice", "1");
            transport.send(request.header("X-Twice", "2").json(Map.of("a", "ü")));

            var received = server.awaitRequest(1);
            var wire = received.head() + new String(received.body(), ISO_8859_1);
            assertThat(wire)
                    .startsWith("POST /base/a//b/c%2Fd?q=x%20y HTTP/1.1\r\n")
                    .contains("\r\nHost: 127.0.0.1:" + server.port() + "\r\n")
                    .contains("\r\nX-Twice: 1\r\n", "\r\nX-Twice: 2\r\n", "\r\nUser-Agent: apikit\r\n")
                    .contains("\r\nContent-Type: application/json\r\n", "\r\nContent-Length: 10\r\n")
                    .doesNotContain("Upgrade", "Expect", "Cookie", "Authorization")
                    .endsWith("\r\n\r\n{\"a\":\"Ã¼\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil", "http://evil/x", "@evil", "\\evil", "/\\evil", "///evil@x:1/"})
    void nothingLeavesTheOrigin(String path) throws Exception {
        try (var server = FaultyServer.start(Fault.raw(OK));
                var transport = open(server.url())) {
            assertThat(transport.send(BackendRequest.get(path)).text()).isEqualTo("ok");
            assertThat(server.awaitRequest(1).head())
                    .startsWith("GET " + BackendRequest.get(path).target() + " HTTP/1.1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
    void everyMethodIsSent(String method) throws Exception {
        var requests = Map.of(
                "GET", BackendRequest.get("/x"),
                "HEAD", BackendRequest.head("/x"),
                "POST", BackendRequest.post("/x"),
                "PUT", BackendRequest.put("/x"),
                "PATCH", BackendRequest.patch("/x"),
                "DELETE", BackendRequest.delete("/x"));
        try (var server = FaultyServer.start(Fault.raw("HTTP/1.1 204 No Content\r\n\r\n"));
                var transport = open(server.url())) {
            var request = Objects.requireNonNull(requests.get(method));
            assertThat(transport.send(request).status()).isEqualTo(204);
            assertThat(server.awaitRequest(1).head()).startsWith(method + " /x HTTP/1.1\r\n");
        }
    }

    @Test
    void authorsContentTypeWins() throws Exception {
        try (var server = FaultyServer.start(Fault.raw(OK));
                var transport = open(server.url())) {
            transport.send(BackendRequest.post("/").json("{}").header("content-type", "application/vnd.x+json"));

            assertThat(server.awaitRequest(1).head())
                    .contains("content-type: application/vnd.x+json\r\n")
                    .doesNotContain("application/json");
        }
    }

    @Test
    void reasonAndHeadersComeFromTheWire() throws Exception {
        try (var server = FaultyServer.start(Fault.raw(
                        "HTTP/1.1 404 Nicht da\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n"));
                var transport = open(server.url())) {
            var response = transport.send(GET);

            assertThat(response.reason()).isEqualTo("Nicht da");
            assertThat(response.headers().get("SET-COOKIE")).containsExactly("a=1", "b=2");
        }
    }

    @Test
    void challengeAndCookiesAreNotActedOn() throws Exception {
        var head = "HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n";
        var challenge = head + "WWW-Authenticate: Basic realm=x\r\nSet-Cookie: a=1\r\n\r\n";
        try (var server = FaultyServer.start(Fault.raw(challenge));
                var transport = open(server.url())) {
            transport.send(GET);
            transport.send(GET);

            assertThat(server.requests())
                    .hasSize(2)
                    .noneMatch(request -> request.header("Cookie").isPresent())
                    .noneMatch(request -> request.header("Authorization").isPresent());
        }
    }

    @Test
    void bodyLimitIsExact() throws Exception {
        for (var framing : new String[] {"length", "chunked", "close"}) {
            assertThat(limited(framing, 1000).bytes()).hasSize(1000);
            var error = catchThrowableOfType(BackendError.class, () -> limited(framing, 1001));
            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.content().orElseThrow()).contains("more than 1000 bytes");
        }
    }

    private static BackendResponse limited(String framing, int size) throws IOException {
        var body = "x".repeat(size);
        var answer = switch (framing) {
            case "length" -> "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n" + body;
            case "chunked" ->
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(size) + "\r\n" + body
                        + "\r\n0\r\n\r\n";
            default -> "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body;
        };
        try (var server = FaultyServer.start(Fault.raw(answer));
                var transport = GatedHttp.to(
                        server.url(), HttpOptions.builder().bodyLimitBytes(1000).build(), Timing.system())) {
            return transport.send(GET);
        }
    }

    @Test
    void compressedResponseIsDecodedAndItsHeadersAgree() throws Exception {
        try (var server = gzipServer(gzip("hello".getBytes(UTF_8)));
                var transport = open(server.url())) {
            for (int i = 0; i < 2; i++) {
                var response = transport.send(GET);
                assertThat(response.text()).isEqualTo("hello");
                assertThat(response.header("Content-Encoding")).isEmpty();
                assertThat(response.header("Content-Length")).isEmpty();
            }
            assertThat(server.awaitRequest(1).head()).contains("Accept-Encoding: gzip");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    private static FaultyServer gzipServer(byte[] body) {
        var head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + body.length + "\r\n\r\n";
        return FaultyServer.start(Fault.raw(head + new String(body, ISO_8859_1)).forever());
    }

    private static byte[] gzip(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    @Test
    void connectionIsUsedAgain() throws Exception {
        try (var server = FaultyServer.start(Fault.raw(OK).forever());
                var transport = open(server.url())) {
            for (int i = 0; i < 3; i++) {
                transport.send(GET);
            }
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://Example.ORG, http://example.org",
        "HTTP://example.org:80/, http://example.org",
        "https://example.org:443, https://example.org",
        "https://example.org:80/a/b, https://example.org:80",
        "http://[::1]:8080/x, http://[::1]:8080",
        "http://[::1], http://[::1]",
    })
    void originIsNormalized(String baseUrl, String origin) {
        try (var transport = open(baseUrl)) {
            assertThat(transport.origin()).isEqualTo(origin);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            http://user:s3cret@host/   | http://***@host/       | user info
            https://s3cret@host        | https://***@host       | user info
            http://user:s3%cret@host   | http://***@host        | not a valid URL
            http://user:s3/c#r?t@host  | http://***@host        |
            user:s3cret@host           | ***@host               | https://***@host
            mailto:s3cret@host         | ***@host               | http:// or https://
            http://user:s3cret         | http://user:***        | valid
            user:s3cret                | user:***               | http:// or https://
            host?k=s3cret&u=https://a/ | host?***               |
            me:s3cret@host/https://a   | ***@host/https://a     |
            http://host/?a=s3cret      | http://host/?***       | neither query nor fragment
            http://host/#s3cret        | http://host/#***       | neither query nor fragment
            host/path                  | host/path              | https://host/path
            host:8080                  | host:8080              | https://host:8080
            127.0.0.1:8080/a           | 127.0.0.1:8080/a       | https://127.0.0.1:8080/a
            [::1]:8080                 | [::1]:8080             | https://[::1]:8080
            //host                     | //host                 | https://host
            https:/host                | https:/host            | https://host
            ftp://host                 | ftp://host             | http:// or https://
            http://                    | http://                | not a valid URL
            http:///path               | http:///path           | no valid host
            http://ho st/path          | http://ho st/path      | illegal character in authority
            http://host:99999          | http://host:99999      | 1 to 65535
            http://host/../path        | http://host/../path    |
            ${BACKEND_URL}             | ${BACKEND_URL}         | scheme is missing
            ""                         | ""                     | it is empty
            " "                        | ""                     | it is empty
            """)
    void badBaseUrlIsShownWithoutItsSecrets(String baseUrl, String shown, @Nullable String problem) {
        assertThatThrownBy(() -> open(baseUrl))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("base URL")
                .hasMessageContaining("'" + shown)
                .hasMessageContaining(problem == null ? "" : problem)
                .satisfies(error -> assertThat(error.toString() + error.getCause())
                        .doesNotContain("s3cret", "s3%cret", "s3/c", "r?t"));
    }

    @Test
    void anotherOriginSharesTheClient() throws Exception {
        try (var one = FaultyServer.start(Fault.raw(OK));
                var two = FaultyServer.start(Fault.raw(OK));
                var transport = open(one.url() + "/base")) {
            var other = transport.at(two.url());
            other.send(BackendRequest.get("/x"));
            transport.client().at(two.url()).close();
            assertThat(other.origin()).isEqualTo(two.url());
            assertThat(two.awaitRequest(1).head()).startsWith("GET /x ");
            assertThat(transport.send(GET).status()).isEqualTo(200);
            assertThat(one.awaitRequest(1).head()).startsWith("GET /base/ ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://host/",
                "http://host/secret",
                "http://user:secret@host",
                "http://host?secret",
                "secret",
                "",
                "ftp://secret",
                "http://host#secret",
                "javascript:secret",
            })
    void badOriginIsRefusedWithoutBeingQuoted(String origin) {
        try (var transport = open("http://127.0.0.1:1")) {
            var error = catchThrowableOfType(BackendError.class, () -> transport.at(origin));
            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.getMessage()).doesNotContain("secret");
        }
    }

    @Test
    void ipv6Loopback() throws Exception {
        try (var server = FaultyServer.builder(Fault.raw(OK))
                        .on(new ServerSocket(0, 5, loopback6()))
                        .start();
                var transport = open("http://[::1]:" + server.port())) {
            assertThat(transport.send(GET).text()).isEqualTo("ok");
            assertThat(server.awaitRequest(1).head()).contains("Host: [::1]:" + server.port() + "\r\n");
        }
    }

    private static InetAddress loopback6() throws IOException {
        var address = new byte[16];
        address[15] = 1;
        return InetAddress.getByAddress(address);
    }

    @Test
    void closedTransportIsA503() throws Exception {
        var transport = open("http://127.0.0.1:1");
        transport.close();
        transport.close();

        var error = catchThrowableOfType(BackendError.class, () -> transport.send(GET));
        assertThat(error.statusCode()).isEqualTo(503);
        assertThat(error.content().orElseThrow()).contains("closed");
    }

    @Test
    void interruptedThreadSendsNothingAndStaysInterrupted() throws Exception {
        try (var server = FaultyServer.start(Fault.raw(OK));
                var transport = open(server.url())) {
            Thread.currentThread().interrupt();
            var error = catchThrowableOfType(BackendError.class, () -> transport.send(GET));

            assertThat(Thread.interrupted()).isTrue();
            assertThat(error.statusCode()).isEqualTo(503);
            assertThat(server.connections()).isZero();
        }
    }

    private static GatedHttp open(String baseUrl) {
        var options = HttpOptions.builder().totalTimeout(Duration.ofSeconds(5)).build();
        return GatedHttp.to(baseUrl, options, Timing.system());
    }
}
