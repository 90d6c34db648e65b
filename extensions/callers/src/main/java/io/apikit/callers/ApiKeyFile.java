package io.apikit.callers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owners of API keys, by the keys' SHA-256 digests, from a file that is read again when it changes. It follows the
 * rules of {@code Credentials.passwordFile}. Thread-safe; no lock is held during a read.
 */
final class ApiKeyFile {
    private static final Logger log = LoggerFactory.getLogger(ApiKeyFile.class);

    /** A changed file is read once it has not been written for this long, so that no file is read half-written. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private static final Pattern LINE = Pattern.compile("([^\\s:#][^:\\p{Cntrl}]{0,99}?)\\s*:\\s*([0-9A-Fa-f]{64})");

    /** Some editors put it before the first line. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path file;
    private final AtomicReference<Reading> last;

    /** @throws IllegalArgumentException if the file cannot be used; the message quotes nothing of it */
    ApiKeyFile(Path file) {
        this.file = file.toAbsolutePath();
        try {
            var stamp = stamp();
            this.last = new AtomicReference<>(new Reading(stamp, stamp.isSettled(Instant.now()), parse(), ""));
        } catch (IOException e) {
            throw new IllegalArgumentException(this.file + ": " + problem(e), e);
        } catch (UnusableFile e) {
            throw new IllegalArgumentException(this.file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns the owner of a key. The digest is looked up, so the time that this takes says nothing about the digests in
     * the file.
     */
    Optional<String> owner(String key) {
        return Optional.ofNullable(current().owners.get(digest(key)));
    }

    /** Returns whether the file could be used when it was read last. */
    boolean isUsable() {
        return current().problem.isEmpty();
    }

    private Reading current() {
        var known = Objects.requireNonNull(last.get());
        var fresh = next(known);
        // A thread that has read at the same time may be the first: its reading is no older than the known one.
        last.compareAndSet(known, fresh);
        return fresh;
    }

    private Reading next(Reading known) {
        try {
            var now = stamp();
            if (known.isOf(now) || !(now.isSettled(Instant.now()) || isSwapped(known, now))) {
                return known;
            }
            try {
                var fresh = new Reading(now, true, parse(), "");
                if (!known.problem.isEmpty() || !known.owners.equals(fresh.owners)) {
                    log.info("{} has changed: {} API keys", file, fresh.owners.size());
                }
                return fresh;
            } catch (UnusableFile e) {
                return keepLastGood(known, now, String.valueOf(e.getMessage()));
            }
        } catch (IOException e) {
            return keepLastGood(known, null, problem(e));
        }
    }

    /** Kubernetes writes a whole new folder and then changes a link to it, so a file behind a link is complete. */
    private boolean isSwapped(Reading known, Stamp now) {
        return known.stamp != null && !Objects.equals(known.stamp.key, now.key) && Files.isSymbolicLink(file);
    }

    private Reading keepLastGood(Reading known, @Nullable Stamp stamp, String problem) {
        var reading = new Reading(stamp, true, known.owners, problem);
        if (!known.problem.equals(problem) && last.compareAndSet(known, reading)) {
            log.warn("{}: {}; the API keys read before stay in use", file, problem);
        }
        return reading;
    }

    private Map<String, String> parse() throws IOException, UnusableFile {
        var owners = new HashMap<String, String>();
        var number = 0;
        var content = Files.readString(file);
        var lines = content.startsWith(BYTE_ORDER_MARK) ? content.substring(1) : content;
        for (var line : lines.split("\\R", -1)) {
            number++;
            var text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                add(owners, text, number);
            }
        }
        if (owners.isEmpty()) {
            throw new UnusableFile("there is no API key in the file");
        }
        return Map.copyOf(owners);
    }

    private static void add(Map<String, String> owners, String text, int number) throws UnusableFile {
        var line = LINE.matcher(text);
        if (!line.matches()) {
            throw new UnusableFile("line " + number + " is not \"name: SHA-256 of the key in hexadecimal\"");
        }
        if (owners.put(line.group(2).toLowerCase(Locale.ROOT), line.group(1)) != null) {
            throw new UnusableFile("line " + number + " has the key of another line");
        }
    }

    private static String digest(String key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private Stamp stamp() throws IOException {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }

    private static String problem(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "the file is not readable for the user of this process";
        }
        return e instanceof CharacterCodingException ? "the file is not UTF-8 text" : "the file is not readable";
    }

    /** The attributes that change when a file is written or replaced. Links are followed. */
    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {
        /** A time stamp of the future, from another machine's clock, counts as settled: its age is unknown. */
        boolean isSettled(Instant now) {
            var at = modified.toInstant();
            return at.isAfter(now) || !at.plus(SETTLED).isAfter(now);
        }
    }

    /**
     * The last time that the file was read.
     *
     * @param stamp of the file that was read; null if there was none
     * @param isSettled whether the file was complete when it was read
     * @param owners by the digests of their keys: of this file, or of the last good one
     * @param problem why the file could not be used; empty if it could
     */
    private record Reading(@Nullable Stamp stamp, boolean isSettled, Map<String, String> owners, String problem) {
        boolean isOf(Stamp now) {
            return isSettled && now.equals(stamp);
        }
    }

    /** A file cannot be used. The message has the reason, and quotes nothing of the file. */
    private static final class UnusableFile extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableFile(String problem) {
            super(problem);
        }
    }
}
