package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ops.logging.Logging;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is logged, and reported, where nobody has configured a log. Each test has a JVM of its own. */
@Timeout(90)
class UnconfiguredLogTest {
    /** {@code .ci/canaries} searches it for secrets. */
    private static final Path SEARCHED = Path.of("target", "unconfigured-logback.process.log");

    /** Configures the log and reports what is wrong with it. */
    static final class Configuring {
        private Configuring() {}

        public static void main(String[] args) {
            try {
                Logging.configure(Map.of("LOG_FORMAT", "json"), "configuring");
                System.out.println("> configured");
            } catch (IllegalStateException e) {
                System.out.println("> " + e.getMessage());
            }
        }
    }

    @Test
    void unconfiguredLogbackShowsNoSecretOfTheWire() throws Exception {
        var process = JavaProcess.run(UnconfiguredService.class, entry -> false, SEARCHED);

        assertThat(process.exitCode()).isZero();
        assertThat(process.output())
                .contains("> /password 200 ok", "> /token 200 ok")
                .anyMatch(line -> line.contains(" INFO ") && line.contains("GET /password 200"))
                .noneMatch(line -> line.contains("uthorization"))
                .noneMatch(line -> line.contains("token-alice"))
                .hasSizeLessThan(60);
    }

    @Test
    void serviceRunsWithoutLogback(@TempDir Path folder) throws Exception {
        var process =
                JavaProcess.run(UnconfiguredService.class, UnconfiguredLogTest::isOfLogback, folder.resolve("without"));

        assertThat(process.exitCode()).isZero();
        assertThat(process.output()).contains("> /password 200 ok", "> /token 200 ok");
    }

    @Test
    void configuringWithoutLogbackNamesItsDependency(@TempDir Path folder) throws Exception {
        var process = JavaProcess.run(Configuring.class, UnconfiguredLogTest::isOfLogback, folder.resolve("without"));

        assertThat(process.output())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("> Logging.configure needs Logback")
                        .contains("add the dependency ch.qos.logback:logback-classic"));
    }

    @Test
    void configuringJsonWithoutItsEncoderNamesTheDependency(@TempDir Path folder) throws Exception {
        var process = JavaProcess.run(
                Configuring.class, entry -> entry.contains("logstash-logback-encoder"), folder.resolve("without"));

        assertThat(process.output())
                .anySatisfy(
                        line -> assertThat(line)
                                .startsWith(
                                        "> JSON in the log needs the dependency net.logstash.logback:logstash-logback-encoder"));
    }

    private static boolean isOfLogback(String entry) {
        return entry.contains("logback-classic")
                || entry.contains("logback-core")
                || entry.contains("logstash-logback-encoder");
    }
}
