package custom;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.Part;
import io.apikit.http.RequestBody;
import io.apikit.http.Transport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transport of a user's own sees everything that it has to send. */
class CustomTransportTest {
    /** The content has a character for each byte. */
    private record Received(String method, String target, Headers headers, String content) {
        String header(String name) {
            return String.join(" | ", headers.getOrDefault(name, List.of()));
        }

        byte[] body() {
            return content.getBytes(ISO_8859_1);
        }

        String text() {
            return new String(body(), UTF_8);
        }
    }

    @TempDir
    Path folder = Path.of("");

    private HttpServer server;
    private Transport transport;
    private volatile Optional<Received> received = Optional.empty();

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::record);
        server.start();
        transport = new SocketTransport(server.getAddress());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void record(HttpExchange exchange) throws IOException {
        received = Optional.of(new Received(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                exchange.getRequestHeaders(),
                new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1)));
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private Received sent(BackendRequest request) {
        assertThat(transport.send(request).status()).isEqualTo(200);
        return received.orElseThrow();
    }

    @Test
    void headersAreSentAsTheyWereGiven() {
        var request = BackendRequest.get("/a b").query("c", "d&e").header("X-One", "1");
        var sent = sent(request.header("x-two", "2").header("X-Two", "3"));

        assertThat(sent.method()).isEqualTo("GET");
        assertThat(sent.target()).isEqualTo("/a%20b?c=d%26e");
        assertThat(sent.header("X-One")).isEqualTo("1");
        assertThat(sent.header("X-Two")).isEqualTo("2 | 3");
        assertThat(sent.body()).isEmpty();
    }

    @Test
    void headersAreFoundByNameInAnyCase() {
        var headers = BackendRequest.get("/")
                .header("X-A", "1")
                .header("B", "2")
                .header("x-a", "3")
                .headers();

        assertThat(headers.names()).containsExactly("X-A", "B");
        assertThat(headers.first("x-A")).contains("1");
        assertThat(headers.all("x-A")).containsExactly("1", "3");
        assertThat(headers.first("C")).isEmpty();
        assertThat(headers.all("C")).isEmpty();
    }

    @Test
    void replacedHeadersStandOnce() {
        var request = BackendRequest.get("/").header("Authorization", "old").header("authorization", "older");
        var replacement = io.apikit.http.Headers.of(Map.of("AUTHORIZATION", "new"));

        assertThat(sent(request.replaceHeaders(replacement)).header("Authorization"))
                .isEqualTo("new");
    }

    @Test
    void jsonIsSent() {
        var sent = sent(BackendRequest.post("/").json(Map.of("name", "Zoë")));

        assertThat(sent.header("Content-Type")).isEqualTo("application/json");
        assertThat(sent.text()).isEqualTo("{\"name\":\"Zoë\"}");
    }

    @Test
    void formIsSent() {
        var sent = sent(BackendRequest.post("/").form(Map.of("a b", "c&d")));

        assertThat(sent.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
        assertThat(sent.text()).isEqualTo("a%20b=c%26d");
    }

    @Test
    void bytesAreSent() {
        var bytes = new byte[] {0, -1, 13, 10};
        var sent = sent(BackendRequest.put("/").body(bytes, "application/x-own"));

        assertThat(sent.header("Content-Type")).isEqualTo("application/x-own");
        assertThat(sent.header("Content-Length")).isEqualTo("4");
        assertThat(sent.body()).isEqualTo(bytes);
    }

    @Test
    void headerReplacesTheBodysType() {
        var request = BackendRequest.put("/").body(new byte[1], "text/plain").header("content-type", "text/x-own");

        assertThat(sent(request).header("Content-Type")).isEqualTo("text/x-own");
    }

    @Test
    void fileIsSent() throws IOException {
        var bytes = new byte[100_000];
        var file = Files.write(folder.resolve("file.bin"), bytes);
        var sent = sent(BackendRequest.put("/").body(file, "image/png"));

        assertThat(sent.header("Content-Type")).isEqualTo("image/png");
        assertThat(sent.header("Content-Length")).isEqualTo("100000");
        assertThat(sent.body()).isEqualTo(bytes);
    }

    @Test
    void multipartFormIsSent() throws IOException {
        var file = Files.writeString(folder.resolve("script.sh"), "echo");
        var request = BackendRequest.post("/").multipart(Part.field("account", "a1"), Part.file("file", file));
        var sent = sent(request);

        assertThat(sent.header("Content-Type")).startsWith("multipart/form-data; boundary=");
        assertThat(sent.header("Content-Length"))
                .isEqualTo(String.valueOf(sent.content().length()));
        assertThat(sent.text())
                .contains("name=\"account\"\r\n\r\na1\r\n", "filename=\"script.sh\"", "\r\n\r\necho\r\n");
        assertThat(sent(request).body()).isEqualTo(sent.body());
    }

    @Test
    void streamIsSentOnce() {
        var upload = new ByteArrayInputStream(new byte[10_000]);
        var request = BackendRequest.post("/").body(upload, "text/plain");
        assertThat(request.body().map(RequestBody::length)).contains(-1L);
        assertThat(request.body().map(RequestBody::isReplayable)).contains(false);
        var sent = sent(request);
        received = Optional.empty();

        assertThat(sent.header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(sent.body()).hasSize(10_000);
        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> transport.send(request))
                .matches(error -> error.statusCode() == 500);
        assertThat(received).isEmpty();
    }

    @Test
    void changedFileIsRefusedBeforeTheHeadIsSent() throws IOException {
        var file = Files.writeString(folder.resolve("a.txt"), "one");
        var request = BackendRequest.put("/").body(file, "text/plain");
        Files.writeString(file, "longer");

        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> transport.send(request))
                .withMessageContaining("a.txt has changed");
        assertThat(received).isEmpty();
    }
}
