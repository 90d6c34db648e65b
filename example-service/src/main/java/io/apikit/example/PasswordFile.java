package io.apikit.example;

import io.apikit.auth.Credentials;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service account whose password is in a file: read at the start, and again whenever the file has changed, so that a
 * rotated password needs no restart. While a changed file cannot be used, the old password stays. Threadsafe.
 */
final class PasswordFile implements Supplier<Credentials> {
    private final Path file;
    private final String username;
    private final AtomicReference<Reading> last;

    /** Reads it. @throws BadConfiguration if that is not possible */
    PasswordFile(Path file, String username) {
        this.file = file;
        this.username = username;
        try {
            this.last = new AtomicReference<>(read(stamp()));
        } catch (IOException unreadable) {
            throw bad(problem(unreadable));
        }
    }

    @Override
    public Credentials get() {
        var known = last.get();
        var now = stampOr(known.stamp());
        if (now.equals(known.stamp())) {
            return known.credentials();
        }
        var fresh = readOr(known, now);
        last.compareAndSet(known, fresh);
        return fresh.credentials();
    }

    private Reading readOr(Reading known, Stamp now) {
        try {
            return read(now);
        } catch (IOException | BadConfiguration unusable) {
            Log.of.warn("{} has changed and cannot be used; the old password stays", Variable.AUTH_PASSWORD_FILE);
            return new Reading(now, known.credentials());
        }
    }

    private Reading read(Stamp stamp) throws IOException {
        var password = Files.readString(file).replaceFirst("\\R\\z", "");
        if (password.isBlank()) {
            throw bad("the file is empty");
        }
        return new Reading(stamp, ServiceAccount.credentials(Variable.AUTH_PASSWORD_FILE, username, password));
    }

    private Stamp stampOr(Stamp otherwise) {
        try {
            return stamp();
        } catch (IOException gone) {
            return otherwise; // In the middle of being replaced, maybe: the next request looks again.
        }
    }

    private Stamp stamp() throws IOException {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }

    private static String problem(IOException unreadable) {
        if (unreadable instanceof NoSuchFileException) {
            return "there is no such file";
        }
        return unreadable instanceof CharacterCodingException
                ? "the file is not UTF-8 text"
                : "the file is not readable";
    }

    private static BadConfiguration bad(String problem) {
        return new BadConfiguration(Variable.AUTH_PASSWORD_FILE, problem);
    }

    /** What differs when a file has been written or replaced. */
    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {}

    private record Reading(Stamp stamp, Credentials credentials) {}

    /** Made when first used: the settings are read before the log's format is known. */
    private static final class Log {
        private static final Logger of = LoggerFactory.getLogger(PasswordFile.class);
    }
}
