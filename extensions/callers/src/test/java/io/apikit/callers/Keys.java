package io.apikit.callers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** API keys of tests, and files of them. */
final class Keys {
    static final String ALICE = "canary-key-of-alice-5f0d2c7b91";
    static final String BOB = "canary-key-of-bob-83ae61c0f24d";
    static final String STRANGER = "canary-key-of-nobody-0192837465";

    private static final AtomicLong AGE = new AtomicLong(1_000_000);

    private Keys() {}

    static Path file(Path folder) throws IOException {
        return write(folder.resolve("callers.keys"), "# callers\n\n" + line("alice", ALICE) + line("bob", BOB));
    }

    static String line(String name, String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
            return name + ": " + HexFormat.of().formatHex(digest) + "\n";
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Writes a file that looks as if it had been written long ago, and later than the last one. */
    static Path write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(AGE.decrementAndGet())));
    }
}
