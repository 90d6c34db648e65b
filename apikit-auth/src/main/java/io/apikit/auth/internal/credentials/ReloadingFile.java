package io.apikit.auth.internal.credentials;

import io.apikit.BackendError;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
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
 * Credentials that are in a file, read again when the file changes: written anew, replaced, or reached by a link that
 * now leads elsewhere. Threadsafe; nothing is held while it reads.
 */
public final class ReloadingFile<T> implements Supplier<T> {
    private static final Logger log = LoggerFactory.getLogger(ReloadingFile.class);

    /**
     * A change is believed once the file has been left alone for this long: who is still writing would be read half. It
     * is also the tick of the coarsest time stamps, so that two changes within one are not taken for one.
     */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    /** Finds the credentials in a file's text. */
    @FunctionalInterface
    public interface Format<T> {
        /**
         * What the text says.
         *
         * @throws BackendError for a control character in a part of them
         */
        T read(String text) throws UnusableFile;
    }

    private final Path file;
    private final Format<T> format;
    private final AtomicReference<@Nullable Reading<T>> last = new AtomicReference<>();

    public ReloadingFile(Path file, Format<T> format) {
        this.file = Objects.requireNonNull(file, "file");
        this.format = format;
    }

    @Override
    public T get() {
        var known = last.get();
        var fresh = known == null ? first() : next(known);
        last.compareAndSet(known, fresh);
        return fresh.content();
    }

    /** There is nothing to go on with: what is there now has to do, and is looked at again once it has settled. */
    private Reading<T> first() {
        try {
            var stamp = stamp();
            return new Reading<>(stamp, stamp.isSettled(Instant.now()), read(), "");
        } catch (IOException unreadable) {
            throw new IllegalStateException(file + ": " + problem(unreadable));
        } catch (UnusableFile unusable) {
            throw new IllegalStateException(file + ": " + unusable.getMessage());
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
            } catch (UnusableFile unusable) {
                return keepLastGood(known, now, unusable.getMessage());
            }
        } catch (IOException unreadable) {
            return keepLastGood(known, null, problem(unreadable));
        }
    }

    /** Kubernetes writes a whole new folder, and then has a link lead there: what is reached by one is complete. */
    private boolean isSwapped(Reading<T> known, Stamp now) {
        return known.stamp() != null && !Objects.equals(known.stamp().key(), now.key()) && Files.isSymbolicLink(file);
    }

    /** What was read before stays in use. The log says why, and nothing of what is in the file. */
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
        } catch (BackendError controlCharacter) {
            throw new UnusableFile(controlCharacter.content().orElse("the file has a control character in it"));
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

    /** What differs when a file has been written or replaced; links are followed. */
    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {
        /** A time stamp of the future, from another machine's clock, says nothing of how long ago it was written. */
        boolean isSettled(Instant now) {
            var at = modified.toInstant();
            return at.isAfter(now) || !at.plus(SETTLED).isAfter(now);
        }
    }

    /**
     * @param stamp of the file that was read; null where there is none
     * @param isSettled whether nobody can have been writing it
     * @param problem why that file could not be used; empty: it could
     */
    private record Reading<T>(@Nullable Stamp stamp, boolean isSettled, T content, String problem) {
        boolean isOf(Stamp now) {
            return isSettled && now.equals(stamp);
        }
    }

    /** Why a file of credentials is of no use. Its message quotes nothing of the file. */
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
