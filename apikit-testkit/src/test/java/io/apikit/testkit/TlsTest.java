package io.apikit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.apikit.testkit.tls.TlsLevel;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

final class TlsTest {
    private static FakeAccelerator start(TlsLevel level) {
        return FakeAccelerator.builder().tls(level).start();
    }

    private static int get(HttpClient http, FakeAccelerator accelerator) throws IOException, InterruptedException {
        URI uri = URI.create(accelerator.url() + "/api/v3/jobs/1");
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .statusCode();
    }

    static HttpClient trusting(Path pem) throws GeneralSecurityException, IOException {
        return HttpClient.newBuilder()
                .sslContext(context(pem))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    static SSLContext context(Path pem) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(pem)) {
            store.setCertificateEntry(
                    "trusted", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        return tls;
    }

    /** Unlike HttpClient, this gives a connection back before its answer is read to the end. */
    private static void askPooled(SSLSocketFactory tls, FakeAccelerator accelerator) throws IOException {
        URI uri = URI.create(accelerator.url() + "/api/v3/jobs/1");
        HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection();
        connection.setSSLSocketFactory(tls);
        assertThat(connection.getResponseCode()).isEqualTo(401);
        try (InputStream body = connection.getErrorStream()) {
            body.readAllBytes();
        }
    }

    @Test
    void selfSignedWorksForWhoTrustsItOnly() throws Exception {
        try (FakeAccelerator accelerator = start(TlsLevel.SELF_SIGNED)) {
            assertThat(accelerator.url()).startsWith("https://127.0.0.1:");
            assertThat(get(trusting(accelerator.certificatePem()), accelerator)).isEqualTo(401);
            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> get(HttpClient.newHttpClient(), accelerator));
            assertThatIllegalStateException().isThrownBy(accelerator::caPem);
        }
    }

    @Test
    void caSignedWorksForWhoTrustsTheAuthority() throws Exception {
        try (FakeAccelerator accelerator = start(TlsLevel.CA_SIGNED)) {
            assertThat(get(trusting(accelerator.caPem()), accelerator)).isEqualTo(401);
            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> get(HttpClient.newHttpClient(), accelerator));
        }
    }

    @Test
    void expiredIsExpired() throws Exception {
        try (FakeAccelerator accelerator = start(TlsLevel.EXPIRED)) {
            HttpClient http = trusting(accelerator.caPem());

            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> get(http, accelerator))
                    .havingRootCause()
                    .withMessageContaining("NotAfter");
        }
    }

    @Test
    void otherHostIsNotThisOne() throws Exception {
        try (FakeAccelerator accelerator = start(TlsLevel.OTHER_HOST)) {
            HttpClient http = trusting(accelerator.caPem());

            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> get(http, accelerator))
                    .havingRootCause()
                    .withMessageContaining("127.0.0.1");
        }
    }

    @Test
    void connectionsAreCountedOnceEach() throws Exception {
        try (FakeAccelerator accelerator = start(TlsLevel.SELF_SIGNED)) {
            SSLSocketFactory tls = context(accelerator.certificatePem()).getSocketFactory();
            for (int i = 0; i < 5; i++) {
                askPooled(tls, accelerator);
            }
            assertThat(accelerator.connections()).isEqualTo(1);
            get(trusting(accelerator.certificatePem()), accelerator);

            assertThat(accelerator.connections()).isEqualTo(2);
        }
    }

    @Test
    void plainHasNoCertificateAndCountsToo() throws Exception {
        try (FakeAccelerator accelerator = start(TlsLevel.PLAIN)) {
            assertThat(accelerator.url()).startsWith("http://");
            get(HttpClient.newHttpClient(), accelerator);

            assertThat(accelerator.connections()).isEqualTo(1);
            assertThatIllegalStateException().isThrownBy(accelerator::certificatePem);
            assertThatIllegalStateException().isThrownBy(accelerator::caPem);
        }
    }

    @Test
    void certificatesAreGoneOnceClosed() {
        FakeAccelerator accelerator = start(TlsLevel.CA_SIGNED);
        Path directory = accelerator.certificatePem().getParent();
        assertThat(directory).isDirectoryContaining("glob:**/ca.pem");
        accelerator.close();

        assertThat(directory).doesNotExist();
    }
}
