package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of {@code docs/threats.md} have every case, and every test that they name exists. */
class ThreatsTableTest {
    private static final Pattern SECTION = Pattern.compile("(?m)^## (.*)$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (.*) \\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Contract))[.#](\\w+)`");

    private static String page() throws IOException {
        return Files.readString(NamedTests.REPOSITORY.resolve("docs/threats.md"));
    }

    /** The rows of a section's table, without its head. */
    private static List<String> rows(String section) throws IOException {
        var page = page();
        var begin = page.indexOf("\n## " + section + "\n");
        assertThat(begin).as("there is a section %s", section).isPositive();
        var next = SECTION.matcher(page);
        var end = next.find(begin + section.length()) ? next.start() : page.length();
        return ROW.matcher(page.substring(begin, end))
                .results()
                .map(row -> row.group(1))
                .skip(2)
                .toList();
    }

    private static List<String> cells(String row) {
        return List.of(row.split(" \\| ", -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A caller", "A backend", "A login provider", "The network", "A neighbour in the cluster"})
    void everyAttemptHasATest(String attacker) throws IOException {
        assertThat(rows(attacker)).isNotEmpty().allSatisfy(row -> {
            assertThat(cells(row)).as(row).hasSize(3);
            assertThat(TEST.matcher(cells(row).get(2)).find()).as(row).isTrue();
        });
    }

    @Test
    void everyCaseHasOneRow() throws IOException {
        assertThat(rows("All cases").stream()
                        .map(row -> Integer.valueOf(cells(row).get(0))))
                .containsExactlyElementsOf(
                        IntStream.concat(IntStream.rangeClosed(1, 89), IntStream.rangeClosed(101, 122))
                                .boxed()
                                .toList());
    }

    @Test
    void everyCaseHasATest() throws IOException {
        assertThat(rows("All cases")).allSatisfy(row -> {
            var cells = cells(row);
            assertThat(cells).as(row).hasSize(4);
            var shown = cells.get(3);
            assertThat(TEST.matcher(shown).find()
                            || shown.equals("[case " + cells.get(0) + "](reliability.md#cases-and-their-tests)"))
                    .as(row)
                    .isTrue();
        });
    }

    static Stream<String> tests() throws IOException {
        return TEST.matcher(page()).results().map(MatchResult::group).distinct();
    }

    @ParameterizedTest
    @MethodSource("tests")
    void everyTestThatIsNamedIsOne(String named) throws IOException {
        var test = TEST.matcher(named).results().findFirst().orElseThrow();
        NamedTests.requireTest(NamedTests.REPOSITORY, test.group(1), test.group(2));
    }
}
