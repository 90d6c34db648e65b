package io.apikit.starter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests what a wrong command line says: one line without a value, which may be a password in the wrong place. */
class ArgumentsTest {
    @ParameterizedTest
    @CsvSource({
        "--port --auth-password=s3cr3t, the argument --port has no value (try --help)",
        "--auth-pasword=s3cr3t,         unknown argument --auth-pasword (try --help)",
        "s3cr3t,                        an argument is none of a setting: each begins with -- (try --help)",
        "--port,                        the argument --port has no value (try --help)",
        "--port=1 --port=2,             option '--port' (VALUE) should be specified only once (try --help)"
    })
    @ResourceLock(Resources.SYSTEM_ERR)
    void wrongCommandLineIsReportedInOneLine(String line, String problem) {
        assertThat(errors(line.split(" ", -1))).isEqualTo("uservice-tested: " + problem + System.lineSeparator());
    }

    @Test
    @ResourceLock(Resources.SYSTEM_ERR)
    void secretIsRefusedInBothForms() {
        for (var line : new String[][] {{"--api-key=s3cr3t"}, {"--api-key", "s3cr3t"}}) {
            assertThat(errors(line))
                    .startsWith("uservice-tested: API_KEY: everybody")
                    .doesNotContain("s3cr3t");
        }
    }

    /** Runs a command line that cannot be used, and returns what standard error has. */
    private static String errors(String... arguments) {
        var errors = new ByteArrayOutputStream();
        var original = System.err;
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            assertThat(Arguments.run(TestServices.FULL.definition, arguments)).isEqualTo(Program.BAD_SETTINGS);
        } finally {
            System.setErr(original);
        }
        return errors.toString(StandardCharsets.UTF_8);
    }
}
