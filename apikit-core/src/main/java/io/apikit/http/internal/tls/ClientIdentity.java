package io.apikit.http.internal.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A client's certificate chain, its own certificate first, and the private key of that certificate. Immutable;
 * {@code toString} shows nothing of them.
 */
public record ClientIdentity(List<X509Certificate> chain, PrivateKey key) {
    /**
     * Reads a chain and a key from files in PEM form.
     *
     * @throws IllegalArgumentException if a file cannot be used, which it names, or the key is not that of the
     *     certificate
     */
    public static ClientIdentity read(Path pemChain, Path pemKey) {
        var identity = new ClientIdentity(
                PemFile.read(pemChain).certificates(), PemFile.read(pemKey).privateKey());
        if (!identity.isPair()) {
            throw new IllegalArgumentException(
                    pemKey + ": the key does not belong to the first certificate in " + pemChain);
        }
        return identity;
    }

    private boolean isPair() {
        var text = new byte[] {1, 2, 3};
        try {
            return verifies(chain.get(0).getPublicKey(), text, signed(text));
        } catch (GeneralSecurityException ignored) { // The keys are of two kinds.
            return false;
        }
    }

    private byte[] signed(byte[] text) throws GeneralSecurityException {
        var signature = Signature.getInstance(algorithm());
        signature.initSign(key);
        signature.update(text);
        return signature.sign();
    }

    private boolean verifies(PublicKey certified, byte[] text, byte[] signed) throws GeneralSecurityException {
        var signature = Signature.getInstance(algorithm());
        signature.initVerify(certified);
        signature.update(text);
        return signature.verify(signed);
    }

    private String algorithm() {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
    }

    @Override
    public String toString() {
        return "ClientIdentity[***]";
    }
}
