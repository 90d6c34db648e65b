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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every part of a request, malformed: an error of 400 to 499 in the one shape, at most one DEBUG line, no stack, no WARN,
 * and nothing secret in the log.
 */
@Timeout(60)
class MalformedRequestsTest {
    private static final String SECRET = "c3dvcmRmaXNo";
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
        assertThat(lines.stream().filter(line -> line.getLevel().equals(Level.DEBUG)))
                .hasSizeLessThanOrEqualTo(sent);
    }

    private static String text(ILoggingEvent line) {
        return line.getFormattedMessage() + line.getKeyValuePairs();
    }

    private void assertRefused(String request) throws IOException {
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
    private void assertServed(String request) throws IOException {
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
    private String exchange(String request) throws IOException {
        sent++;
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), running.app().port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static String get_(String target, String... headers) {
        return "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + Stream.of(headers).map(header -> header + "\r\n").reduce("", String::concat) + "\r\n";
    }

    private static String post_(String path, String type, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: " + type
                + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private void eachRefused(Function<String, String> request, String... values) throws IOException {
        for (var value : values) {
            assertRefused(request.apply(value));
        }
    }

    private void eachServed(Function<String, String> request, String... values) throws IOException {
        for (var value : values) {
            assertServed(request.apply(value));
        }
    }

    @Test
    void methodAndVersion() throws IOException {
        Function<String, String> method = name -> get_("/echo/a").replaceFirst("GET", name);
        eachRefused(
                method,
                "get",
                "GETT",
                "G@T",
                "G T",
                "",
                "BREW",
                "PRI",
                "CONNECT",
                "\u00fc",
                "\u0001",
                "A".repeat(2_000));
        assertRefused(get_("x:1").replaceFirst("GET", "CONNECT"));
        assertRefused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        Function<String, String> version = name -> get_("/echo/a").replaceFirst("HTTP/1.1", name);
        eachRefused(version, "HTTP/2.0", "", "HTTP/1.1 x");
        assertThat(exchange(version.apply("HTTQ/1.1")))
                .startsWith("HTTP/1.1 505 ")
                .contains("\"status_code\":505");
    }

    @Test
    void target() throws IOException {
        eachRefused(
                MalformedRequestsTest::get_,
                "/%u0041/x",
                "/echo/%u0041",
                "/rest/%u0041",
                "/echo/%",
                "/echo/%a",
                "/echo/%zz",
                "/echo/a;b=%zz",
                "/rest/%e2%82%",
                "/echo/%00",
                "/echo/../../x",
                "http://",
                "http://x:99999/echo/a",
                "http://[::1/echo/a",
                "http://x y/",
                "x",
                "/a b",
                "/" + "a".repeat(9_000),
                "/ws?%u0041");
        eachServed(
                MalformedRequestsTest::get_,
                "/echo/%ff",
                "/echo/%c0%ae",
                "/echo/%e2%82",
                "/echo/a\\b",
                "/echo/{}",
                "/echo/a|b",
                "/echo/\u00fc",
                "//",
                "*",
                "?",
                "#",
                "http://user:swordfish@x/echo/a");
    }

    @Test
    void query() throws IOException {
        eachRefused(query -> get_("/query?" + query), "%", "a=%zz", "a=%u0041", "%u0041=a", "a=b&c=%4", "a=100%");
        eachRefused(query -> get_("/number?n=" + query), "x", "9".repeat(30), "1;2");
        eachServed(
                query -> get_("/query?" + query),
                "a=%ff",
                "%00=%00",
                "a=b&&&=&=c",
                "\u00fc=\u00ff",
                "a={}|^",
                "a=" + "=".repeat(3_000));
    }

    @Test
    void host() throws IOException {
        Function<String, String> host = value -> get_("/host").replaceFirst("Host: x", "Host: " + value);
        eachRefused(
                host,
                "x:y",
                "x:99999",
                "x:0",
                "x:-1",
                "x:80:80",
                "[::1",
                "[::zz]",
                "[]",
                "[::1]x",
                "a b",
                "u:swordfish@x",
                "u@x:80",
                "http://x",
                "x/",
                "x?",
                "x#",
                "%zz",
                "x%2",
                "\u00fc",
                "",
                "{}",
                "<x>",
                "Authorization: Basic " + SECRET,
                "x\r\nHost: x");
        eachRefused(
                value -> get_("http://x/host").replaceFirst("Host: x", "Host: " + value),
                "a b",
                "u@x:80",
                "[::1",
                "x:y",
                "y");
        eachServed(host, "x:80", "x:", "[::1]:80", "a_b", "a%20b", "1.2.3.4:1", "a,b");
        eachServed(
                name -> get_("/host", name + ": a b", name + ": :x"),
                "X-Forwarded-Host",
                "X-Forwarded-Proto",
                "X-Forwarded-Port",
                "X-Forwarded-For",
                "Forwarded");
    }

    @Test
    void credentialsAndCookies() throws IOException {
        eachRefused(
                value -> get_("/user", "Authorization: Basic " + value),
                "###",
                SECRET,
                "//8=",
                "YTpi, Basic x",
                SECRET + "=");
        eachServed(
                value -> get_("/user", "Authorization: " + value),
                "",
                "Basic",
                "Bearer " + SECRET,
                "Digest a=\"",
                "Basic :");
        eachRefused(value -> get_("/cookies", "Cookie: javalin-cookie-store=" + value), "%%%", "bm9uc2Vuc2U=");
        eachServed(
                value -> get_("/cookies", "Cookie: " + value),
                "=",
                "a",
                "a=\"",
                ";;;,",
                "a=\u00ff",
                "$Version=x; a=b",
                "a=b;".repeat(1_500),
                "JSESSIONID=../../x");
    }

    @Test
    void conditionsAndRanges() throws IOException {
        eachRefused(
                value -> get_("/part", "Range: " + value),
                "bytes",
                "bytes=",
                "bytes=x-y",
                "bytes=-",
                "x",
                "=",
                "bytes=99999999999999999999-");
        eachServed(
                value -> get_("/part", "Range: " + value),
                "bytes=5-1",
                "bytes=0-1,3-4",
                "bytes=-5",
                "bytes=1",
                "lines=1-2");
        assertRefused(get_("/date", "If-Modified-Since: yesterday"));
        assertRefused(get_("/int", "Max-Forwards: few"));
        for (var name : List.of("If-None-Match", "If-Match", "If-Range", "If-Unmodified-Since", "If-Modified-Since")) {
            eachServed(value -> get_("/echo/a", name + ": " + value), "x", "\"", "W/", "\u00ff", "");
        }
    }

    @Test
    void otherHeaders() throws IOException {
        eachRefused(
                header -> get_("/echo/a", header),
                "Expect: nonsense",
                "bad header",
                "a b: x",
                "\u00fc: x",
                ": x",
                "(: x",
                " folded: x",
                "X: a\u0000b",
                "X-Forwarded_User: x",
                "X-Forwarded-User: a\r\nX-Forwarded-User: b",
                "X-Request-Deadline: x\r\nX-Forwarded_Email: " + SECRET,
                "X: " + "a".repeat(9_000),
                "Transfer-Encoding: x",
                "Content-Length: x");
        eachServed(
                header -> get_("/echo/a", header),
                "Accept: ;;;",
                "Accept: a/b;q=x",
                "Accept: \u00ff",
                "Accept: application/problem+json;q=\"",
                "Accept-Encoding: gzip;q=x",
                "Accept-Encoding: ,,;",
                "Accept-Language: ;;-;q=z",
                "Accept-Charset: \u00ff",
                "Origin: [",
                "Origin: null",
                "Origin: x\r\nAccess-Control-Request-Method: \u00ff",
                "X-Request-Id: \u00ff",
                "traceparent: 00-zz",
                "tracestate: \u00ff",
                "Sec-Fetch-Site: x",
                "TE: \u00ff",
                "Trailer: ,",
                "Upgrade: h2c",
                "HTTP2-Settings: x",
                "Content-Encoding: x",
                "Keep-Alive: x");
        assertThat(exchange(get_("/missing", "Accept: application/problem+json;q=\"", "Accept-Encoding: ;;")))
                .startsWith("HTTP/1.1 404 ");
    }

    @Test
    void webSockets() throws IOException {
        Function<String, String> upgrade =
                headers -> get_("/ws", "Upgrade: websocket", headers).replaceFirst("close", "Upgrade");
        eachRefused(
                upgrade, "Sec-WebSocket-Version: 99", "Sec-WebSocket-Version: x\r\nSec-WebSocket-Key: x", "X: none");
        var key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";
        var frames = List.of(
                "\u00ff\u00ff\u00ff\u00ff",
                "\u0081\u0001a",
                "\u0081\u0084\0\0\0\0\u00ff\u00fe\u00fd\u00fc",
                "\u0088\u0081\0\0\0\0a");
        for (var frame : frames) {
            assertServed(upgrade.apply(key) + frame);
        }
        eachServed(upgrade, key + "\r\nSec-WebSocket-Extensions: ;;x=", key + "\r\nSec-WebSocket-Protocol: ,,");
    }

    @Test
    void typesAndTheirCharsets() throws IOException {
        var charsets = List.of("nope", "\"nope\"", "'utf-8'", "", "\"\"", "\"utf-8", "%", "utf-7");
        for (var charset : charsets) {
            eachRefused(path -> post_(path, "text/plain; charset=" + charset, "abc"), "/text");
            eachServed(path -> post_(path, "text/plain; charset=" + charset, "abc"), "/reader", "/stream");
            eachServed(path -> post_(path, "application/json; charset=" + charset, "{}"), "/json");
            eachServed(
                    path -> post_(path, "application/x-www-form-urlencoded; charset=" + charset, "a=b"),
                    "/form",
                    "/parameters");
        }
        assertThat(exchange(post_("/text", "text/plain; charset=nope", "abc"))).startsWith("HTTP/1.1 415 ");
        assertThat(exchange(post_("/reader", "text/plain; charset=nope", "abc")))
                .startsWith("HTTP/1.1 415 ");
        assertThat(exchange(get_("/type", "Content-Type: text/plain; charset=nope")))
                .startsWith("HTTP/1.1 415 ");
        assertThat(exchange(post_("/text", "text/plain; charset=\"utf-8\"", "abc")))
                .startsWith("HTTP/1.1 200 ");
        for (var path : List.of("/text", "/stream", "/form", "/parameters", "/file", "/reader")) {
            eachServed(
                    type -> post_(path, type, "x"),
                    "/",
                    "",
                    "\u00ff",
                    ";charset=nope",
                    "text/plain; charset=utf-8; charset=\"",
                    "a/b/c");
        }
    }

    @Test
    void jsonAndForms() throws IOException {
        eachRefused(
                body -> post_("/json", "application/json", body),
                "",
                "{",
                "[]",
                "nonsense",
                "\u00ff",
                "\u0000\u0000",
                "\0\0\0{\u00ff\u00ff\u00ff\u00ff",
                "\u00fe\u00ff\u00d8");
        eachRefused(body -> post_("/parameters", "application/x-www-form-urlencoded", body), "a=%zz", "%=%", "a=%ff");
        eachServed(
                body -> post_("/form", "application/x-www-form-urlencoded", body),
                "a=%zz",
                "%=%",
                "a=%u0041",
                "\u00ff=\u00ff",
                "&&=&");
    }

    @Test
    void multipartForms() throws IOException {
        for (var path : List.of("/file", "/form")) {
            eachRefused(
                    type -> post_(path, "multipart/form-data" + type, "x"),
                    "",
                    "; boundary=",
                    "; boundary=\"",
                    "; boundary=\"\"",
                    "; boundary=a");
            Function<String, String> part =
                    head -> post_(path, "multipart/form-data; boundary=a", "--a\r\n" + head + "\r\n\r\nx\r\n--a--\r\n");
            eachRefused(
                    part,
                    "",
                    "Content-Disposition: form-data",
                    "Content-Disposition: form-data; name=\"",
                    "bad header",
                    "X: y\r\n".repeat(3_000));
            var named = "Content-Disposition: form-data; name=a";
            eachServed(
                    part,
                    named + "; filename=\"../../x\u0000\"",
                    named + "; filename*=UTF-8''%zz",
                    named + "\r\nContent-Type: a/b; charset=nope",
                    named + "\r\nContent-Transfer-Encoding: base64");
            assertRefused(post_(path, "multipart/form-data; boundary=a", "--a\r\n" + named + "\r\n\r\nx"));
            assertRefused(post_(
                    path, "multipart/form-data; boundary=a", ("--a\r\n" + named + "\r\n\r\nx\r\n").repeat(2_000)));
        }
    }

    /** A boundary that is missing is no form that is too large. */
    @Test
    void aMultipartFormWithoutABoundaryIs400() throws IOException {
        for (var type : List.of("multipart/form-data", "MULTIPART/FORM-DATA", "multipart/form-data; boundary=")) {
            assertThat(exchange(post_("/file", type, "x")))
                    .as(type)
                    .startsWith("HTTP/1.1 400 ")
                    .contains("has no boundary");
        }
    }

    @Test
    void lengthsAndCodings() throws IOException {
        var head = get_("/text").replaceFirst("GET", "POST").replaceFirst("\r\n$", "");
        eachRefused(
                length -> head + "Content-Length: " + length + "\r\n\r\na",
                "-1",
                "x",
                "",
                "1,1",
                "1\r\nContent-Length: 2",
                "9".repeat(20),
                "0x1",
                "+1",
                "9223372036854775807");
        eachRefused(
                coding -> head + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n",
                "x",
                "gzip",
                "chunked, gzip",
                "chunked;a=b");
        var types = Map.of(
                "/text",
                "text/plain",
                "/json",
                "application/json",
                "/stream",
                "a/b",
                "/reader",
                "text/plain",
                "/file",
                "multipart/form-data; boundary=a",
                "/parameters",
                "application/x-www-form-urlencoded");
        for (var type : types.entrySet()) {
            var start = "POST " + type.getKey() + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: "
                    + type.getValue() + "\r\n";
            eachRefused(
                    body -> start + "Transfer-Encoding: chunked\r\n\r\n" + body,
                    "zz\r\n",
                    "-1\r\n",
                    "1\r\nab\r\n0\r\n\r\n",
                    "f".repeat(17) + "\r\n",
                    "\r\n\r\n",
                    "1\r\n{\r\n0\r\nbad trailer\r\n\r\n",
                    "1\r\n{");
            assertRefused(start + "Content-Length: 10\r\n\r\n{");
        }
    }
}
