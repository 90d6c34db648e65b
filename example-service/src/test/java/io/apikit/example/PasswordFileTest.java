package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordFileTest {
    @TempDir
    private Path folder = Path.of("");

    private Path file = Path.of("");

    @BeforeEach
    void firstPassword() throws IOException {
        file = Files.writeString(folder.resolve("password"), "first\n");
    }

    @Test
    void aReplacedFileIsReadAgain() throws IOException {
        var account = new PasswordFile(file, "u");
        assertThat(account.get()).isEqualTo(Credentials.password("u", "first"));
        replaceWith("later\n");
        assertThat(account.get()).isEqualTo(Credentials.password("u", "later"));
    }

    @Test
    void anEmptiedFileLeavesTheOldPasswordUntilThereIsANewOne() throws IOException {
        var account = new PasswordFile(file, "u");
        Files.writeString(file, "");
        assertThat(account.get()).isEqualTo(Credentials.password("u", "first"));
        Files.writeString(file, "second\n");
        assertThat(account.get()).isEqualTo(Credentials.password("u", "second"));
    }

    @Test
    void aFileThatIsGoneLeavesTheOldPassword() throws IOException {
        var account = new PasswordFile(file, "u");
        Files.delete(file);
        assertThat(account.get()).isEqualTo(Credentials.password("u", "first"));
    }

    @Test
    void itPrintsNoPassword() {
        assertThat(new PasswordFile(file, "u").get().toString()).doesNotContain("first");
    }

    private void replaceWith(String content) throws IOException {
        var fresh = Files.writeString(folder.resolve("fresh"), content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
