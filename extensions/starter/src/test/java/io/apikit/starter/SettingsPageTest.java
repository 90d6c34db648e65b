package io.apikit.starter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that the page about settings has what the code has. */
class SettingsPageTest {
    private static final Path PAGE = Path.of("../../docs/settings.md");

    @Test
    void tablesHaveEverySettingAsTheHelpHasIt() throws IOException {
        assertThat(Files.readAllLines(PAGE).stream().filter(line -> line.matches("\\| `[A-Z_]+` \\|.*")))
                .containsExactlyElementsOf(rows().toList());
    }

    /** Returns the rows of the three tables. */
    static Stream<String> rows() {
        var standard = TestServices.PLAIN.settings().stream();
        var further = SiteNames.passwords("X").settings();
        var client = SiteNames.passwords("X").clientCredentials().settings().subList(1, 5);
        return Stream.of(standard, further.stream(), client.stream())
                .flatMap(settings -> settings)
                .map(SettingsPageTest::row);
    }

    private static String row(Setting setting) {
        var columns = List.of(
                "`" + setting.name() + "`",
                setting.meaning(),
                setting.shownDefault().orElse(""),
                setting.isSecret() ? "yes" : "");
        return ("| " + String.join(" | ", columns) + " |")
                .replace("|  |", "| |")
                .replace("|  |", "| |");
    }
}
