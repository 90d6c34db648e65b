package io.apikit.http.internal.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Faults in the head of a response. Where curl and browsers overlook a fault, and no other reader on the way could find
 * another end of the response, the fault is overlooked. Any other fault is refused for the attack that this stops.
 *
 * <p>curl was 7.88, the browser Chromium. Where curl is on the machine, {@link #curlReadsTheTableAsItSays} asks it again.
 */
@Timeout(30)
class FaultyHeadsTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\n";
    private static final String LENGTH = "Content-Length: 2\r\n";
    private static final String REST = LENGTH + "\r\nok";
    private static final String CHUNKS = "\r\n2\r\nok\r\n0\r\n\r\n";
    private static final String INTERIM = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    private static final Fault NEXT = Fault.response(200, "text/plain", "next");
    private static final BackendRequest GET = BackendRequest.get("/private").query("q", "secret");

    /** What a refusal stops. */
    private enum Attack {
        /** Readers find different ends: a part of one caller's response becomes the response to another. */
        SMUGGLING,
        /** The empty line is missing: what a user wrote into a body becomes a header, such as {@code Set-Cookie}. */
        HEADERS_FROM_A_BODY,
        /** Another protocol, or the rest of another response, is taken for this response. */
        FOREIGN_BYTES,
        /** Who cuts the connection cuts a header, such as {@code Secure} off a cookie. */
        TRUNCATION,
        /** One response takes all memory. */
        EXHAUSTION
    }

    /** Whether curl reads the response. */
    private enum Curl {
        READS,
        REFUSES
    }

    /** @param attack null where the fault is overlooked */
    private record Row(
            String fault,
            String response,
            Curl curl,
            @Nullable Attack attack) {
        @Override
        public String toString() {
            return fault;
        }
    }

    private static Row overlooked(String fault, String response) {
        return new Row(fault, response, Curl.READS, null);
    }

    private static Row refused(String fault, String response, Curl curl, Attack attack) {
        return new Row(fault, response, curl, attack);
    }

    static Stream<Row> overlooked() {
        return Stream.of(
                overlooked("the same length twice", HEAD + LENGTH + REST),
                overlooked("list of equal lengths", HEAD + "Content-Length: 2, 2\r\n\r\nok"),
                overlooked("list and header of equal lengths", HEAD + "Content-Length: 2,2 , 2\r\n" + REST),
                overlooked("length with zeros", HEAD + "Content-Length: 0002\r\n\r\nok"),
                overlooked("length and chunks", HEAD + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n" + CHUNKS),
                overlooked("transfer coding identity", HEAD + "Transfer-Encoding: identity\r\n\r\nok"),
                overlooked("transfer coding identity and a length", HEAD + "Transfer-Encoding: Identity\r\n" + REST),
                overlooked("no transfer coding", HEAD + "Transfer-Encoding:\r\n" + REST),
                overlooked("identity before chunked", HEAD + "Transfer-Encoding: identity, chunked\r\n" + CHUNKS),
                overlooked("Chunked", HEAD + "Transfer-Encoding: Chunked\r\n" + CHUNKS),
                overlooked("chunks of HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n" + CHUNKS),
                overlooked("header without a name", HEAD + ": x\r\n:\r\n" + REST),
                overlooked("space before a colon", HEAD + "X-A : 1\r\nServer\t: 1\r\n" + REST),
                overlooked("space in a name", HEAD + "X A: 1\r\n" + REST),
                overlooked("signs and letters in a name", HEAD + "X(A)/[\u00e4]: 1\r\n" + REST),
                overlooked("bytes in a value", HEAD + "X-A: \u00e4\u00c3\u00a4\u0001\r\n" + REST),
                overlooked("bare CR in a value", HEAD + "X-A: a\rContent-Length: 9\r\n" + REST),
                overlooked("folded header", HEAD + "X-A: a\r\n b\r\n" + REST),
                overlooked("folded blank", HEAD + "X-A: a\r\n \r\n" + REST),
                overlooked("bare LF", (HEAD + REST).replace("\r", "")),
                overlooked("LF and CR LF", HEAD + "X-A: 1\n" + REST),
                overlooked("no reason", "HTTP/1.1 200\r\n" + REST),
                overlooked("no space before the reason", "HTTP/1.1 200OK\r\n" + REST),
                overlooked("two spaces before the status", "HTTP/1.1  200 OK\r\n" + REST),
                overlooked("lower case", "http/1.1 200 OK\r\n" + REST),
                overlooked("HTTP/1.0", "HTTP/1.0 200 OK\r\n" + REST),
                overlooked("HTTP/2.0", "HTTP/2.0 200 OK\r\n" + REST),
                overlooked("HTTP/2", "HTTP/2 200 OK\r\n" + REST),
                overlooked("unreadable Keep-Alive", HEAD + "Keep-Alive: timeout=x, max=\r\n" + REST),
                overlooked("100 nobody asked for", "HTTP/1.1 100 Continue\r\n\r\n" + HEAD + REST),
                overlooked("100 with a length", "HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n" + HEAD + REST),
                overlooked("interim responses", INTERIM.repeat(100) + HEAD + REST),
                overlooked("two different locations", HEAD + "Location: /a\r\nLocation: /b\r\n" + REST));
    }

    static Stream<Row> refused() {
        return Stream.of(
                refused("two lengths", HEAD + LENGTH + "Content-Length: 6\r\n\r\nokevil", Curl.READS, Attack.SMUGGLING),
                refused("list of lengths", HEAD + "Content-Length: 2, 6\r\n\r\nokevil", Curl.READS, Attack.SMUGGLING),
                refused("negative length", HEAD + "Content-Length: -2\r\n\r\nok", Curl.REFUSES, Attack.SMUGGLING),
                refused("length with a sign", HEAD + "Content-Length: +2\r\n\r\nok", Curl.READS, Attack.SMUGGLING),
                refused("empty length", HEAD + "Content-Length:\r\n\r\nok", Curl.REFUSES, Attack.SMUGGLING),
                refused("word for a length", HEAD + "Content-Length: two\r\n\r\nok", Curl.REFUSES, Attack.SMUGGLING),
                refused("length with a unit", HEAD + "Content-Length: 2x\r\n\r\nok", Curl.READS, Attack.SMUGGLING),
                refused("fraction for a length", HEAD + "Content-Length: 2.0\r\n\r\nok", Curl.READS, Attack.SMUGGLING),
                refused("hexadecimal length", HEAD + "Content-Length: 0x2\r\n\r\nok", Curl.READS, Attack.SMUGGLING),
                refused(
                        "length beyond 64 bits",
                        HEAD + "Content-Length: 18446744073709551618\r\n\r\nok",
                        Curl.READS,
                        Attack.SMUGGLING),
                refused(
                        "unknown transfer coding",
                        HEAD + "Transfer-Encoding: zip\r\n\r\nok",
                        Curl.REFUSES,
                        Attack.SMUGGLING),
                refused(
                        "like chunked",
                        HEAD + "Transfer-Encoding: xchunked\r\n" + CHUNKS,
                        Curl.REFUSES,
                        Attack.SMUGGLING),
                refused(
                        "gzip, chunked",
                        HEAD + "Transfer-Encoding: gzip, chunked\r\n" + CHUNKS,
                        Curl.REFUSES,
                        Attack.SMUGGLING),
                refused(
                        "chunked, identity",
                        HEAD + "Transfer-Encoding: chunked, identity\r\n" + CHUNKS,
                        Curl.READS,
                        Attack.SMUGGLING),
                refused(
                        "chunked, chunked",
                        HEAD + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" + CHUNKS,
                        Curl.READS,
                        Attack.SMUGGLING),
                refused(
                        "space after Content-Length",
                        HEAD + "Content-Length : 2\r\n\r\nok",
                        Curl.READS,
                        Attack.SMUGGLING),
                refused(
                        "tab after Transfer-Encoding",
                        HEAD + "Transfer-Encoding\t: chunked\r\n" + CHUNKS,
                        Curl.READS,
                        Attack.SMUGGLING),
                refused(
                        "CR after Content-Length",
                        HEAD + "Content-Length\r: 2\r\n\r\nok",
                        Curl.REFUSES,
                        Attack.SMUGGLING),
                refused(
                        "blank before Content-Length",
                        HEAD + " Content-Length: 2\r\n\r\nok",
                        Curl.REFUSES,
                        Attack.SMUGGLING),
                refused(
                        "VT after Content-Length",
                        HEAD + "Content-Length\u000b: 2\r\n\r\nok",
                        Curl.READS,
                        Attack.SMUGGLING),
                refused("header without colon", HEAD + "nocolon\r\n" + REST, Curl.REFUSES, Attack.HEADERS_FROM_A_BODY),
                refused("text before the status line", "text\r\n" + HEAD + REST, Curl.REFUSES, Attack.FOREIGN_BYTES),
                refused("another protocol", "SSH-2.0-OpenSSH_9.0\r\n\r\n", Curl.REFUSES, Attack.FOREIGN_BYTES),
                refused("ICY", "ICY 200 OK\r\n" + REST, Curl.REFUSES, Attack.FOREIGN_BYTES),
                refused("HTTP/3", "HTTP/3 200 OK\r\n" + REST, Curl.REFUSES, Attack.FOREIGN_BYTES),
                refused("status 99", "HTTP/1.1 99 X\r\n" + REST, Curl.REFUSES, Attack.FOREIGN_BYTES),
                refused("status 099", "HTTP/1.1 099 X\r\n" + REST, Curl.REFUSES, Attack.FOREIGN_BYTES),
                refused("status 000", "HTTP/1.1 000 X\r\n" + REST, Curl.REFUSES, Attack.FOREIGN_BYTES),
                refused("status 1000", "HTTP/1.1 1000 X\r\n" + REST, Curl.REFUSES, Attack.FOREIGN_BYTES),
                refused("status -200", "HTTP/1.1 -200 X\r\n" + REST, Curl.REFUSES, Attack.FOREIGN_BYTES),
                refused(
                        "switch nobody asked for",
                        "HTTP/1.1 101 Switching Protocols\r\n\r\n" + HEAD + REST,
                        Curl.READS,
                        Attack.FOREIGN_BYTES),
                refused("end in a header", HEAD + "Set-Cookie: a=b", Curl.READS, Attack.TRUNCATION),
                refused("end before the empty line", HEAD + "X-A: 1\r\n", Curl.READS, Attack.TRUNCATION),
                refused("201 headers", HEAD + "X-A: 1\r\n".repeat(200) + REST, Curl.READS, Attack.EXHAUSTION),
                refused(
                        "header of 64 KiB",
                        HEAD + "X-A: " + "1".repeat(64 << 10) + "\r\n" + REST,
                        Curl.READS,
                        Attack.EXHAUSTION),
                refused("101 interim responses", INTERIM.repeat(101) + HEAD + REST, Curl.READS, Attack.EXHAUSTION));
    }

    @ParameterizedTest
    @MethodSource("overlooked")
    void faultThatNoAttackCanUseIsOverlooked(Row row) {
        try (var server = FaultyServer.start(Fault.raw(row.response()), NEXT);
                var http = open(server)) {
            var response = http.send(GET);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("ok");
            assertThat(response.headers().getOrDefault("Content-Length", List.of("2")))
                    .as("what is passed on")
                    .hasSize(1)
                    .allMatch(length -> Integer.parseInt(length) == 2);
            assertThat(response.headers()).doesNotContainKey("");
            server.awaitOpen(0);
            assertThat(http.send(GET).text()).isEqualTo("next");
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void faultThatAnAttackUsesIsA502AndEndsItsConnection(Row row) {
        var poisoned = row.attack() == Attack.TRUNCATION
                ? Fault.raw(row.response())
                : Fault.raw(row.response()).then(Fault.response(200, "text/plain", "poison"));
        try (var server = FaultyServer.start(poisoned, NEXT);
                var http = open(server)) {
            var error = catchThrowableOfType(BackendError.class, () -> http.send(GET));
            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.content().orElseThrow())
                    .contains(server.url(), words(row.attack()))
                    .doesNotContain("secret", "private", "evil");
            assertThat(TransportFailure.isRetryable(error)).isEqualTo(row.attack() == Attack.TRUNCATION);

            assertThat(http.send(GET).text()).isEqualTo("next");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    /** RFC 9112, section 6.1: a reader of HTTP/1.0 on the way may not know of chunks. */
    @Test
    void connectionEndsAfterChunksOfHttp10() {
        var chunks = "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n" + CHUNKS;
        try (var server =
                        FaultyServer.start(Fault.raw(chunks).then(Fault.response(200, "text/plain", "poison")), NEXT);
                var http = open(server)) {
            assertThat(http.send(GET).text()).isEqualTo("ok");
            assertThat(http.send(GET).text()).isEqualTo("next");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    private static String words(@Nullable Attack attack) {
        return switch (Objects.requireNonNull(attack)) {
            case SMUGGLING, HEADERS_FROM_A_BODY -> "is not valid HTTP: it";
            case FOREIGN_BYTES -> "is not valid HTTP";
            case TRUNCATION -> "broke off";
            case EXHAUSTION -> "";
        };
    }

    static Stream<Row> table() {
        return Stream.concat(overlooked(), refused());
    }

    @ParameterizedTest
    @MethodSource("table")
    void curlReadsTheTableAsItSays(Row row, @TempDir Path folder) throws Exception {
        assumeTrue(isThere("/usr/bin/curl"), "no curl here");
        var body = folder.resolve("body");
        try (var server = FaultyServer.start(Fault.raw(row.response()))) {
            var curl = new ProcessBuilder(
                            "/usr/bin/curl", "-sS", "--max-time", "10", "-o", body.toString(), server.url())
                    .redirectErrorStream(true)
                    .start();
            var output = new String(curl.getInputStream().readAllBytes(), ISO_8859_1);
            var isRead = curl.waitFor() == 0;

            assertThat(isRead).as(output).isEqualTo(row.curl() == Curl.READS);
            if (row.attack() == null) {
                assertThat(Files.readString(body)).isEqualTo("ok");
            }
        }
    }

    private static boolean isThere(String program) throws IOException {
        return Files.isExecutable(Path.of(program));
    }

    private static GatedHttp open(FaultyServer server) {
        var options = HttpOptions.builder().totalTimeout(Duration.ofSeconds(5)).build();
        return GatedHttp.to(server.url(), options, Timing.system());
    }
}
