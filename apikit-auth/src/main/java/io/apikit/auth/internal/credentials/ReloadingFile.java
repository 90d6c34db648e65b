package io.apikit.auth.internal.credentials;

import io.apikit.BackendError;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that is read from a file, and read again when the file changes. A change is a write, a replacement, or a link
 * that leads to another file. Thread-safe; no lock is held during a read.
 *
 * @param <T> what the file contains
 */
public final class ReloadingFile<T> implements Supplier<T> {
    private static final Logger log = LoggerFactory.getLogger(ReloadingFile.class);

    /**
     * A changed file is read once it has not been written for this long, so that no file is read half-written. It is
     * also the resolution of the coarsest time stamps, so that two changes within one are not taken for one.
     */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    /**
     * Parses a file's text.
     *
     * @param <T> what the file contains
     */
    @FunctionalInterface
    public interface Format<T> {
        /**
         * Returns what the text contains.
         *
         * @throws UnusableFile if the text is malformed
         * @throws BackendError for a control character in a part of it
         */
        T read(String text) throws UnusableFile;
    }

    private final Path file;
    private final Format<T> format;
    private final AtomicReference<@Nullable Reading<T>> last = new AtomicReference<>();

    /** Creates a value that is read when it is needed first. */
    public ReloadingFile(Path file, Format<T> format) {
        this.file = Objects.requireNonNull(file, "file").toAbsolutePath();
        this.format = format;
    }

    /**
     * Returns the current content, or the last good one if the file cannot be used any more.
     *
     * @throws IllegalStateException if there was no good content yet; the message names the file and quotes nothing of
     *     it
     */
    @Override
    public T get() {
        var known = last.get();
        var fresh = known == null ? first() : next(known);
        last.compareAndSet(known, fresh);
        return fresh.content();
    }

    /**
     * Reads the file, so that a mistake shows when a backend is built.
     *
     * @throws IllegalArgumentException if there was no good content yet; the message names the file and quotes nothing of
     *     it
     */
    public void requireUsable() {
        try {
            get();
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Nothing was read before, so the file is read at once. It is read again once it has settled. */
    private Reading<T> first() {
        try {
            var stamp = stamp();
            return new Reading<>(stamp, stamp.isSettled(Instant.now()), read(), "");
        } catch (IOException e) {
            throw new IllegalStateException(file + ": " + problem(e));
        } catch (UnusableFile e) {
            throw new IllegalStateException(file + ": " + e.getMessage());
        }
    }

    private Reading<T> next(Reading<T> known) {
        try {
            var now = stamp();
            if (known.isOf(now) || !(now.isSettled(Instant.now()) || isSwapped(known, now))) {
                return known;
            }
            try {
                return new Reading<>(now, true, read(), "");
            } catch (UnusableFile e) {
                return keepLastGood(known, now, e.getMessage());
            }
        } catch (IOException e) {
            return keepLastGood(known, null, problem(e));
        }
    }

    /** Kubernetes writes a whole new folder and then changes a link to it, so a file behind a link is complete. */
    private boolean isSwapped(Reading<T> known, Stamp now) {
        return known.stamp() != null && !Objects.equals(known.stamp().key(), now.key()) && Files.isSymbolicLink(file);
    }

    /** The content that was read before stays in use. The log has the reason, and quotes nothing of the file. */
    private Reading<T> keepLastGood(Reading<T> known, @Nullable Stamp stamp, String problem) {
        if (!known.problem().equals(problem)) {
            log.warn("{}: {}; the credentials read before stay in use", file, problem);
        }
        return new Reading<>(stamp, true, known.content(), problem);
    }

    private T read() throws IOException, UnusableFile {
        var text = Files.readString(file);
        if (text.isBlank()) {
            throw new UnusableFile("the file is empty");
        }
        try {
            return format.read(text);
        } catch (BackendError e) {
            throw new UnusableFile(e.content().orElse("the file has a control character in it"));
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
     * @param content what was read, or the last good content
     * @param problem why the file could not be used; empty if it could
     */
    private record Reading<T>(@Nullable Stamp stamp, boolean isSettled, T content, String problem) {
        boolean isOf(Stamp now) {
            return isSettled && now.equals(stamp);
        }
    }

    /** A file cannot be used. The message has the reason, and quotes nothing of the file. */
    public static final class UnusableFile extends Exception {
        private static final long serialVersionUID = 1L;

        private final String problem;

        UnusableFile(String problem) {
            super(problem);
            this.problem = problem;
        }

        @Override
        public String getMessage() {
            return problem;
        }
    }
}
