package io.apikit.tools.classarchive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * An archive of a jar's loaded classes, of the kind that this Java makes in one step, and the command lines that make and
 * use it. All have the same heap and collector: an archive made with one collector is less useful with another.
 *
 * @param isAot true for an AOT cache, false for AppCDS
 */
record ClassArchive(Path jar, Path path, boolean isAot) {
    private static final int AOT_IN_ONE_STEP = 25;

    /**
     * A collector without threads of its own, and a heap that starts small and grows under load. The compilers wait for four
     * times as many calls, since at the start they compete with the service for the processors.
     */
    private static final List<String> FLAGS =
            List.of("-XX:+UseSerialGC", "-Xms24m", "-XX:NewSize=14m", "-XX:CompileThresholdScaling=4");

    /**
     * Few compilations while an archive is made: a start that uses the archive would compile the same methods again, before
     * their first call.
     */
    private static final String FEW_COMPILATIONS = "-XX:CompileThresholdScaling=10";

    /** Returns memory to the system every 5 s: what the compilers have allocated and no longer need. */
    private static final String TRIM = "-XX:TrimNativeHeapInterval=5000";

    static ClassArchive beside(Path jar) {
        var isAot = Runtime.version().feature() >= AOT_IN_ONE_STEP;
        return new ClassArchive(jar, jar.resolveSibling(stem(jar) + (isAot ? ".aot" : ".jsa")), isAot);
    }

    private static String stem(Path jar) {
        return jar.getFileName().toString().replaceFirst("\\.jar$", "");
    }

    /** Returns a command that starts the service, and makes the archive when the service ends. */
    List<String> recordingCommand() {
        return java(List.of(FEW_COMPILATIONS, (isAot ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + path));
    }

    /** Returns a command that starts the service with the archive. A JVM that cannot use the archive starts without it. */
    List<String> usingCommand() {
        return java(use());
    }

    /** Returns a command that starts the service with the archive, or fails. */
    List<String> requiringCommand() {
        return java(Stream.concat(use().stream(), Stream.of(isAot ? "-XX:AOTMode=on" : "-Xshare:on"))
                .toList());
    }

    private List<String> use() {
        return List.of((isAot ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + path);
    }

    private List<String> java(List<String> options) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return Stream.of(
                        List.of(java),
                        FLAGS,
                        isAot ? List.of(TRIM) : List.<String>of(),
                        options,
                        List.of("-jar", jar.toString()))
                .flatMap(List::stream)
                .toList();
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }

    void requireMade() {
        if (!Files.isReadable(path)) {
            throw new IllegalStateException("this Java (" + Runtime.version() + ") left no archive at " + path);
        }
    }

    long mebibytes() throws IOException {
        return Files.size(path) >> 20;
    }
}
