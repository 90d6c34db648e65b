package io.apikit.testkit.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.apikit.testkit.support.TrustingClient;
import io.apikit.testkit.systems.FakeAccelerator;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

final class TlsLevelTest {
    private static FakeAccelerator start(TlsLevel level) {
        return FakeAccelerator.builder().tls(level).start();
    }

    private static int get(HttpClient http, FakeAccelerator accelerator) throws IOException, InterruptedException {
        URI uri = URI.create(accelerator.url() + "/api/v3/jobs/1");
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .statusCode();
    }

    /** Unlike HttpClient, this returns a connection to its pool before the response has been read to the end. */
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
    void selfSignedWorksOnlyIfTrusted() throws Exception {
        try (FakeAccelerator accelerator = start(TlsLevel.SELF_SIGNED)) {
            assertThat(accelerator.url()).startsWith("https://127.0.0.1:");
            assertThat(get(TrustingClient.of(accelerator.certificatePem()), accelerator))
                    .isEqualTo(401);
            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> get(HttpClient.newHttpClient(), accelerator));
            assertThatIllegalStateException().isThrownBy(accelerator::caPem);
        }
    }

    @Test
    void caSignedWorksIfAuthorityIsTrusted() throws Exception {
        try (FakeAccelerator accelerator = start(TlsLevel.CA_SIGNED)) {
            assertThat(get(TrustingClient.of(accelerator.caPem()), accelerator)).isEqualTo(401);
            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> get(HttpClient.newHttpClient(), accelerator));
        }
    }

    @Test
    void expiredIsExpired() throws Exception {
        try (FakeAccelerator accelerator = start(TlsLevel.EXPIRED)) {
            HttpClient http = TrustingClient.of(accelerator.caPem());

            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> get(http, accelerator))
                    .havingRootCause()
                    .withMessageContaining("NotAfter");
        }
    }

    @Test
    void otherHostIsNotThisOne() throws Exception {
        try (FakeAccelerator accelerator = start(TlsLevel.OTHER_HOST)) {
            HttpClient http = TrustingClient.of(accelerator.caPem());

            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> get(http, accelerator))
                    .havingRootCause()
                    .withMessageContaining("127.0.0.1");
        }
    }

    @Test
    void connectionsAreCountedOnceEach() throws Exception {
        try (FakeAccelerator accelerator = start(TlsLevel.SELF_SIGNED)) {
            SSLSocketFactory tls =
                    TrustingClient.context(accelerator.certificatePem()).getSocketFactory();
            for (int i = 0; i < 5; i++) {
                askPooled(tls, accelerator);
            }
            assertThat(accelerator.connections()).isEqualTo(1);
            get(TrustingClient.of(accelerator.certificatePem()), accelerator);

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
