package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What {@link MyMicroservice} costs in counts, which are the same on a busy machine.
 *
 * @param bytes allocated by all threads of the service for a wrapped request with its line in the access log. Code that
 *     the second compiler has not seen allocates some more than the same code under a long load
 * @param classes loaded from the start of the JVM to the response of the first wrapped request
 */
record RequestCosts(long bytes, long classes) {
    private static final Path FOLDER = Path.of("target", "request-costs");

    /** The classes that were loaded, each with where it is from. It stays there for a comparison. */
    static final Path LOADED = FOLDER.resolve("classes.log");

    /** Until all that is made once, or grows to its size, is there. */
    private static final int WARM_UP = 200;

    private static final int MEASURED = 500;

    private static final Pattern COUNTED = Pattern.compile("^allocated (\\d+)$");

    /** {@code alice:wonderland}. */
    private static final String AUTHORIZATION = "Authorization: Basic YWxpY2U6d29uZGVybGFuZA==\r\n";

    /**
     * Counts in a new JVM, without JaCoCo and without the second compiler: what that one compiles allocates less, from a
     * moment on that is another one in each run.
     *
     * @param options further ones of {@code java}, such as to record where the service allocates
     */
    static RequestCosts measure(List<String> options) throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        Files.deleteIfExists(LOADED);
        try (var backend = FakeBackend.open(ctx -> ctx.result("93.5"));
                var service = start(options, backend.url());
                var caller = new KeepAliveConnection(service.awaitUrl())) {
            // Whether it is read decides whether the service can go on writing.
            var log = service.restOfErr();
            send(caller, 1);
            var classes = loaded();
            send(caller, WARM_UP);
            var before = allocated(service);
            send(caller, MEASURED);
            var bytes = (allocated(service) - before) / MEASURED;
            service.end();
            assertThat(log.join()).as("lines of the access log").hasSizeGreaterThan(WARM_UP + MEASURED);
            return new RequestCosts(bytes, classes);
        }
    }

    private static MainProcess start(List<String> further, String backend) throws IOException {
        // The JVM chooses its collector and sizes pools by the machine. These do not differ between machines.
        var options = new ArrayList<>(List.of(
                "-XX:+UseSerialGC",
                "-XX:ActiveProcessorCount=2",
                "-Xmx256m",
                "-Xlog:class+load:file=" + LOADED + ":none:filecount=0"));
        options.addAll(further);
        return MainProcess.start(
                MeteredService.class,
                alone(MeteredService.class) + File.pathSeparator + MainProcess.classPath(),
                options,
                Map.of("BACKEND_URL", backend, "AUTH_MODE", "basic", "PORT", "0"));
    }

    /** Returns a folder with one class of the tests: the folder of all of them has log settings, which are the tests' own. */
    private static Path alone(Class<?> program) {
        var name = program.getName().replace('.', '/') + ".class";
        var copy = FOLDER.resolve("classes").resolve(name);
        try (var from = Objects.requireNonNull(program.getClassLoader().getResourceAsStream(name))) {
            Files.createDirectories(Objects.requireNonNull(copy.getParent()));
            Files.write(copy, from.readAllBytes());
            return FOLDER.resolve("classes");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(KeepAliveConnection caller, int requests) throws IOException {
        for (int i = 0; i < requests; i++) {
            assertThat(caller.get("/nightly/coverage", AUTHORIZATION).status()).isEqualTo(200);
        }
    }

    private static long loaded() throws IOException {
        try (var lines = Files.lines(LOADED)) {
            return lines.filter(line -> line.contains(" source: ")).count();
        }
    }

    private static long allocated(MainProcess service) throws IOException {
        service.writeLine("count");
        // The JVM has lines of its own there, such as that it records.
        return Long.parseLong(service.awaitOut(COUNTED).group(1));
    }
}
