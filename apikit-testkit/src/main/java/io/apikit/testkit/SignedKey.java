package io.apikit.testkit;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import javax.security.auth.x500.X500Principal;

/** A key on the curve P-256, and a certificate of it signed with ECDSA and SHA-256 (RFC 5758). */
record SignedKey(PrivateKey key, X509Certificate certificate) {
    private static final byte[] ECDSA_SHA256 = Der.sequence(Der.identifier("1.2.840.10045.4.3.2"));

    static SignedKey selfSigned(CertificateContent content) throws GeneralSecurityException {
        KeyPair keys = keys();
        return certify(keys, content, content.subject(), keys.getPrivate());
    }

    /** A new key, whose certificate is signed by this one. */
    SignedKey signing(CertificateContent content) throws GeneralSecurityException {
        return certify(keys(), content, certificate.getSubjectX500Principal(), key);
    }

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static SignedKey certify(KeyPair keys, CertificateContent content, X500Principal issuer, PrivateKey signer)
            throws GeneralSecurityException {
        byte[] unsigned = content.toBeSigned(keys.getPublic(), issuer, ECDSA_SHA256);
        byte[] signed = Der.sequence(unsigned, ECDSA_SHA256, Der.bits(signature(unsigned, signer)));
        return new SignedKey(keys.getPrivate(), parsed(signed));
    }

    private static X509Certificate parsed(byte[] encoded) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(encoded));
    }

    private static byte[] signature(byte[] content, PrivateKey signer) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(signer);
        signature.update(content);
        return signature.sign();
    }

    @Override
    public String toString() {
        return "SignedKey[" + certificate.getSubjectX500Principal() + "]";
    }
}
