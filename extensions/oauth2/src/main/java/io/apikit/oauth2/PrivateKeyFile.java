package io.apikit.oauth2;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private key in a PEM file (RFC 7468, PKCS#8), which is read again when the file has changed. Thread-safe; no lock is
 * held during a read. Exceptions and the log name the file and quote nothing of it.
 */
final class PrivateKeyFile {
    private static final Logger log = LoggerFactory.getLogger(PrivateKeyFile.class);

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final List<String> KEY_TYPES = List.of("RSA", "RSASSA-PSS", "EC");
    private static final String CONVERT = "openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW_KEY";

    /** The resolution of the coarsest time stamps: a file that is younger may change and keep its stamp. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private final Path file;
    private final Predicate<PrivateKey> usable;
    private final AtomicReference<Reading> last;

    /**
     * Reads the file.
     *
     * @param usable whether a key can be used
     * @throws IllegalArgumentException if the file has no usable key
     */
    PrivateKeyFile(Path file, Predicate<PrivateKey> usable) {
        this.file = file.toAbsolutePath();
        this.usable = usable;
        this.last = new AtomicReference<>(reading(null));
    }

    /** Returns the current key, or the last good one if the file cannot be used any more. */
    PrivateKey key() {
        var known = last.get();
        var fresh = reading(known);
        last.compareAndSet(known, fresh);
        return fresh.key();
    }

    private Reading reading(@Nullable Reading known) {
        try {
            var stamp = Stamp.of(file);
            return known != null && known.isOf(stamp) ? known : new Reading(stamp, stamp.isSettled(), read());
        } catch (IOException | IllegalArgumentException e) {
            var problem = e instanceof IllegalArgumentException ? e.getMessage() : file + ": " + problem(e);
            if (known == null) {
                throw new IllegalArgumentException(problem, e);
            }
            if (!known.problem().equals(problem)) {
                log.warn("{}; the key that was read before stays in use", problem);
            }
            return known.with(String.valueOf(problem));
        }
    }

    private static String problem(Exception e) {
        return e instanceof NoSuchFileException ? "there is no such file" : "the file is not readable";
    }

    private PrivateKey read() throws IOException {
        var block = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!block.find()) {
            throw bad("the file has no whole PEM private key");
        }
        switch (String.valueOf(block.group(1))) {
            case "PRIVATE KEY" -> {
                // PKCS#8, which the JDK reads.
            }
            case "ENCRYPTED PRIVATE KEY" -> throw bad("the key is encrypted; decrypt it with: " + CONVERT);
            default -> throw bad("the key is not in PKCS#8 form; convert it with: " + CONVERT);
        }
        var pkcs8 = bytes(String.valueOf(block.group(2)));
        return KEY_TYPES.stream()
                .flatMap(type -> key(type, pkcs8).stream())
                .findFirst()
                .filter(usable)
                .orElseThrow(() ->
                        bad("the key is broken, or is not what its algorithm needs: RSA with 2048 bits or more for"
                                + " RS256 and PS256, P-256 for ES256, P-384 for ES384, P-521 for ES512"));
    }

    private byte[] bytes(String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException ignored) { // Its message quotes a character of the key.
            throw bad("the private key in it is no Base64");
        }
    }

    private static Optional<PrivateKey> key(String type, byte[] pkcs8) {
        try {
            return Optional.of(KeyFactory.getInstance(type).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (InvalidKeySpecException ignored) { // A key of another type.
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + type + " keys", e);
        }
    }

    private IllegalArgumentException bad(String what) {
        return new IllegalArgumentException(file + ": " + what);
    }

    /**
     * The attributes that change when a file is written or replaced. Links are followed.
     *
     * @param fileKey identifies the file on its file system, where that has such a thing
     */
    private record Stamp(
            FileTime modified, long size, @Nullable Object fileKey) {
        static Stamp of(Path file) throws IOException {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        }

        boolean isSettled() {
            return modified.toInstant().plus(SETTLED).isBefore(Instant.now());
        }
    }

    /**
     * The last time that the file was read.
     *
     * @param isSettled whether the same stamp means the same content
     * @param problem why the file could not be used since; empty if it could
     */
    private record Reading(Stamp stamp, boolean isSettled, PrivateKey key, String problem) {
        Reading(Stamp stamp, boolean isSettled, PrivateKey key) {
            this(stamp, isSettled, key, "");
        }

        boolean isOf(Stamp now) {
            return isSettled && problem.isEmpty() && Objects.equals(stamp, now);
        }

        Reading with(String newProblem) {
            return new Reading(stamp, isSettled, key, newProblem);
        }

        @Override
        public String toString() {
            return "Reading[***]";
        }
    }
}
