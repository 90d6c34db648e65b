package io.apikit.http.internal.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A file of PEM blocks (RFC 7468). Exceptions name the file and never quote its content. */
public final class PemFile {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");
    private static final String CONVERT = "openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW_KEY";

    private record Block(String label, String base64) {}

    private final Path file;
    private final List<Block> blocks;

    private PemFile(Path file, List<Block> blocks) {
        this.file = file;
        this.blocks = blocks;
    }

    /**
     * Reads the file's blocks; text between them is ignored.
     *
     * @throws IllegalArgumentException if the file cannot be read
     */
    public static PemFile read(Path file) {
        try {
            var text = Files.readString(file, StandardCharsets.ISO_8859_1);
            var blocks = BLOCK.matcher(text)
                    .results()
                    .map(match -> new Block(match.group(1), match.group(2)))
                    .toList();
            return new PemFile(file, blocks);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(file + ": no such file", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": cannot be read", e);
        }
    }

    /**
     * Returns all certificates of the file, in their order.
     *
     * @throws IllegalArgumentException if there is none, or one is broken
     */
    public List<X509Certificate> certificates() {
        var certificates = blocks.stream()
                .filter(block -> block.label.equals("CERTIFICATE"))
                .map(this::certificate)
                .toList();
        if (certificates.isEmpty()) {
            throw bad("holds no PEM certificate", null);
        }
        return certificates;
    }

    /** Returns the first private key of the file: RSA, EC or Ed25519, in PKCS#8 form (RFC 5958). */
    PrivateKey privateKey() {
        var block = blocks.stream()
                .filter(each -> each.label.endsWith("PRIVATE KEY"))
                .findFirst()
                .orElseThrow(() -> bad("holds no PEM private key", null));
        return switch (block.label) {
            case "PRIVATE KEY" -> privateKey(bytes(block));
            case "ENCRYPTED PRIVATE KEY" -> throw bad("the key is encrypted; decrypt it with: " + CONVERT, null);
            case "RSA PRIVATE KEY" -> throw bad("the key is in PKCS#1 form; convert it with: " + CONVERT, null);
            default -> throw bad("the key is not in PKCS#8 form; convert it with: " + CONVERT, null);
        };
    }

    private PrivateKey privateKey(byte[] pkcs8) {
        return KEY_ALGORITHMS.stream()
                .flatMap(algorithm -> privateKey(algorithm, pkcs8).stream())
                .findFirst()
                .orElseThrow(() -> bad("the key is broken, or neither RSA, EC nor Ed25519", null));
    }

    private static Optional<PrivateKey> privateKey(String algorithm, byte[] pkcs8) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (InvalidKeySpecException ignored) { // A key of another algorithm.
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + algorithm + " keys", e);
        }
    }

    private X509Certificate certificate(Block block) {
        try {
            var input = new ByteArrayInputStream(bytes(block));
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(input);
        } catch (CertificateException e) {
            throw bad("a certificate in it is broken", e);
        }
    }

    private byte[] bytes(Block block) {
        try {
            return Base64.getMimeDecoder().decode(block.base64);
        } catch (IllegalArgumentException e) {
            throw bad("a " + block.label + " in it is no Base64", e);
        }
    }

    private IllegalArgumentException bad(String what, @Nullable Throwable cause) {
        return new IllegalArgumentException(file + ": " + what, cause);
    }
}
