package io.apikit.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Request lines and headers that are malformed. */
@Timeout(60)
class MalformedHeadsTest extends MalformedRequestsTest {
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
    void eachIsOneDebugLine() throws IOException {
        eachRefused(
                Function.identity(),
                get_("/%u0041/x"),
                get_("/host").replace("Host: x", "Host: x:y"),
                get_("/user", "Authorization: Basic " + SECRET),
                post_("/text", "text/plain; charset=nope", "a"));

        assertThat(debugLines()).isEqualTo(4);
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
}
