package io.apikit.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import javax.security.auth.x500.X500Principal;

/** What a certificate says (RFC 5280). Its life is checked by the system's clock, so it starts by that. */
final class CertificateContent {
    private static final Duration LIFE = Duration.ofDays(3_650);
    private static final Duration DAY = Duration.ofDays(1);

    private final X500Principal subject;
    private final Instant ends;
    private final byte[] extension;

    private CertificateContent(String subject, Instant ends, byte[] extension) {
        this.subject = new X500Principal(subject);
        this.ends = ends;
        this.extension = extension;
    }

    /** Basic constraints, critical: it may sign others. */
    static CertificateContent authority() {
        byte[] extension = Der.sequence(Der.identifier("2.5.29.19"), Der.yes(), Der.octets(Der.sequence(Der.yes())));
        return new CertificateContent("CN=Fake authority", Instant.now().plus(LIFE), extension);
    }

    static CertificateContent server() {
        return new CertificateContent("CN=127.0.0.1", Instant.now().plus(LIFE), loopback());
    }

    /** Since yesterday. */
    static CertificateContent expiredServer() {
        return new CertificateContent("CN=127.0.0.1", Instant.now().minus(DAY), loopback());
    }

    static CertificateContent otherServer() {
        byte[] extension = names(Der.tagged(0x82, "elsewhere.example".getBytes(US_ASCII)));
        return new CertificateContent("CN=elsewhere.example", Instant.now().plus(LIFE), extension);
    }

    private static byte[] loopback() {
        return names(Der.tagged(0x87, new byte[] {127, 0, 0, 1}), Der.tagged(0x82, "localhost".getBytes(US_ASCII)));
    }

    /** Subject alternative names. */
    private static byte[] names(byte[]... names) {
        return Der.sequence(Der.identifier("2.5.29.17"), Der.octets(Der.sequence(names)));
    }

    X500Principal subject() {
        return subject;
    }

    /** What the issuer signs: version 3, and a serial number nobody else has. */
    byte[] toBeSigned(PublicKey key, X500Principal issuer, byte[] algorithm) {
        return Der.sequence(
                Der.tagged(0xa0, Der.integer(2)),
                Der.integer(System.nanoTime() & Long.MAX_VALUE),
                algorithm,
                issuer.getEncoded(),
                Der.sequence(Der.time(ends.minus(LIFE).minus(DAY)), Der.time(ends)),
                subject.getEncoded(),
                key.getEncoded(),
                Der.tagged(0xa3, Der.sequence(extension)));
    }
}
