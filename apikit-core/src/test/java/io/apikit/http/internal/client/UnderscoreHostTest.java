package io.apikit.http.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.http.BackendRequest;
import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import io.apikit.http.Tls;
import io.apikit.http.internal.url.BaseUrl;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import io.apikit.testkit.tls.CertifiedKey;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts such as {@code my_backend}, as containers are named. The JDK's own URI, and its check of names, know none. */
@Timeout(60)
class UnderscoreHostTest {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "http://my_backend, http://my_backend, ''",
        "HTTP://My_Backend:8080/api/, http://my_backend:8080, /api",
        "https://my_backend:443, https://my_backend, ''",
        "http://_srv.my_backend.svc.example.org:1, http://_srv.my_backend.svc.example.org:1, ''",
    })
    void baseUrlMayHaveAnUnderscore(String url, String origin, String prefix) {
        var base = BaseUrl.parse(url);
        assertThat(base.origin()).hasToString(origin);
        assertThat(base.prefix()).isEqualTo(prefix);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://my_backend:port",
                "http://my_backend:99999",
                "http://my_backend:0",
                "http://my_ba(kend",
                "http://a:b_c",
                "http://user@my_backend",
                "http://my_backend\\@evil",
                "http://my_b%61ckend",
                "http://-my_backend"
            })
    void whatIsNoHostIsRefused(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BaseUrl.parse(url))
                .withMessageNotContaining("user@");
    }

    @Test
    void hostWithAnUnderscoreIsCalled() throws Exception {
        try (var server = FaultyServer.start(Fault.response(200, "text/plain", "ok"))) {
            assertThat(ask("http://my_backend:" + server.port(), "")).isEqualTo("200 ok");
            assertThat(server.awaitRequest(1).header("Host")).contains("my_backend:" + server.port());
        }
    }

    @Test
    void certificateOfAHostWithAnUnderscoreIsChecked() throws Exception {
        var own = CertifiedKey.builder("my_backend").host("my_backend").build();
        var pem = Files.writeString(folder.resolve("own.pem"), own.certificatePem())
                .toString();
        var other = CertifiedKey.builder("your_backend").host("your_backend").build();
        var otherPem = Files.writeString(folder.resolve("other.pem"), other.certificatePem())
                .toString();
        try (var good = secure(own);
                var elsewhere = secure(other)) {
            assertThat(ask("https://my_backend:" + good.port(), pem)).isEqualTo("200 ok");
            assertThat(ask("https://my_backend:" + elsewhere.port(), otherPem)).contains("TLS with https://my_backend");
            assertThat(ask("https://my_backend:" + good.port(), otherPem)).contains("not trusted");
            assertThat(elsewhere.requestCount()).isZero();
        }
    }

    private static FaultyServer secure(CertifiedKey key) throws Exception {
        var listening = key.sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        return FaultyServer.builder(Fault.response(200, "text/plain", "ok"))
                .on(listening)
                .start();
    }

    /** Sends a request from a JVM of its own, to which the name is known. */
    private String ask(String url, String certificates) throws Exception {
        var hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 my_backend\n");
        var jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djdk.net.hosts.file=" + hosts,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Caller.class.getName(),
                        url,
                        certificates)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var output = new String(jvm.getInputStream().readAllBytes(), UTF_8);
        jvm.waitFor();
        return output.lines().reduce("", (before, last) -> last);
    }

    /** The program of that JVM. */
    static final class Caller {
        private Caller() {}

        public static void main(String[] urlAndCertificates) {
            var options = HttpOptions.builder();
            if (!urlAndCertificates[1].isEmpty()) {
                options.tls(Tls.trusting(Path.of(urlAndCertificates[1])));
            }
            try (var http = GatedHttp.to(urlAndCertificates[0], options.build(), Timing.system())) {
                var response = http.send(BackendRequest.get("/"));
                System.out.println(response.status() + " " + response.text());
            } catch (RuntimeException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
