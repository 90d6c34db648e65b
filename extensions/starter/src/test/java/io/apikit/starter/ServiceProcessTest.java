package io.apikit.starter;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.javalin.Javalin;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a service as a process, where no test in this JVM can see what is promised. The example tests the rest. */
@Timeout(90)
class ServiceProcessTest {
    private static final Pattern LISTENING = Pattern.compile("listening on (http://[^\\s,\"]+)");

    /** The bit of signal 2. */
    private static final long SIGINT = 2;

    /** The program that the process runs. */
    static final class TestedMain {
        private TestedMain() {}

        public static void main(String... args) {
            TestServices.FULL.main(args);
        }
    }

    private final Javalin backend = TestServices.backend(ctx -> ctx.result("93.5"), ctx -> {});

    @AfterEach
    void stop() {
        backend.stop();
    }

    @Test
    void allSourcesTogetherStartAServiceThatCtrlCEndsWith130(@TempDir Path folder) throws Exception {
        var config = Files.writeString(folder.resolve("config"), "backend-url=http://127.0.0.1:9\nport=0\n");
        Files.writeString(folder.resolve("LOG_FORMAT"), "json\n");
        var process =
                start("--backend-url", TestServices.url(backend), "--config=" + config, "--secrets-dir=" + folder);
        try (var err = process.errorReader()) {
            var line = lineThatMatches(err);
            assertThat(line).as("JSON, from the folder").startsWith("{");
            var url =
                    LISTENING.matcher(line).results().findFirst().orElseThrow().group(1);
            given().get(url + "/value").then().statusCode(200).body(equalTo("93.5"));
            new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(130);
            assertThat(process.inputReader().lines()).as("standard output").isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void secretAsAnArgumentIsRefusedAndNotShown() throws Exception {
        var process = start("--port=0", "--auth-password=s3cr3t");
        try (var err = process.errorReader()) {
            assertThat(err.lines().filter(line -> !line.startsWith("Picked up ")))
                    .containsExactly(
                            "uservice-tested: AUTH_PASSWORD: everybody on this machine can see an argument (ps):"
                                    + " set it in the environment, in the file of --config, or in a file below --secrets-dir,"
                                    + " or name its file with --auth-password-file");
            assertThat(process.waitFor()).isEqualTo(2);
        }
    }

    private static Process start(String... arguments) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder = new ProcessBuilder(
                java,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TestedMain.class.getName());
        builder.command().addAll(List.of(arguments));
        if (isCtrlCIgnored()) {
            builder.command().addAll(0, List.of("env", "--default-signal=INT"));
        }
        TestServices.FULL.settings().forEach(setting -> builder.environment().remove(setting.name()));
        return builder.start();
    }

    /** What a shell starts in the background ignores Ctrl-C, and so does everything below it: the build, and its tests. */
    private static boolean isCtrlCIgnored() throws IOException {
        var status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .map(line -> Long.parseUnsignedLong(line.replaceFirst("SigIgn:\\s*", ""), 16))
                        .anyMatch(mask -> (mask & SIGINT) != 0);
    }

    private static String lineThatMatches(BufferedReader reader) throws IOException {
        var line = reader.readLine();
        while (line != null && !LISTENING.matcher(line).find()) {
            line = reader.readLine();
        }
        assertThat(line).as("a line that says where the service listens").isNotNull();
        return String.valueOf(line);
    }
}
