package io.apikit.auth;

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

/** One machine's entry of a netrc file, read again when the file changes. Threadsafe; nothing is held while it reads. */
final class Netrc implements Supplier<Credentials> {
    private static final Logger log = LoggerFactory.getLogger(Netrc.class);

    /** A file may change twice within one tick of its time stamp, which is 2 s on the coarsest file systems. */
    private static final Duration TICK = Duration.ofSeconds(2);

    private final Path file;
    private final String machine;
    private final AtomicReference<@Nullable Reading> last = new AtomicReference<>();

    Netrc(Path file, String machine) {
        this.file = Objects.requireNonNull(file, "file");
        this.machine = Objects.requireNonNull(machine, "machine");
        if (machine.isBlank()) {
            throw new IllegalArgumentException("machine must have a name");
        }
    }

    @Override
    public Credentials get() {
        var known = last.get();
        var fresh = reading(known);
        last.compareAndSet(known, fresh);
        return fresh.credentials();
    }

    private Reading reading(@Nullable Reading known) {
        try {
            var at = Instant.now();
            var now = stamp();
            return known != null && known.isOf(now) ? known : new Reading(now, at, read(), "");
        } catch (IOException unreadable) {
            return lastGood(known, problem(unreadable));
        } catch (NetrcProblem unusable) {
            return lastGood(known, unusable.getMessage());
        }
    }

    /** Or, while there was none yet, the error. Of what is in the file, neither says anything. */
    private Reading lastGood(@Nullable Reading known, String problem) {
        if (known == null) {
            throw new IllegalStateException(file + ": " + problem);
        }
        if (!known.problem().equals(problem)) {
            log.warn("{}: {}; the credentials read before stay in use", file, problem);
        }
        return new Reading(known.stamp(), known.at(), known.credentials(), problem);
    }

    private Credentials read() throws IOException, NetrcProblem {
        var entry = NetrcText.entry(Files.readString(file), machine);
        try {
            return Credentials.password(entry.login(), entry.password());
        } catch (BackendError controlCharacter) {
            throw new NetrcProblem("the entry of machine " + machine + " has a control character in it");
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

    /** What differs when a file has been written or replaced. */
    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {}

    /** @param problem why the file could not be used since; empty: it could */
    private record Reading(Stamp stamp, Instant at, Credentials credentials, String problem) {
        boolean isOf(Stamp now) {
            return problem.isEmpty()
                    && stamp.equals(now)
                    && stamp.modified().toInstant().plus(TICK).isBefore(at);
        }
    }
}
