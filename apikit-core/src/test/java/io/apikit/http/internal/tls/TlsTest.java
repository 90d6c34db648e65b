package io.apikit.http.internal.tls;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.FakeTiming;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.TestCertificate;
import io.apikit.http.TestIdentity;
import io.apikit.http.Timing;
import io.apikit.http.Tls;
import io.apikit.http.internal.client.GatedHttp;
import io.apikit.http.internal.client.HttpTransport;
import io.apikit.http.internal.resilience.Retries;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.testkit.Fault;
import io.apikit.testkit.FaultyServer;
import io.apikit.testkit.TlsLevel;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Timeout(30)
class TlsTest {
    private static final byte[] HERE = TestCertificate.ip(127, 0, 0, 1);
    private static final Fault OK = Fault.answer(200, "text/plain", "ok");
    private static final Map<TlsLevel, String> REASONS = Map.of(
            TlsLevel.EXPIRED, "expired",
            TlsLevel.OTHER_HOST, "not for this host",
            TlsLevel.SELF_SIGNED, "not trusted");
    private static final BackendRequest GET = BackendRequest.get("/");

    private static Path folder;
    private static TestIdentity server;
    private static TestIdentity expired;
    private static TestIdentity future;
    private static TestIdentity elsewhere;
    private static TestIdentity rsa;
    private static TestIdentity ec;
    private static TestIdentity ed25519;

    @BeforeAll
    static void makeIdentities(@TempDir Path shared) throws Exception {
        folder = shared;
        server = identity("server", "EC", HERE);
        expired = TestIdentity.make(folder, "expired", "EC", HERE, Duration.ofDays(3), Duration.ofDays(1));
        future = TestIdentity.make(folder, "future", "EC", HERE, Duration.ofDays(-1), Duration.ofDays(2));
        elsewhere = identity("elsewhere", "EC", TestCertificate.dns("other.example"));
        rsa = identity("rsa", "RSA", HERE);
        ec = identity("ec", "EC", HERE);
        ed25519 = identity("ed25519", "Ed25519", HERE);
    }

    private static TestIdentity identity(String name, String algorithm, byte[] host) throws Exception {
        return TestIdentity.make(folder, name, algorithm, host, Duration.ofDays(1), Duration.ofDays(2));
    }

    @Test
    void certificateNamedIsTrusted() throws Exception {
        assertThat(get(server, Tls.trusting(server.certificate())).text()).isEqualTo("ok");
    }

    @Test
    void severalCertificatesInOneFileAreTrusted() throws Exception {
        var both = folder.resolve("both.pem");
        Files.writeString(
                both, "# ours\n" + Files.readString(rsa.certificate()) + "\n" + Files.readString(server.certificate()));

        assertThat(get(server, Tls.trusting(both)).text()).isEqualTo("ok");
    }

    @Test
    void certificateNotNamedIsNotTrusted() throws Exception {
        assertThat(refused(server, Tls.system())).contains("not trusted");
        assertThat(refused(server, Tls.trusting(elsewhere.certificate()))).contains("not trusted");
    }

    @Test
    void expiredCertificateIsRefused() throws Exception {
        assertThat(refused(expired, Tls.trusting(expired.certificate()))).contains("expired");
        assertThat(refused(future, Tls.trusting(future.certificate()))).contains("not valid yet");
    }

    @Test
    void certificateOfAnotherHostIsRefused() throws Exception {
        assertThat(refused(elsewhere, Tls.trusting(elsewhere.certificate()))).contains("not for this host");
    }

    @Test
    void serverThatSpeaksNoTlsIsRefused() throws Exception {
        try (var plain = FaultyServer.start(Fault.unasked("HTTP/1.1 200 OK\r\n\r\n"));
                var transport = open(plain, Tls.system())) {
            var error = catchThrowableOfType(BackendError.class, () -> transport.send(GET));
            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.content().orElseThrow()).contains("TLS");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsLevel.class,
            names = {"EXPIRED", "OTHER_HOST", "SELF_SIGNED"})
    void badCertificateIsA502AfterOneConnectionNeverRetriedAndNothingIsSentOnAnyOther(TlsLevel level) {
        try (var raw = FaultyServer.builder(OK).tls(level).start();
                var transport = open(raw, level == TlsLevel.SELF_SIGNED ? Tls.system() : Tls.trusting(raw.caPem()))) {
            var timing = new FakeTiming();
            var retrying = Retries.retrying(RetryPolicy.standard(), transport, timing);
            var error = catchThrowableOfType(
                    BackendError.class, () -> retrying.send(GET.header("Authorization", "secret")));

            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.content().orElseThrow())
                    .contains("TLS with https://127.0.0.1:", requireNonNull(REASONS.get(level)));
            assertThat(timing.slept).isEmpty();
            raw.awaitClosedByClient(1);
            assertThat(raw.connections()).isEqualTo(1);
            assertThat(raw.requests()).isEmpty();
            assertThat(raw.bytesReceived()).isZero();
        }
    }

    @Test
    void serverThatSpeaksNoTlsGetsNoRequestInPlain() {
        try (var plain = FaultyServer.start(Fault.raw("HTTP/1.1 200 OK\r\n\r\n"));
                var transport = open(plain, Tls.system())) {
            var request = GET.timeout(Duration.ofMillis(300)).header("Authorization", "secret");
            var error = catchThrowableOfType(BackendError.class, () -> transport.send(request));

            assertThat(error.statusCode()).isEqualTo(504);
            plain.awaitClosedByClient(1);
            assertThat(plain.connections()).isEqualTo(1);
            assertThat(plain.requests()).isEmpty();
        }
    }

    @Test
    void insecureTakesAnyCertificateAndHostAndWarnsEveryTime() throws Exception {
        var logger = (Logger) LoggerFactory.getLogger(HttpTransport.class);
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        logger.addAppender(log);
        try {
            assertThat(get(expired, Tls.insecure()).text()).isEqualTo("ok");
            assertThat(get(elsewhere, Tls.insecure()).text()).isEqualTo("ok");
        } finally {
            logger.detachAppender(log);
        }

        assertThat(log.list)
                .hasSize(2)
                .allMatch(event -> event.getLevel() == Level.WARN)
                .allMatch(event -> event.getFormattedMessage().contains("https://127.0.0.1:"));
    }

    @Test
    void jvmsOwnContextIsLeftAlone() throws Exception {
        var before = SSLContext.getDefault();
        get(server, Tls.insecure());

        assertThat(SSLContext.getDefault()).isSameAs(before);
        assertThat(refused(server, Tls.system())).contains("not trusted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec", "ed25519"})
    void clientShowsItsCertificate(String kind) throws Exception {
        var client = kind.equals("rsa") ? rsa : kind.equals("ec") ? ec : ed25519;
        var tls = Tls.trusting(server.certificate());
        var withCertificate = tls.clientCertificate(client.certificate(), client.key());
        try (var raw = serve(server.listenFor(client));
                var transport = open(raw, withCertificate);
                var without = open(raw, tls)) {
            assertThat(transport.send(GET).text()).isEqualTo("ok");

            var error = catchThrowableOfType(BackendError.class, () -> without.send(GET));
            assertThat(error.statusCode()).isEqualTo(502);
        }
    }

    @Test
    void keyMustBelongToTheCertificate() throws Exception {
        var tls = Tls.system();
        var certificate = rsa.certificate();
        var key = ec.key();

        assertThatThrownBy(() -> tls.clientCertificate(certificate, key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key.toString())
                .hasMessageContaining(certificate.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RSA PRIVATE KEY | PKCS#1 | openssl pkcs8",
                "EC PRIVATE KEY | PKCS#8 | openssl pkcs8",
                "ENCRYPTED PRIVATE KEY | encrypted | openssl pkcs8",
                "PRIVATE KEY | broken | RSA, EC",
                "PUBLIC KEY | no PEM private key | key",
            })
    void keyThatCannotBeReadIsNamed(String label, String problem, String hint) throws Exception {
        var key = file("bad.key", "-----BEGIN " + label + "-----\nc2VjcmV0\n-----END " + label + "-----\n");
        var certificate = ec.certificate();

        assertThatThrownBy(() -> Tls.system().clientCertificate(certificate, key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key.toString())
                .hasMessageContaining(problem)
                .hasMessageContaining(hint)
                .hasMessageNotContaining("c2VjcmV0");
    }

    @Test
    void certificateFileThatCannotBeReadIsNamed() throws Exception {
        assertNamed(folder.resolve("absent.pem"), "no such file");
        assertNamed(folder, "cannot be read");
        assertNamed(file("empty.pem", ""), "no PEM certificate");
        assertNamed(file("cut.pem", "-----BEGIN CERTIFICATE-----\nabcd"), "no PEM certificate");
        assertNamed(file("bad.pem", "-----BEGIN CERTIFICATE-----\nabcd\n-----END CERTIFICATE-----"), "broken");
        assertNamed(file("odd.pem", "-----BEGIN CERTIFICATE-----\nabcde\n-----END CERTIFICATE-----"), "Base64");
    }

    @Test
    void toStringTellsTheModeOnly() throws Exception {
        assertThat(List.of(Tls.system(), Tls.insecure().clientCertificate(ec.certificate(), ec.key())))
                .extracting(Tls::toString)
                .containsExactly("Tls[installed]", "Tls[anybody, client certificate]");
    }

    private static void assertNamed(Path file, String problem) {
        assertThatThrownBy(() -> Tls.trusting(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(problem);
    }

    private static Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String refused(TestIdentity identity, Tls tls) throws Exception {
        var error = catchThrowableOfType(BackendError.class, () -> get(identity, tls));
        assertThat(error.statusCode()).isEqualTo(502);
        assertThat(TransportFailure.isRetryable(error)).isFalse();
        return error.content().orElseThrow();
    }

    private static BackendResponse get(TestIdentity identity, Tls tls) throws Exception {
        try (var raw = serve(identity);
                var transport = open(raw, tls)) {
            return transport.send(GET);
        }
    }

    private static FaultyServer serve(TestIdentity identity) throws Exception {
        return serve(identity.listen());
    }

    private static FaultyServer serve(ServerSocket listening) {
        return FaultyServer.builder(OK).on(listening).start();
    }

    private static GatedHttp open(FaultyServer raw, Tls tls) {
        var options = HttpOptions.builder().tls(tls).build();
        return GatedHttp.to("https://127.0.0.1:" + raw.port(), options, Timing.system());
    }
}
