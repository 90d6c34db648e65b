package io.apikit.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The archive of a jar's loaded classes, of the kind this Java makes in one step, and the command lines that make and use
 * it. All have the same heap and collector: what is archived under one collector is of less use under another.
 *
 * @param isAot an AOT cache, else AppCDS
 */
record ClassArchive(Path jar, Path path, boolean isAot) {
    private static final int AOT_IN_ONE_STEP = 25;

    /**
     * A collector without threads of its own; a heap that starts small and grows under load; and compilers that wait for
     * four times as many calls, since at the start they take the processors from the service.
     */
    private static final List<String> FLAGS =
            List.of("-XX:+UseSerialGC", "-Xms24m", "-XX:NewSize=14m", "-XX:CompileThresholdScaling=4");

    /** What is compiled while an archive is made, is compiled at the start that uses it, before anything has called it. */
    private static final String HARDLY_COMPILED = "-XX:CompileThresholdScaling=10";

    /** Gives back every 5 s what the compilers have allocated and no longer need. */
    private static final String TRIM = "-XX:TrimNativeHeapInterval=5000";

    static ClassArchive beside(Path jar) {
        var isAot = Runtime.version().feature() >= AOT_IN_ONE_STEP;
        return new ClassArchive(jar, jar.resolveSibling(stem(jar) + (isAot ? ".aot" : ".jsa")), isAot);
    }

    private static String stem(Path jar) {
        return jar.getFileName().toString().replaceFirst("\\.jar$", "");
    }

    /** Starts the service, and makes the archive when that ends. */
    List<String> recording() {
        return java(List.of(HARDLY_COMPILED, (isAot ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + path));
    }

    /** Starts the service with it; a JVM that cannot use it starts without. */
    List<String> using() {
        return java(use());
    }

    /** Starts the service with it, or fails. */
    List<String> insisting() {
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
