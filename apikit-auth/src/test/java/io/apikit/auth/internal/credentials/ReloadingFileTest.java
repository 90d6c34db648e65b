package io.apikit.auth.internal.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.apikit.auth.Credentials;
import io.apikit.auth.MountedSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** When a file of credentials is read again. What it was last written is set, so that nothing here waits. */
class ReloadingFileTest {
    @TempDir
    Path folder = Path.of("");

    private Path file = Path.of("");
    private Supplier<Credentials> account = Credentials::none;
    private Instant written = Instant.now().minus(Duration.ofDays(1));

    @BeforeEach
    void firstPassword() throws IOException {
        file = folder.resolve("password");
        account = Credentials.passwordFile("u", file);
        write("first\n");
        assertPassword("first");
    }

    @Test
    void aChangedFileIsReadAgain() throws IOException {
        write("second");
        assertPassword("second");
    }

    @Test
    void aFileThatHasNotChangedIsNotReadAgain() throws IOException {
        var stamp = Files.getLastModifiedTime(file);
        Files.writeString(file, "other\n");
        Files.setLastModifiedTime(file, stamp);
        assertPassword("first");
    }

    @Test
    void aReplacedFileIsReadAgain() throws IOException {
        var stamp = Files.getLastModifiedTime(file);
        var fresh = Files.writeString(folder.resolve("fresh"), "moved\n");
        Files.setLastModifiedTime(fresh, stamp);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        assertPassword("moved");
    }

    @Test
    void aLinkThatLeadsElsewhereIsFollowed() throws IOException {
        var mounted = new MountedSecret(Files.createDirectory(folder.resolve("mounted")));
        mounted.swapTo("one");
        account = Credentials.passwordFile("u", mounted.file());
        assertPassword("one");
        mounted.swapTo("two");
        assertPassword("two");
    }

    @Test
    void aFileThatIsStillBeingWrittenIsLeftAlone() throws IOException {
        Files.writeString(file, "hal");
        assertPassword("first");
        Files.writeString(file, "half and half");
        assertPassword("first");
        settle();
        assertPassword("half and half");
    }

    @Test
    void aFirstPasswordIsTakenAtOnceAndLookedAtAgainOnceItHasSettled() throws IOException {
        Files.writeString(file, "hal");
        account = Credentials.passwordFile("u", file);
        assertPassword("hal");
        Files.writeString(file, "half and half");
        settle();
        assertPassword("half and half");
    }

    @Test
    void aTimeStampFromTheFutureIsNoReasonToWait() throws IOException {
        Files.writeString(file, "ahead");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plus(Duration.ofHours(1))));
        assertPassword("ahead");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "two\nlines\n"})
    void anUnusableFileLeavesTheOldPasswordUntilThereIsANewOne(String unusable) throws IOException {
        write(unusable);
        assertPassword("first");
        write("second\n");
        assertPassword("second");
    }

    @Test
    void whatIsWrongIsLoggedOnceAndTheValueNever() throws IOException {
        var log = new ListAppender<ILoggingEvent>();
        var logger = (Logger) LoggerFactory.getLogger(ReloadingFile.class);
        log.start();
        logger.addAppender(log);
        try {
            write("s3cr3t\ns3cr3t");
            assertPassword("first");
            assertPassword("first");
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        file + ": The password has a control character.; the credentials read before stay in use");
    }

    @Test
    void aFileThatIsGoneLeavesTheOldPassword() throws IOException {
        Files.delete(file);
        assertPassword("first");
        write("back");
        assertPassword("back");
    }

    @Test
    void withoutAFirstPasswordTheFileIsNamed() throws IOException {
        account = Credentials.passwordFile("u", folder.resolve("none"));
        assertThatIllegalStateException()
                .isThrownBy(account::get)
                .withMessage(folder.resolve("none") + ": there is no such file");
        var empty = Files.createFile(folder.resolve("empty"));
        account = Credentials.passwordFile("u", empty);
        assertThatIllegalStateException().isThrownBy(account::get).withMessage(empty + ": the file is empty");
    }

    @Test
    void itPrintsNoPassword() {
        assertThat(account.get().toString()).doesNotContain("first");
    }

    private void assertPassword(String password) {
        assertThat(account.get()).isEqualTo(Credentials.password("u", password));
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
        settle();
    }

    private void settle() throws IOException {
        written = written.plusSeconds(1);
        Files.setLastModifiedTime(file, FileTime.from(written));
    }
}
