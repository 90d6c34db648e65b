package io.apikit.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies that are malformed, and what describes them. */
@Timeout(60)
class MalformedBodiesTest extends MalformedRequestsTest {
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
        eachRefused(type -> post_("/text", type, "abc"), "text/plain; charset", "text/plain; charset;a=b", "charset");
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
