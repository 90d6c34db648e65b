package io.apikit.testkit.systems;

import io.apikit.testkit.internal.BoundedMap;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The small files of all systems. The directories {@code /home} and {@code /scratch} are always there, others if a file
 * is in them. The last 1,000 files are kept. Thread-safe.
 */
final class FirecrestFiles {
    /** Most bytes that the API sends or takes at once; both versions have the same default. */
    static final int LIMIT_BYTES = 5 * 1024 * 1024;

    /** A file and when it was written. */
    record Entry(String system, String path, byte[] bytes, Instant modified) {
        String directory() {
            return path.substring(0, Math.max(1, path.lastIndexOf('/')));
        }

        String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    private static final int MOST = 1_000;
    private static final Set<String> ALWAYS = Set.of("/home", "/scratch");

    private final BoundedMap<Entry> files = new BoundedMap<>(MOST);
    private final InstantSource clock;

    FirecrestFiles(InstantSource clock) {
        this.clock = clock;
    }

    void write(String system, String path, byte[] bytes) {
        files.put(system + ":" + path, new Entry(system, path, bytes.clone(), clock.instant()));
    }

    Optional<byte[]> read(String system, String path) {
        return files.get(system + ":" + path).map(file -> file.bytes().clone());
    }

    /** Returns the files in a directory; empty if there is no such directory. */
    Optional<List<Entry>> list(String system, String directory) {
        List<Entry> entries = files.all().stream()
                .filter(file -> file.system().equals(system) && file.directory().equals(directory))
                .toList();
        return entries.isEmpty() && !ALWAYS.contains(directory) ? Optional.empty() : Optional.of(entries);
    }
}
