package io.apikit.testkit.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CertifiedKeyTest {
    private static X509Certificate readPem(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(US_ASCII)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void pemHasKeyAndItsSelfSignedCertificate(String algorithm) throws Exception {
        CertifiedKey key = CertifiedKey.builder("x").algorithm(algorithm).build();
        X509Certificate certificate = readPem(key.certificatePem());
        String encoded = key.privateKeyPem().replaceAll("-----[A-Z ]+-----|\\s", "");
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(encoded));

        certificate.verify(certificate.getPublicKey());
        certificate.checkValidity();
        assertThat(certificate).isEqualTo(key.certificate());
        assertThat(key.privateKeyPem()).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThatCode(() -> KeyFactory.getInstance(algorithm).generatePrivate(spec))
                .doesNotThrowAnyException();
        assertThat(key).hasToString("CertifiedKey[CN=x]");
    }

    @Test
    void authoritySignsCertificatesOfOtherAlgorithms() throws Exception {
        CertifiedKey authority =
                CertifiedKey.builder("ca").algorithm("RSA").authority().build();
        X509Certificate signed = CertifiedKey.builder("x")
                .algorithm("Ed25519")
                .signedBy(authority)
                .build()
                .certificate();

        signed.verify(authority.certificate().getPublicKey());
        assertThat(signed.getIssuerX500Principal())
                .isEqualTo(authority.certificate().getSubjectX500Principal());
        assertThat(authority.certificate().getBasicConstraints()).isNotNegative();
        assertThat(signed.getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void hostsAreNamesAndAddresses() throws Exception {
        X509Certificate certificate = CertifiedKey.builder("x")
                .host("elsewhere.example")
                .host("127.0.0.1")
                .host("::1")
                .build()
                .certificate();

        assertThat(certificate.getSubjectAlternativeNames())
                .hasSize(3)
                .contains(List.of(2, "elsewhere.example"), List.of(7, "127.0.0.1"));
    }

    @Test
    void validityIsThatOfTheBuilder() {
        Instant until = Instant.parse("2026-01-02T03:04:05Z");
        X509Certificate certificate = CertifiedKey.builder("x")
                .validity(until.minusSeconds(1), until)
                .build()
                .certificate();

        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(until);
        assertThatExceptionOfType(CertificateExpiredException.class).isThrownBy(certificate::checkValidity);
    }

    @Test
    void unknownAlgorithmIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CertifiedKey.builder("x").algorithm("ROT13").build())
                .withMessageContaining("ROT13");
    }
}
