package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.Running;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that two servers could read differently (RFC 9112, section 11.2): 400, and the connection ends. */
class SmugglingTest {
    private static final String NEXT = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    private static Running running;

    @BeforeAll
    static void start() {
        running = Running.routes(() -> {
            post("/body", ctx -> ctx.result(ctx.body()));
            get("/smuggled", ctx -> ctx.result("smuggled"));
        });
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    /** That it was read to its end says that the connection was closed. */
    private static void assertRefusedAndClosed(String request) throws IOException {
        var answer = running.raw(request);

        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .doesNotContain("smuggled")
                .containsOnlyOnce("HTTP/1.1 ");
        var json = JsonPath.from(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        assertThat(json.getMap("")).containsOnlyKeys("reason", "status_code", "error_content");
        assertThat(json.getInt("status_code")).isEqualTo(400);
    }

    private static String post_(String headers) {
        return "POST /body HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
    }

    @Test
    void aLengthAndAnEncodingAre400AndClose() throws IOException {
        assertRefusedAndClosed(post_("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n" + NEXT);
        assertRefusedAndClosed(post_("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + "0\r\n\r\n" + NEXT);
    }

    @Test
    void twoLengthsAre400AndClose() throws IOException {
        assertRefusedAndClosed(post_("Content-Length: 2\r\nContent-Length: 3\r\n") + "abc" + NEXT);
        assertRefusedAndClosed(post_("Content-Length: 2\r\nContent-Length: 2\r\n") + "ab" + NEXT);
        assertRefusedAndClosed(post_("Content-Length: 2, 2\r\n") + "ab" + NEXT);
    }

    @Test
    void noHostIs400AndCloses() throws IOException {
        assertRefusedAndClosed("GET /smuggled HTTP/1.1\r\n\r\n" + NEXT);
        assertRefusedAndClosed("GET /smuggled HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + NEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "+2", "0x2", "2 ", "2;", "", "two", "99999999999999999999", "2\u000b"})
    void aLengthThatIsNoNumberIs400AndCloses(String length) throws IOException {
        if (length.equals("2 ")) {
            assertThat(running.raw(post_("Connection: close\r\nContent-Length: 2 \r\n") + "ab"))
                    .as("white space at the end belongs to no value (RFC 9110, section 5.5)")
                    .endsWith("\r\n\r\nab");
            return;
        }
        assertRefusedAndClosed(post_("Content-Length: " + length + "\r\n") + "ab" + NEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /smuggled HTTP/1.1\nHost: x\n\n",
                "GET /smuggled HTTP/1.1\r\nHost: x\nConnection: close\r\n\r\n",
                "GET /smuggled HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\n",
                "GET /smuggled HTTP/1.1\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /smuggled HTTP/1.1\r\nHost: x\rX: y\r\n\r\n"
            })
    void aLineThatEndsWithoutCrLfIs400AndCloses(String request) throws IOException {
        assertRefusedAndClosed(request + NEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Folded: a\r\n b\r\n",
                "X-Folded: a\r\n\tTransfer-Encoding: chunked\r\n",
                "Content-Length : 2\r\n",
                "Content-Length\t: 2\r\n",
                " Content-Length: 2\r\n",
                "Content-Length\r\n",
                ": 2\r\n",
                "Content Length: 2\r\n",
                "X-Nul: a\u0000b\r\n"
            })
    void aHeaderThatIsFoldedOrSpacedIs400AndCloses(String header) throws IOException {
        assertRefusedAndClosed(post_(header) + NEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xchunked",
                "identity",
                "gzip",
                "chunked, identity",
                "chunked, chunked",
                "\"chunked\"",
                "chunked;q=1"
            })
    void anUnknownEncodingIs400AndCloses(String encoding) throws IOException {
        assertRefusedAndClosed(post_("Transfer-Encoding: " + encoding + "\r\n") + "0\r\n\r\n" + NEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2\nab\r\n0\r\n\r\n",
                "-2\r\nab\r\n0\r\n\r\n",
                "+2\r\nab\r\n0\r\n\r\n",
                "2\r\nabc\r\n0\r\n\r\n",
                "0x2\r\nab\r\n0\r\n\r\n",
                "fffffffffffffffff\r\nab\r\n0\r\n\r\n"
            })
    void aChunkThatIsNotWhatItSaysIs400AndCloses(String body) throws IOException {
        assertRefusedAndClosed(post_("Transfer-Encoding: chunked\r\n") + body + NEXT);
    }
}
