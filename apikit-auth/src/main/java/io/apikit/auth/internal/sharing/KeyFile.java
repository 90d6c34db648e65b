package io.apikit.auth.internal.sharing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;

/** A file with the secret of a store: 32 bytes, or these in Base64 or hexadecimal digits, with a line break or without. */
final class KeyFile {
    private static final int BYTES = 32;

    /** The longest spelling, 64 digits, with room for blanks. A longer file is some other file. */
    private static final int LONGEST = 128;

    private KeyFile() {}

    /** @throws IllegalArgumentException if the file cannot be used; the message names it and quotes nothing of it */
    static StoreSecret read(Path file) {
        try (var in = Files.newInputStream(file)) {
            var content = in.readNBytes(LONGEST + 1);
            try {
                return new StoreSecret(secret(content).orElseThrow(() -> unusable(file, problem(content))));
            } finally {
                Arrays.fill(content, (byte) 0);
            }
        } catch (IOException e) {
            throw unusable(file, problem(file, e));
        }
    }

    private static Optional<byte[]> secret(byte[] content) {
        if (content.length == BYTES) {
            return checked(content.clone());
        }
        if (content.length > LONGEST) {
            return Optional.empty();
        }
        // Latin-1 has a character for each byte, so any other file gives a text that is no secret.
        var text = new String(content, StandardCharsets.ISO_8859_1).strip();
        return decoded(HexFormat.of()::parseHex, text)
                .or(() -> decoded(Base64.getDecoder()::decode, text))
                .or(() -> decoded(Base64.getUrlDecoder()::decode, text))
                .flatMap(KeyFile::checked);
    }

    private static Optional<byte[]> decoded(Function<String, byte[]> decoder, String text) {
        try {
            return Optional.of(decoder.apply(text)).filter(bytes -> bytes.length == BYTES);
        } catch (IllegalArgumentException ignored) {
            return Optional.empty();
        }
    }

    /** A file of zeros is a volume that was never written, and 32 letters are a password. Neither is random. */
    private static Optional<byte[]> checked(byte[] secret) {
        var different = new boolean[256];
        var isText = true;
        for (var octet : secret) {
            different[octet & 0xFF] = true;
            isText &= octet >= ' ' && octet < 0x7F;
        }
        var count = 0;
        for (var isThere : different) {
            count += isThere ? 1 : 0;
        }
        return count < 8 || isText ? Optional.empty() : Optional.of(secret);
    }

    private static IllegalArgumentException unusable(Path file, String problem) {
        return new IllegalArgumentException("storeKey " + file.toAbsolutePath() + ": " + problem);
    }

    private static String problem(byte[] content) {
        var what = content.length == 0
                ? "the file is empty"
                : "the file is no secret of 32 random bytes, raw, in Base64 or in hexadecimal digits";
        return what + ": make one with openssl rand -base64 32";
    }

    private static String problem(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file: make one with openssl rand -base64 32";
        }
        if (e instanceof AccessDeniedException) {
            return "the file is not readable for the user of this process";
        }
        return Files.isDirectory(file) ? "it is a directory: name a file in it" : "the file is not readable";
    }

    /** A secret of 32 bytes, until its keys are made. Not thread-safe; its {@code toString} shows nothing. */
    static final class StoreSecret {
        private final byte[] bytes;

        StoreSecret(byte[] bytes) {
            this.bytes = bytes;
        }

        static StoreSecret random() {
            var bytes = new byte[BYTES];
            new SecureRandom().nextBytes(bytes);
            return new StoreSecret(bytes);
        }

        byte[] bytes() {
            return bytes;
        }

        boolean isSameAs(StoreSecret other) {
            return MessageDigest.isEqual(bytes, other.bytes);
        }

        void wipe() {
            Arrays.fill(bytes, (byte) 0);
        }

        @Override
        public String toString() {
            return "StoreSecret";
        }
    }
}
