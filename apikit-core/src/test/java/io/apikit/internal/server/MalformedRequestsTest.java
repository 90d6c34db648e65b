package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.apikit.LogLines;
import io.apikit.Running;
import io.restassured.path.json.JsonPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * Every part of a request, malformed: an error of 400 to 499 in the one shape, at most one DEBUG line, no stack, no WARN,
 * and nothing secret in the log.
 */
@Timeout(60)
abstract class MalformedRequestsTest {
    static final String SECRET = "c3dvcmRmaXNo";
    private static Running running;

    private final List<String> unexpected = new ArrayList<>();
    private LogLines log;
    private int sent;

    @BeforeAll
    static void start() {
        running = Running.start(Running.builder()
                .operations(ops -> ops.allowOrigins("https://portal.example.org")
                        .forwardedFor("127.0.0.1")
                        .trustedProxies("127.0.0.1"))
                .javalin(config -> config.routes.ws("/ws", ws -> ws.onMessage(message -> message.send("got it"))))
                .routes(() -> {
                    get("/echo/{text}", ctx -> ctx.result(ctx.pathParam("text")));
                    get("/rest/<text>", ctx -> ctx.result(ctx.pathParam("text")));
                    get("/query", ctx -> ctx.result(ctx.queryParamMap().toString()));
                    get(
                            "/number",
                            ctx -> ctx.result(""
                                    + ctx.queryParamAsClass("n", Integer.class).get()));
                    get("/host", ctx -> ctx.result(ctx.host() + ctx.url() + ctx.port() + ctx.ip()));
                    get("/user", ctx -> ctx.result("" + ctx.basicAuthCredentials()));
                    get(
                            "/cookies",
                            ctx -> ctx.result(
                                    "" + ctx.cookieMap() + ctx.cookieStore().get("a")));
                    get("/part", ctx -> ctx.writeSeekableStream(new ByteArrayInputStream(new byte[9]), "a/b", 9));
                    get("/date", ctx -> ctx.result("" + ctx.req().getDateHeader("If-Modified-Since")));
                    get("/int", ctx -> ctx.result("" + ctx.req().getIntHeader("Max-Forwards")));
                    get("/type", ctx -> ctx.result(ctx.contentType() + ctx.characterEncoding()));
                    post("/text", ctx -> ctx.result(ctx.body()));
                    post("/json", ctx -> ctx.json(ctx.bodyAsClass(Map.class)));
                    post("/form", ctx -> ctx.result(ctx.formParamMap().toString()));
                    post(
                            "/parameters",
                            ctx -> ctx.result("" + ctx.req().getParameterMap().size()));
                    post("/file", ctx -> ctx.result("" + ctx.uploadedFiles().size()));
                    post("/stream", ctx -> ctx.result("" + ctx.bodyInputStream().readAllBytes().length));
                    post("/reader", ctx -> {
                        var text = new StringWriter();
                        ctx.req().getReader().transferTo(text);
                        ctx.result(text.toString());
                    });
                }));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @BeforeEach
    void listen() {
        log = LogLines.of("ROOT", Level.DEBUG);
    }

    /** The log is read after the last response, whose request was the last to log anything. */
    @AfterEach
    void nothingIsInTheLog() throws Exception {
        log.close();
        assertThat(unexpected).isEmpty();
        var lines = log.soFar();
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.getLevel().isGreaterOrEqual(Level.WARN))
                    .as(text(line))
                    .isFalse();
            assertThat(line.getThrowableProxy()).as(text(line)).isNull();
            assertThat(text(line)).doesNotContain(SECRET).doesNotContain("swordfish");
        });
        assertThat(debugLines()).isLessThanOrEqualTo(sent);
    }

    long debugLines() {
        return log.soFar().stream()
                .filter(line -> line.getLevel().equals(Level.DEBUG))
                .count();
    }

    private static String text(ILoggingEvent line) {
        return line.getFormattedMessage() + line.getKeyValuePairs();
    }

    void assertRefused(String request) throws IOException {
        var response = exchange(request);
        var json = response.substring(response.indexOf("\r\n\r\n") + 4);
        var isError = response.matches("(?s)HTTP/1.1 4\\d\\d .*")
                && json.startsWith("{")
                && JsonPath.from(json)
                        .getMap("")
                        .keySet()
                        .equals(java.util.Set.of("reason", "status_code", "error_content"));
        note(isError, request, response);
    }

    /** What the specification has a server ignore, or what it may take. */
    void assertServed(String request) throws IOException {
        var response = exchange(request);
        note(response.matches("(?s)HTTP/1.1 [1234]\\d\\d .*"), request, response);
    }

    private void note(boolean isExpected, String request, String response) {
        if (!isExpected) {
            unexpected.add(shown(request) + " => " + shown(response));
        }
    }

    private static String shown(String message) {
        return message.substring(0, Math.min(400, message.length())).replace("\r\n", "|");
    }

    /** Half of the bodies are shorter than announced: the client ends its side of the connection. */
    String exchange(String request) throws IOException {
        sent++;
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), running.app().port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    static String get_(String target, String... headers) {
        return "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + Stream.of(headers).map(header -> header + "\r\n").reduce("", String::concat) + "\r\n";
    }

    static String post_(String path, String type, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: " + type
                + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    void eachRefused(Function<String, String> request, String... values) throws IOException {
        for (var value : values) {
            assertRefused(request.apply(value));
        }
    }

    void eachServed(Function<String, String> request, String... values) throws IOException {
        for (var value : values) {
            assertServed(request.apply(value));
        }
    }
}
