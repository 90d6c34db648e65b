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
import io.apikit.http.Timing;
import io.apikit.http.Tls;
import io.apikit.http.internal.client.GatedHttp;
import io.apikit.http.internal.client.HttpTransport;
import io.apikit.http.internal.resilience.Retries;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import io.apikit.testkit.tls.CertifiedKey;
import io.apikit.testkit.tls.TlsLevel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
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
    private static final String HERE = "127.0.0.1";
    private static final Fault OK = Fault.response(200, "text/plain", "ok");
    private static final Map<TlsLevel, String> REASONS = Map.of(
            TlsLevel.EXPIRED, "expired",
            TlsLevel.OTHER_HOST, "not for this host",
            TlsLevel.SELF_SIGNED, "not trusted");
    private static final BackendRequest GET = BackendRequest.get("/");

    private static Path folder;
    private static CertifiedKey server;
    private static CertifiedKey expired;
    private static CertifiedKey future;
    private static CertifiedKey elsewhere;
    private static CertifiedKey rsa;
    private static CertifiedKey ec;
    private static CertifiedKey ed25519;

    @BeforeAll
    static void makeCertificates(@TempDir Path shared) {
        folder = shared;
        server = CertifiedKey.builder("server").host(HERE).build();
        expired = CertifiedKey.builder("expired")
                .host(HERE)
                .validity(daysFromNow(-3), daysFromNow(-2))
                .build();
        future = CertifiedKey.builder("future")
                .host(HERE)
                .validity(daysFromNow(1), daysFromNow(3))
                .build();
        elsewhere = CertifiedKey.builder("elsewhere").host("other.example").build();
        rsa = CertifiedKey.builder("rsa").algorithm("RSA").build();
        ec = CertifiedKey.builder("ec").algorithm("EC").build();
        ed25519 = CertifiedKey.builder("ed25519").algorithm("Ed25519").build();
    }

    private static Instant daysFromNow(int days) {
        return Instant.now().plus(Duration.ofDays(days));
    }

    private static Path certificate(CertifiedKey key) throws IOException {
        return file(key.certificate().getSerialNumber() + ".crt", key.certificatePem());
    }

    private static Path key(CertifiedKey key) throws IOException {
        return file(key.certificate().getSerialNumber() + ".key", key.privateKeyPem());
    }

    @Test
    void certificateNamedIsTrusted() throws Exception {
        assertThat(get(server, Tls.trusting(certificate(server))).text()).isEqualTo("ok");
    }

    @Test
    void severalCertificatesInOneFileAreTrusted() throws Exception {
        var both = folder.resolve("both.pem");
        Files.writeString(
                both, "# ours\n" + Files.readString(certificate(rsa)) + "\n" + Files.readString(certificate(server)));

        assertThat(get(server, Tls.trusting(both)).text()).isEqualTo("ok");
    }

    @Test
    void certificateNotNamedIsNotTrusted() throws Exception {
        assertThat(refused(server, Tls.system())).contains("not trusted");
        assertThat(refused(server, Tls.trusting(certificate(elsewhere)))).contains("not trusted");
    }

    @Test
    void expiredCertificateIsRefused() throws Exception {
        assertThat(refused(expired, Tls.trusting(certificate(expired)))).contains("expired");
        assertThat(refused(future, Tls.trusting(certificate(future)))).contains("not valid yet");
    }

    @Test
    void certificateOfAnotherHostIsRefused() throws Exception {
        assertThat(refused(elsewhere, Tls.trusting(certificate(elsewhere)))).contains("not for this host");
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
        var tls = Tls.trusting(certificate(server));
        var withCertificate = tls.clientCertificate(certificate(client), key(client));
        try (var raw = serve(listenFor(client));
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
        var certificate = certificate(rsa);
        var key = key(ec);

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
        var certificate = certificate(ec);

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
    void toStringShowsTheModeOnly() throws Exception {
        assertThat(List.of(Tls.system(), Tls.insecure().clientCertificate(certificate(ec), key(ec))))
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

    private static String refused(CertifiedKey shown, Tls tls) throws Exception {
        var error = catchThrowableOfType(BackendError.class, () -> get(shown, tls));
        assertThat(error.statusCode()).isEqualTo(502);
        assertThat(TransportFailure.isRetryable(error)).isFalse();
        return error.content().orElseThrow();
    }

    private static BackendResponse get(CertifiedKey shown, Tls tls) throws Exception {
        try (var raw = serve(shown);
                var transport = open(raw, tls)) {
            return transport.send(GET);
        }
    }

    private static FaultyServer serve(CertifiedKey shown) throws Exception {
        return serve(listen(shown.sslContext()));
    }

    private static ServerSocket listen(SSLContext context) throws IOException {
        return context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** A socket that requires a certificate of its clients. */
    private static ServerSocket listenFor(CertifiedKey client) throws IOException {
        var socket = (SSLServerSocket) listen(server.sslContext(client.certificate()));
        socket.setNeedClientAuth(true);
        return socket;
    }

    private static FaultyServer serve(ServerSocket listening) {
        return FaultyServer.builder(OK).on(listening).start();
    }

    private static GatedHttp open(FaultyServer raw, Tls tls) {
        var options = HttpOptions.builder().tls(tls).build();
        return GatedHttp.to("https://127.0.0.1:" + raw.port(), options, Timing.system());
    }
}
