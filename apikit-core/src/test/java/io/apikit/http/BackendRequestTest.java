package io.apikit.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.javalin.json.JavalinJackson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendRequestTest {
    /** Its JSON is different each time it is written. */
    public static final class Counter {
        private int count;

        public int getCount() {
            return ++count;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain | plain",
                "a b | a%20b",
                "a/b | a%2Fb",
                "..x/y.. | ..x%2Fy..",
                "a;.. | a%3B..",
                "%41 | %2541",
                "%2525zz | %252525zz",
                "a?b#c | a%3Fb%23c",
                "100% | 100%25",
                "a+b&c=d;e | a%2Bb%26c%3Dd%3Be",
                "a\\b | a%5Cb",
                "@evil:80 | %40evil%3A80",
                "-._~ | -._~",
                "grün | gr%C3%BCn",
                "日本 | %E6%97%A5%E6%9C%AC",
                "😀 | %F0%9F%98%80",
                "... | ...",
            })
    void segmentIsEncodedWhole(String segment, String encoded) {
        assertThat(BackendRequest.get("/job/{}/api", segment).target()).isEqualTo("/job/" + encoded + "/api");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | /",
                "/ | /",
                "api | /api",
                "/api/ | /api/",
                "//evil | /evil",
                "///evil/x | /evil/x",
                "http://evil/x | /http://evil/x",
                "@evil | /@evil",
                "\\\\evil | /%5C%5Cevil",
                "/\\evil | /%5Cevil",
                "/a//b | /a//b",
                "/a b | /a%20b",
                "/a%20b | /a%20b",
                "/a%2fb | /a%2fb",
                "/100% | /100%25",
                "/%zz%4 | /%25zz%254",
                "/a#b | /a%23b",
                "/grün | /gr%C3%BCn",
                "/{id} | /%7Bid%7D",
                "/a^b[c] | /a%5Eb%5Bc%5D",
                "/.hidden/a..b | /.hidden/a..b",
                "/a?b=c&d=%20 | /a?b=c&d=%20",
                "/a?b=../x y?z | /a?b=../x%20y?z",
                "/a?b=//evil | /a?b=//evil",
            },
            quoteCharacter = '\'')
    void literalPathStaysOnItsOriginAsText(String path, String target) {
        assertThat(BackendRequest.get(path).target()).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "a\r\nb",
                "a\0",
                "\u007f",
                "\u0085",
                "a\tb",
                "../x",
                "x/..",
                "a\\..\\b",
                "./x",
                "..;a/b",
                "%2e%2e",
                "%252E.",
                "a%2f%252e%25252e",
                "%25252541",
                "%C0%AE.",
                "..%3f",
                "..%00"
            })
    void segmentThatIsNotToBeSentIsTheCallersFault(String segment) {
        assertBadRequest(() -> BackendRequest.get("/job/{}", segment));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/.",
                "/a/../b",
                "/a/./b",
                "..",
                "/%2e%2E/x",
                "/.%2e",
                "/%2E",
                "/a/..;x=1/b",
                "/a\\..\\b",
                "/..%2fa",
                "/a%5c..",
                "/%252e%252e%252fa",
                "/a/%25252e%25252E",
                "/%c0%ae%C0%AE/a",
                "/%25252541",
                "/a/{}",
                "/a?b={}",
                "/a\r\nX: y",
                "/a\0",
                "/a%0d%0ab",
                "/a%00",
                "/%7f",
                "/a?b\nc",
            })
    void dotSegmentsControlCharactersAndEmptySlotsInThePathAreRefused(String path) {
        assertBadRequest(() -> BackendRequest.get(path));
    }

    @Test
    void segmentsCannotFormADotSegmentWithTheirNeighbours() {
        assertBadRequest(() -> BackendRequest.get("/a/.{}", "."));
        assertBadRequest(() -> BackendRequest.get("/a/.{}", ";b"));
        assertBadRequest(() -> BackendRequest.get("/a/%{}", "2e"));
        assertBadRequest(() -> BackendRequest.get("/a/{}{}", "%2", "e"));
        assertThat(BackendRequest.get("/a/.{}", "b").path()).isEqualTo("/a/.b");
        assertThat(BackendRequest.get("/a/{}{}", "a", "b").path()).isEqualTo("/a/ab");
    }

    @Test
    void numberOfSegmentsMustFitThePath() {
        assertThatThrownBy(() -> BackendRequest.get("/job/{}/{}", "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/job/{}/{}");
        assertThatThrownBy(() -> BackendRequest.get("/job/{}", "a", "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/job/{}");
        // A caller who appends braces gets this text, and the query may be the service's own secret.
        assertThatThrownBy(() -> BackendRequest.get("/job/{}?key=s3cret&v={}", "a"))
                .hasMessageContaining("/job/{}")
                .hasMessageNotContaining("s3cret");
        assertThat(BackendRequest.get("/{}/x?y={}", 7, "a/..").target()).isEqualTo("/7/x?y=a%2F..");
    }

    @Test
    void aSegmentMayBeEncodedThreeTimesMoreAndItsNeighboursToo() {
        assertThat(BackendRequest.get("/a%252541/{}", "%252541").path()).isEqualTo("/a%252541/%25252541");
        assertBadRequest(() -> BackendRequest.get("/a%25252541/{}", "b"));
    }

    @Test
    @Timeout(10)
    void aLongChainOfEncodingsIsRefusedAtOnce() {
        var chain = "%" + "25".repeat(2_000_000);

        assertBadRequest(() -> BackendRequest.get("/{}", chain));
        assertBadRequest(() -> BackendRequest.get("/" + chain));
    }

    @Test
    void queryIsEncodedAndRepeatable() {
        var request =
                BackendRequest.get("/a").query("q", "a b+c&d=ü/?").query("q", 2).query("ä", true);

        assertThat(request.target()).isEqualTo("/a?q=a%20b%2Bc%26d%3D%C3%BC%2F%3F&q=2&%C3%A4=true");
        assertThat(request.path()).isEqualTo("/a");
        assertThat(BackendRequest.get("/a?b=c").query("d", "e").target()).isEqualTo("/a?b=c&d=e");
        assertThat(BackendRequest.get("/a").query("x", "a\r\nb").target()).isEqualTo("/a?x=a%0D%0Ab");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret\r\nX-Evil: 1", "secret\n", "secret\0", "secret\u560a", "secret\u007f"})
    void headerValueThatSplitsTheMessageIsRefusedUnquoted(String value) {
        assertThat(assertBadRequest(() -> BackendRequest.get("/").header("X-Name", value)))
                .hasMessageContaining("X-Name")
                .hasMessageNotContaining("secret");
        assertBadRequest(() -> Headers.of(Map.of("X-Name", value)));
        assertBadRequest(() -> BackendRequest.post("/").body(new byte[0], value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "a\r\n", "ä"})
    void headerNameMustBeAToken(String name) {
        assertBadRequest(() -> BackendRequest.get("/").header(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "content-length",
                "Transfer-Encoding",
                "CONNECTION",
                "Expect",
                "Upgrade",
                "TE",
                "Trailer",
            })
    void framingHeaderIsTheClientsOwn(String name) {
        assertThatThrownBy(() -> BackendRequest.get("/").header(name, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @Test
    void headersAreFoundAndReplacedInAnyCase() {
        var request = BackendRequest.get("/")
                .header("Accept", "a")
                .header("accept", "b")
                .header("X-Other", "o");

        assertThat(request.header("ACCEPT")).contains("a");
        var signed = request.replaceHeaders(Headers.of(Map.of("aCCEPT", "c")));
        assertThat(signed.headers().all("accept")).containsExactly("c");
        assertThat(signed.header("x-other")).contains("o");
        assertThat(request.headers().all("accept")).containsExactly("a", "b");
    }

    @Test
    void idempotenceGoesByTheMethodUnlessSaid() {
        assertThat(BackendRequest.get("/").isIdempotent()).isTrue();
        assertThat(BackendRequest.head("/").isIdempotent()).isTrue();
        assertThat(BackendRequest.put("/").isIdempotent()).isTrue();
        assertThat(BackendRequest.delete("/").isIdempotent()).isTrue();
        assertThat(BackendRequest.post("/").isIdempotent()).isFalse();
        assertThat(BackendRequest.patch("/").isIdempotent()).isFalse();
        assertThat(BackendRequest.post("/").idempotent(true).isIdempotent()).isTrue();
        assertThat(BackendRequest.get("/").idempotent(false).isIdempotent()).isFalse();
    }

    @Test
    void timeoutMustBePositive() {
        assertThat(BackendRequest.get("/").timeout(Duration.ofNanos(1)).timeout())
                .contains(Duration.ofNanos(1));
        for (var bad : new Duration[] {Duration.ZERO, Duration.ofMillis(-1)}) {
            assertThatThrownBy(() -> BackendRequest.get("/").timeout(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("timeout");
        }
    }

    @Test
    void jsonIsEncodedOnceAndFormInUtf8() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("user name", "ü&=");
        fields.put("n", 1);

        assertThat(content(BackendRequest.post("/").form(fields))).isEqualTo("user%20name=%C3%BC%26%3D&n=1");
        var request = BackendRequest.post("/").json(new Counter());
        var encoded = request.encoded(new JavalinJackson(null, false));
        assertThat(content(encoded)).isEqualTo("{\"count\":1}");
        assertThat(content(encoded.encoded(new JavalinJackson(null, false)))).isEqualTo("{\"count\":1}");
        assertThat(content(request)).isEqualTo("{\"count\":2}");
    }

    @Test
    void bodyBytesAreCopied() {
        var bytes = "abc".getBytes(StandardCharsets.UTF_8);
        var request = BackendRequest.post("/").body(bytes, "text/plain");
        bytes[0] = 'x';

        assertThat(content(request)).isEqualTo("abc");
    }

    @Test
    void toStringShowsMethodAndPathOnly() {
        var request = BackendRequest.get("/a/{}", "b").query("token", "secret").header("Authorization", "secret");

        assertThat(request).hasToString("GET /a/b");
        assertThat(request.headers().toString()).doesNotContain("secret");
    }

    private static String content(BackendRequest request) {
        var bytes = new ByteArrayOutputStream();
        try {
            request.body().orElseThrow().writeTo(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static BackendError assertBadRequest(ThrowingCallable call) {
        var error = catchThrowableOfType(BackendError.class, call);
        assertThat(error).isNotNull();
        assertThat(error.statusCode()).isEqualTo(400);
        return error;
    }
}
