package io.apikit.auth.internal.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.apikit.auth.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetrcTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");
    private static final String ENTRY = "machine pele.example.org login alice password wonderland\n";

    @TempDir
    Path folder = Path.of("");

    private Path file = Path.of("");
    private Supplier<Credentials> account = Credentials::none;

    @BeforeEach
    void account() {
        file = folder.resolve(".netrc");
        account = Credentials.netrc(file, "pele.example.org");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ENTRY,
                "machine pele.example.org\n\tlogin alice\n\tpassword wonderland",
                "machine\r\npele.example.org\r\nuser alice\r\naccount x\r\npassword wonderland\r\n",
                "# machine pele.example.org login bob password builder\n" + ENTRY,
                "machine other login bob password builder # of another\n" + ENTRY,
                "machine PELE.example.ORG login \"alice\" password \"wonder\\land\"",
                "macdef init\nmachine pele.example.org\nlogin bob\npassword x\n\n" + ENTRY,
                "machine other login bob password x\nmacdef m\nput secret\n\n" + ENTRY,
                "machine other login bob password x\ndefault login alice password wonderland",
                "default login bob password x\n" + ENTRY,
                ENTRY + "machine pele.example.org login bob password builder\n",
                "\uFEFF" + ENTRY
            })
    void theMachinesEntryIsFound(String text) throws IOException {
        write(text);
        assertThat(account.get()).isEqualTo(ALICE);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "'#1', '#1'",
                "'\"a b\"', 'a b'",
                "'\"a\\\"b\\\\c\"', 'a\"b\\c'",
                "'pa\"ss', 'pa\"ss'",
                "machine, machine",
                "'\u00fcber', '\u00fcber'"
            })
    void aPasswordMayBeAnything(String written, String meant) throws IOException {
        write("machine pele.example.org login alice password " + written + "\n");
        assertThat(account.get()).isEqualTo(Credentials.password("alice", meant));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "machine other login u password s3cr3t                   | there is no entry for machine pele.example.org",
                "machine pele.example.org login s3cr3t                   | has no password",
                "machine pele.example.org password s3cr3t                | has no login",
                "machine pele.example.org login u password               | breaks off",
                "machine pele.example.org login u s3cr3t password        | line 1 is not understood",
                "login u password s3cr3t                                 | line 1 is not understood",
                "machine pele.example.org login u password \"s3cr3t      | not closed",
                "machine pele.example.org login u password \"s3cr3t\\n\" | control character",
            })
    void whatCannotBeUsedIsNamedWithTheFileAndNotShown(String text, String problem) throws IOException {
        write(text);
        assertThatIllegalStateException()
                .isThrownBy(account::get)
                .withMessageStartingWith(file + ": ")
                .withMessageContaining(problem)
                .withMessageNotContaining("s3cr3t");
    }

    @Test
    void aFileThatIsNotThereYetIsReadOnceItIs() throws IOException {
        assertThatIllegalStateException().isThrownBy(account::get).withMessage(file + ": there is no such file");
        write(ENTRY);
        assertThat(account.get()).isEqualTo(ALICE);
    }

    @Test
    void whatIsNoTextIsRefused() throws IOException {
        Files.write(file, new byte[] {'m', (byte) 0xff, (byte) 0xfe});
        assertThatIllegalStateException().isThrownBy(account::get).withMessage(file + ": the file is not UTF-8 text");
    }

    @Test
    void aMachineNeedsAName() {
        assertThatIllegalArgumentException().isThrownBy(() -> Credentials.netrc(file, " "));
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }
}
