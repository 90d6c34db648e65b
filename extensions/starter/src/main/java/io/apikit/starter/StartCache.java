package io.apikit.starter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The AOT cache or the archive of classes (AppCDS) that a flag of this JVM names. A JVM that cannot use it starts without it,
 * only slower. No option of the JVM says so at runtime, but the kernel knows which files a process has mapped. Immutable.
 *
 * @param isAot false for AppCDS
 * @param path as in the flag
 * @param isOff whether another flag switches it off
 */
record StartCache(boolean isAot, Path path, boolean isOff) {
    private static final Logger log = LoggerFactory.getLogger(StartCache.class);
    private static final Path MAPPED_FILES = Path.of("/proc/self/maps");
    private static final String AOT = "-XX:AOTCache=";
    private static final String CDS = "-XX:SharedArchiveFile=";

    /** Logs one line if a flag names a cache: at INFO if the JVM uses it, else at WARN with the reason. */
    static void report() {
        of(ManagementFactory.getRuntimeMXBean().getInputArguments())
                .ifPresent(cache -> cache.report(MAPPED_FILES, System.getProperty("java.class.path", "")));
    }

    /** Returns the cache that the flags name. The last flag wins, as in the JVM. */
    static Optional<StartCache> of(List<String> flags) {
        return flags.stream()
                .filter(flag -> flag.startsWith(AOT) || flag.startsWith(CDS))
                .reduce((before, last) -> last)
                .map(flag -> named(flag, flags.contains("-XX:AOTMode=off") || flags.contains("-Xshare:off")));
    }

    private static StartCache named(String flag, boolean isOff) {
        var file = flag.substring(flag.indexOf('=') + 1);
        // An archive of classes may have its base in front.
        return flag.startsWith(AOT)
                ? new StartCache(true, Path.of(file), isOff)
                : new StartCache(false, Path.of(file.substring(file.lastIndexOf(File.pathSeparatorChar) + 1)), isOff);
    }

    /** Logs the line. */
    void report(Path mappedFiles, String classPath) {
        try {
            var problem = problem(mappedFiles, classPath);
            if (problem.isPresent()) {
                log.warn("{} {} {}", name(), path, problem.get());
            } else {
                log.info("{} {} is used ({} MiB)", name(), path, Files.size(path) >> 20);
            }
        } catch (IOException e) {
            // Only Linux has the list of mapped files.
            log.info("{} {} is given; -Xlog:{} says whether the JVM uses it", name(), path, tag());
        }
    }

    /** Returns why the cache is no help. Empty if the JVM uses it. */
    Optional<String> problem(Path mappedFiles, String classPath) throws IOException {
        if (!Files.isReadable(path)) {
            return Optional.of("is not used: there is no such file, or it cannot be read");
        }
        if (isOff) {
            return Optional.of("is not used: a flag switches it off");
        }
        if (!isMapped(mappedFiles)) {
            return Optional.of(
                    "is not used: the JVM has refused it. It was made by another Java, with another collector,"
                            + " for other jars or other modules, or is damaged: -Xlog:" + tag() + " says which");
        }
        return newerJar(isAot ? classPath : "")
                .map(jar -> "is used, but " + jar + " is newer. JDK 25 may run the classes of the"
                        + " build before: make the cache again after each build");
    }

    private boolean isMapped(Path mappedFiles) throws IOException {
        var file = path.toRealPath().toString();
        try (var lines = Files.lines(mappedFiles, ISO_8859_1)) {
            return lines.anyMatch(line -> line.endsWith(new String(file.getBytes(UTF_8), ISO_8859_1)));
        }
    }

    /** With AppCDS the JVM checks the jars itself. */
    private Optional<Path> newerJar(String classPath) throws IOException {
        var made = Files.getLastModifiedTime(path);
        return Stream.of(classPath.split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .map(Path::of)
                .filter(jar -> modified(jar).compareTo(made) > 0)
                .findFirst();
    }

    private static FileTime modified(Path jar) {
        try {
            return Files.getLastModifiedTime(jar);
        } catch (IOException ignored) {
            // A class path may name what does not exist.
            return FileTime.fromMillis(0);
        }
    }

    private String name() {
        return isAot ? "AOT cache" : "class archive";
    }

    private String tag() {
        return isAot ? "aot" : "cds";
    }
}
