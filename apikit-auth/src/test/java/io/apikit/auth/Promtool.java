package io.apikit.auth;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Prometheus' own check of what it is given to read; Debian has it in the package {@code prometheus}. */
final class Promtool {
    private static final String MISSING = "skipped: there is no promtool on the PATH (Debian's package prometheus)";

    private Promtool() {}

    static void assumeItIsHere() {
        var isHere = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> new File(folder, "promtool").canExecute());
        if (!isHere) {
            System.err.println(MISSING);
        }
        assumeTrue(isHere, MISSING);
    }

    /** What it has to say against this text; nothing if it accepts it. */
    static String complaints(String text) throws IOException, InterruptedException {
        var check = new ProcessBuilder("promtool", "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = check.getOutputStream()) {
            in.write(text.getBytes(StandardCharsets.UTF_8));
        }
        var said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!check.waitFor(20, TimeUnit.SECONDS)) {
            check.destroyForcibly();
        }
        return check.exitValue() == 0 ? said : said + "(exit status " + check.exitValue() + ")";
    }
}
