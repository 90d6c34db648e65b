package io.apikit.starter;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ops.logging.Logging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StartCacheTest {
    /** The class archive of the JDK itself: a JVM can use it in place of one of a service's own. */
    private static final Path OF_THE_JDK = Path.of(System.getProperty("java.home"), "lib", "server", "classes.jsa");

    /** What a process runs: the report alone, with a log as a service has it. */
    static final class Reporting {
        private Reporting() {}

        public static void main(String... args) {
            Logging.configure(Map.of("LOG_FORMAT", args[0]), "reporting");
            StartCache.report();
        }
    }

    @TempDir
    private Path folder = Path.of("");

    private Path cache;
    private Path maps;

    @BeforeEach
    void write() throws IOException {
        cache = Files.write(folder.resolve("service.aot"), new byte[2 << 20]);
        maps = Files.writeString(
                folder.resolve("maps"), "7f00-7f01 r--p 00000000 08:01 42      " + cache.toRealPath() + "\n");
    }

    @Test
    void noFlagNamesNoCache() {
        assertThat(StartCache.of(List.of("-Xmx64m", "-XX:AOTCacheOutput=later.aot")))
                .isEmpty();
    }

    @Test
    void lastFlagWins() {
        assertThat(StartCache.of(List.of("-XX:AOTCache=a.aot", "-XX:AOTCache=b.aot")))
                .contains(new StartCache(true, Path.of("b.aot"), false));
        assertThat(StartCache.of(List.of("-XX:SharedArchiveFile=base.jsa:top.jsa")))
                .contains(new StartCache(false, Path.of("top.jsa"), false));
    }

    @Test
    void mappedCacheIsUsed() throws IOException {
        assertThat(aot().problem(maps, "")).isEmpty();
    }

    @Test
    void cacheThatIsNotMappedWasRefused() throws IOException {
        Files.writeString(maps, "7f00-7f01 r--p 00000000 08:01 42      /usr/lib/other.aot\n");
        assertThat(aot().problem(maps, "").orElseThrow()).contains("refused", "-Xlog:aot");
    }

    @Test
    void missingFileAndFlagOffAreNamed() throws IOException {
        assertThat(new StartCache(true, folder.resolve("none"), false).problem(maps, ""))
                .contains("is not used: there is no such file, or it cannot be read");
        var off = StartCache.of(List.of("-XX:AOTMode=off", "-XX:AOTCache=" + cache));
        assertThat(off.orElseThrow().problem(maps, "")).contains("is not used: a flag switches it off");
    }

    @Test
    void jarNewerThanTheCacheIsNamed() throws IOException {
        var jar = Files.createFile(folder.resolve("service.jar"));
        var made = Files.getLastModifiedTime(cache);
        Files.setLastModifiedTime(jar, made);
        assertThat(aot().problem(maps, "/there/is/no.jar:" + jar))
                .as("same date")
                .isEmpty();
        Files.setLastModifiedTime(jar, FileTime.fromMillis(made.toMillis() + 1000));
        assertThat(aot().problem(maps, "/there/is/no.jar:" + jar).orElseThrow())
                .contains("is used, but " + jar + " is newer");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void processSaysThatItUsesAnArchive() throws Exception {
        assertThat(OF_THE_JDK).exists();
        assertThat(run("text", OF_THE_JDK)).contains("INFO", "class archive " + OF_THE_JDK + " is used (");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void processSaysThatItCannotUseOne() throws Exception {
        var damaged = Files.write(folder.resolve("damaged.jsa"), new byte[100_000]);
        assertThat(run("json", damaged)).contains("\"WARN\"", "class archive " + damaged + " is not used: the JVM has");
    }

    private StartCache aot() {
        return new StartCache(true, cache, false);
    }

    /** Returns the one line that the process logs. */
    private static String run(String format, Path archive) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var classPath = System.getProperty("java.class.path");
        var builder = new ProcessBuilder(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:SharedArchiveFile=" + archive,
                "-cp",
                classPath,
                Reporting.class.getName(),
                format);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        try (var lines = builder.redirectErrorStream(true).start().inputReader()) {
            return lines.lines()
                    .filter(line -> line.contains("class archive"))
                    .findFirst()
                    .orElse("");
        }
    }
}
