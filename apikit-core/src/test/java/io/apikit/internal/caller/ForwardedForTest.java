package io.apikit.internal.caller;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.Running;
import java.io.IOException;
import java.net.InetAddress;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client's address according to the headers of proxies. */
class ForwardedForTest {
    private static Running running;

    @BeforeAll
    static void start() {
        running = Running.start(Running.builder()
                .operations(ops -> ops.forwardedFor("127.0.0.1", "10.0.0.0/8", "fd00::/8"))
                .routes(() -> get(
                        "/from",
                        ctx -> ctx.result(ClientAddress.of(ctx)
                                .map(InetAddress::getHostAddress)
                                .orElse("nowhere")))));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static String seen(String peer, String... headers) throws IOException {
        var answer = running.rawFrom(
                peer,
                "GET /from HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                        + Stream.of(headers).map(header -> header + "\r\n").reduce("", String::concat) + "\r\n");
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.1                          | 203.0.113.1",
                "'198.51.100.1, 203.0.113.1'          | 203.0.113.1",
                "'203.0.113.1, 10.1.2.3'              | 203.0.113.1",
                "'198.51.100.1,203.0.113.1,10.1.2.3,10.9.9.9' | 203.0.113.1",
                "'10.1.2.3, 10.9.9.9'                 | 10.1.2.3",
                "2001:db8::1                          | 2001:db8:0:0:0:0:0:1",
                "'2001:db8::1, fd00::7'               | 2001:db8:0:0:0:0:0:1",
                "[2001:db8::1]                        | 2001:db8:0:0:0:0:0:1",
                "[2001:db8::1]:4711                   | 2001:db8:0:0:0:0:0:1",
                "203.0.113.1:4711                     | 203.0.113.1",
                "::ffff:203.0.113.1                   | 203.0.113.1",
            })
    void theRightmostUntrustedAddressIsTheClient(String header, String expected) throws IOException {
        assertThat(seen("127.0.0.1", "X-Forwarded-For: " + header)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                   | 127.0.0.1",
                "unknown                              | 127.0.0.1",
                "_hidden                              | 127.0.0.1",
                "localhost                            | 127.0.0.1",
                "'203.0.113.1,'                       | 127.0.0.1",
                "'203.0.113.1, nonsense'              | 127.0.0.1",
                "'203.0.113.1, nonsense, 10.1.2.3'    | 10.1.2.3",
                "203.0.113.256                        | 127.0.0.1",
                "010.1.2.3                            | 127.0.0.1",
                "3405803777                           | 127.0.0.1",
                "fe80::1%eth0                         | 127.0.0.1",
                "[2001:db8::1                         | 127.0.0.1",
                "203.0.113.1:99999999                 | 127.0.0.1",
                "203.0.113.1 198.51.100.1             | 127.0.0.1",
                "cafe                                 | 127.0.0.1",
            })
    void anUnreadableEntryEndsTheSearch(String header, String expected) throws IOException {
        assertThat(seen("127.0.0.1", "X-Forwarded-For: " + header)).isEqualTo(expected);
    }

    @Test
    void severalHeadersAreOneList() throws IOException {
        assertThat(seen("127.0.0.1", "X-Forwarded-For: 203.0.113.1", "X-Forwarded-For: 10.1.2.3"))
                .isEqualTo("203.0.113.1");
        assertThat(seen("127.0.0.1", "X-Forwarded-For: 198.51.100.1", "x-forwarded-for: 203.0.113.1"))
                .isEqualTo("203.0.113.1");
    }

    @Test
    void theHeaderOfAnUntrustedPeerIsIgnored() throws IOException {
        assertThat(seen("127.0.0.2", "X-Forwarded-For: 203.0.113.1")).isEqualTo("127.0.0.2");
        assertThat(seen("127.0.0.2", "X-Forwarded-For: 127.0.0.1")).isEqualTo("127.0.0.2");
    }

    @Test
    void otherHeadersAreIgnored() throws IOException {
        assertThat(seen("127.0.0.1")).isEqualTo("127.0.0.1");
        assertThat(seen("127.0.0.1", "Forwarded: for=203.0.113.1", "X-Real-IP: 203.0.113.1"))
                .isEqualTo("127.0.0.1");
        assertThat(seen("127.0.0.1", "Forwarded: for=198.51.100.1", "X-Forwarded-For: 203.0.113.1"))
                .isEqualTo("203.0.113.1");
    }

    @Test
    void aProxyIsAnAddressOrABlock() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ForwardedFor.of("127.0.0.1", "ingress.example.org"))
                .withMessageContaining("forwardedFor")
                .withMessageContaining("'ingress.example.org'");
    }
}
