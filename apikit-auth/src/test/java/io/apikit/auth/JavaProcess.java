package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A JVM that has run the main method of one class to its end, with the library and without the tests' log settings. */
record JavaProcess(int exitCode, List<String> output) {
    private static final long LIMIT_SECONDS = 80;

    /**
     * Runs a class of the tests. Its own class files are copied, since the folder that they are in configures Logback.
     *
     * @param isLeftOut which entries of the class path the process does not get
     * @param output gets what the process prints, and is kept
     */
    static JavaProcess run(Class<?> main, Predicate<String> isLeftOut, Path output)
            throws IOException, InterruptedException {
        var classes = Files.createTempDirectory("apikit-main");
        copy(main, classes);
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var path = classes + File.pathSeparator + classPath(isLeftOut);
        Files.createDirectories(output.toAbsolutePath().getParent());
        var process = new ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-cp", path, main.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            return new JavaProcess(process.exitValue(), Files.readAllLines(output, UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }

    private static String classPath(Predicate<String> isLeftOut) {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getProperty("java.class.path"))
                .filter(entry -> !Files.exists(Path.of(entry, "logback-test.xml")))
                .filter(isLeftOut.negate())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void copy(Class<?> main, Path to) throws IOException {
        var folder = main.getPackageName().replace('.', '/');
        var from = compiled(main).resolve(folder);
        var copies = Files.createDirectories(to.resolve(folder));
        var outer = main.getNestHost().getSimpleName();
        try (Stream<Path> files = Files.list(from)) {
            for (var file : files.toList()) {
                var name = file.getFileName().toString();
                if (name.equals(outer + ".class") || name.startsWith(outer + "$")) {
                    Files.copy(file, copies.resolve(name));
                }
            }
        }
    }

    private static Path compiled(Class<?> main) throws IOException {
        try {
            return Path.of(
                    main.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
