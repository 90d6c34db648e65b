package io.apikit.http.internal.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers write into {@code Content-Encoding}: codings that were offered, others, and names that are none. */
@Timeout(20)
class ContentCodingsTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
    private static final Fault NEXT = Fault.response(200, "text/plain", "next");
    private static final BackendRequest GET = BackendRequest.get("/private").query("q", "secret");

    private static Fault coded(String coding, String body) {
        return Fault.raw(HEAD + "Content-Encoding: " + coding + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                        + body)
                .named(coding.isEmpty() ? "empty" : coding);
    }

    private static String gzip(String latin1) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(latin1.getBytes(ISO_8859_1));
        }
        return out.toString(ISO_8859_1);
    }

    private static String deflate(String latin1) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var deflate = new DeflaterOutputStream(out)) {
            deflate.write(latin1.getBytes(ISO_8859_1));
        }
        return out.toString(ISO_8859_1);
    }

    static List<Fault> readable() throws IOException {
        return List.of(
                coded("gzip", gzip("ok")),
                coded("GZIP", gzip("ok")),
                coded("x-gzip", gzip("ok")),
                coded("deflate", deflate("ok")),
                coded("gzip, utf-8", gzip("ok")),
                coded("identity, gzip", gzip("ok")),
                coded("deflate, gzip", gzip(deflate("ok"))),
                coded("gzip\r\nContent-Encoding: none", gzip("ok")),
                coded("gzip", gzip("ok") + "garbage").named("gzip with garbage behind"));
    }

    @ParameterizedTest
    @MethodSource("readable")
    void offeredCodingIsDecoded(Fault coded) {
        assertReadAndReused(coded, "ok");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "identity",
                "none",
                "None",
                "utf-8",
                "UTF-8",
                "utf8",
                "iso-8859-1",
                "us-ascii",
                "windows-1252",
                "binary",
                "8bit",
                "",
                " , ",
                "none, utf-8"
            })
    void nameThatIsNoCodingIsIgnored(String name) {
        assertReadAndReused(coded(name, "ok"), "ok");
    }

    private static void assertReadAndReused(Fault coded, String text) {
        try (var server = FaultyServer.start(coded.then(NEXT));
                var http = open(server)) {
            var response = http.send(GET);
            assertThat(response.text()).isEqualTo(text);
            assertThat(response.header("Content-Encoding").filter(any -> !text.isEmpty()))
                    .isEmpty();
            assertThat(http.send(GET).text()).isEqualTo("next");
            assertThat(server.connections()).isOne();
        }
    }

    @Test
    void codedBodyOfNoBytesIsEmpty() {
        var chunked = Fault.raw(HEAD + "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        for (var empty : List.of(coded("gzip", ""), coded("br", "").named("br"), chunked)) {
            try (var server = FaultyServer.start(empty);
                    var http = open(server)) {
                assertThat(http.send(BackendRequest.head("/")).isEmpty()).isTrue();
            }
        }
        assertReadAndReused(chunked, "");
        assertReadAndReused(coded("deflate", ""), "");
        assertReadAndReused(coded("br", ""), "");
    }

    @ParameterizedTest
    @CsvSource({
        "br, br",
        "zstd, zstd",
        "compress, compress",
        "'gzip, br', br",
        "zip, zip",
        "'a\u0007b', a?b",
    })
    void codingThatWasNotOfferedIsA502ThatNamesIt(String coding, String named) {
        assertUnusable(coded(coding, "ok"), "has the content coding " + named + ", which was not offered");
    }

    static List<Fault> invalid() throws IOException {
        var gzip = gzip("ok");
        return List.of(
                coded("gzip", "this is no gzip").named("plain"),
                coded("gzip", gzip.substring(0, gzip.length() - 8) + "\0\0\0\0\2\0\0\0")
                        .named("wrong checksum"),
                coded("gzip", gzip.substring(0, 11)).named("cut in its data"),
                coded("gzip", gzip.substring(0, gzip.length() - 4)).named("cut in its checksum"));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void wholeBodyThatIsNotInItsCodingIsA502(Fault coded) {
        assertUnusable(coded, "cannot be decoded: it is not valid gzip");
    }

    @Test
    void codingsUponCodingsAreA502() throws IOException {
        assertUnusable(coded("gzip, ".repeat(99) + "gzip", gzip("ok")), "has 100 content codings");
    }

    private static void assertUnusable(Fault coded, String words) {
        try (var server = FaultyServer.start(coded.then(NEXT), NEXT);
                var http = open(server)) {
            var error = catchThrowableOfType(BackendError.class, () -> http.send(GET));
            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.content().orElseThrow())
                    .contains(server.url(), words)
                    .doesNotContain("secret", "private");
            assertThat(TransportFailure.isRetryable(error)).isFalse();
            assertThat(http.send(GET).text()).isEqualTo("next");
        }
    }

    @Test
    void codedBodyCutWithItsConnectionBrokeOff() throws IOException {
        try (var server = FaultyServer.start(Fault.raw(
                        HEAD + "Content-Encoding: gzip\r\n\r\n" + gzip("ok").substring(0, 11)));
                var http = open(server)) {
            var error = catchThrowableOfType(BackendError.class, () -> http.send(GET));
            assertThat(error.content().orElseThrow()).contains("broke off");
            assertThat(TransportFailure.isRetryable(error)).isTrue();
        }
    }

    @Test
    void relayedBodyKeepsItsCodingAndLosesANameThatIsNone() throws IOException {
        try (var server = FaultyServer.start(coded("br", "ok"), coded("utf-8", "ok"));
                var http = open(server);
                var stream = http.stream()) {
            var response = stream.send(GET);
            assertThat(response.header("Content-Encoding")).contains("br");
            assertThat(stream.body().readAllBytes()).asString(ISO_8859_1).isEqualTo("ok");
            assertThat(server.awaitRequest(1).header("Accept-Encoding")).contains("identity");

            assertThat(stream.send(GET).header("Content-Encoding")).isEmpty();
            assertThat(stream.body().readAllBytes()).asString(ISO_8859_1).isEqualTo("ok");
        }
    }

    @Test
    void ownCodingsAreOfferedInPlaceOfOurs() {
        try (var server = FaultyServer.start(Fault.response(200, "text/plain", "ok"));
                var http = open(server)) {
            http.send(GET);
            http.send(GET.header("accept-encoding", "identity"));
            assertThat(server.awaitRequest(1).header("Accept-Encoding")).contains("gzip, x-gzip, deflate");
            assertThat(server.awaitRequest(2).header("Accept-Encoding")).contains("identity");
        }
    }

    private static GatedHttp open(FaultyServer server) {
        return GatedHttp.to(server.url(), HttpOptions.defaults(), Timing.system());
    }
}
