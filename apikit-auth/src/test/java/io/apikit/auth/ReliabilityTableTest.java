package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of {@code docs/reliability.md} has every case, and every test that it names exists. */
class ReliabilityTableTest {
    private static final Path REPOSITORY = NamedTests.REPOSITORY;
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|(.*)\\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`(?: \\(([\\w/-]+)\\))?");
    private static final String NOT_MET = "Not met: ";

    private static Stream<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(REPOSITORY.resolve("docs/reliability.md")))
                .results();
    }

    @Test
    void everyCaseHasOneRow() throws IOException {
        var cases = Stream.of(IntStream.rangeClosed(1, 89), IntStream.rangeClosed(101, 122));

        assertThat(rows().map(row -> Integer.valueOf(row.group(1))))
                .containsExactlyElementsOf(cases.flatMap(IntStream::boxed).toList());
    }

    @Test
    void everyRowNamesATestOrTheReasonWhyThereIsNone() throws IOException {
        assertThat(rows()).allSatisfy(row -> {
            var cells = row.group(2).split("\\|", -1);
            assertThat(cells).as("cells of case %s", row.group(1)).hasSize(3);
            assertThat(TEST.matcher(cells[2]).find())
                    .as("case %s has a test", row.group(1))
                    .isNotEqualTo(row.group(2).contains(NOT_MET));
        });
    }

    static Stream<String> tests() throws IOException {
        return rows().flatMap(row -> TEST.matcher(row.group(2)).results()).map(MatchResult::group);
    }

    @ParameterizedTest
    @MethodSource("tests")
    void everyTestThatIsNamedIsOne(String named) throws IOException {
        var test = TEST.matcher(named).results().findFirst().orElseThrow();
        var module = test.group(3) == null ? "apikit-auth" : test.group(3);

        NamedTests.requireTest(REPOSITORY.resolve(module).resolve("src"), test.group(1), test.group(2));
    }
}
