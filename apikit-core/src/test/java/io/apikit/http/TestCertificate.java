package io.apikit.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/** Writes a self-signed X.509 certificate (RFC 5280, section 4.1) in DER, so that none is checked in to expire. */
public final class TestCertificate {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final byte[] VERSION_3 = hex("a003020102");
    private static final byte[] SERIAL = hex("020101");
    private static final byte[] COMMON_NAME = hex("0603550403");
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = hex("0603551d11");

    private TestCertificate() {}

    /** The signature algorithm is Java's name of it; the alternative name is an encoded GeneralName. */
    static X509Certificate of(String name, KeyPair keys, String algorithm, byte[] alternative, Instant from, Instant to)
            throws GeneralSecurityException {
        var subject = der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0c, name.getBytes(UTF_8)))));
        var validity = der(0x30, time(from), time(to));
        var names = der(0x30, SUBJECT_ALTERNATIVE_NAME, der(0x04, der(0x30, alternative)));
        var toSign = der(
                0x30,
                VERSION_3,
                SERIAL,
                identifier(algorithm),
                subject,
                validity,
                subject,
                keys.getPublic().getEncoded(),
                der(0xa3, der(0x30, names)));
        var signature = der(0x03, new byte[1], sign(keys, algorithm, toSign));
        var certificate = new ByteArrayInputStream(der(0x30, toSign, identifier(algorithm), signature));
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(certificate);
    }

    public static byte[] ip(int... address) {
        var bytes = new byte[] {(byte) address[0], (byte) address[1], (byte) address[2], (byte) address[3]};
        return der(0x87, bytes);
    }

    public static byte[] dns(String host) {
        return der(0x82, host.getBytes(UTF_8));
    }

    private static byte[] identifier(String algorithm) {
        return switch (algorithm) {
            case "SHA256withRSA" -> hex("300d06092a864886f70d01010b0500");
            case "SHA256withECDSA" -> hex("300a06082a8648ce3d040302");
            default -> hex("300506032b6570");
        };
    }

    private static byte[] sign(KeyPair keys, String algorithm, byte[] toSign) throws GeneralSecurityException {
        var signature = Signature.getInstance(algorithm);
        signature.initSign(keys.getPrivate());
        signature.update(toSign);
        return signature.sign();
    }

    private static byte[] time(Instant instant) {
        return der(0x18, TIME.format(instant).getBytes(UTF_8));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] der(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (var part : parts) {
            content.writeBytes(part);
        }
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.size() < 128) {
            out.write(content.size());
        } else {
            out.writeBytes(new byte[] {(byte) 0x82, (byte) (content.size() >> 8), (byte) content.size()});
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
