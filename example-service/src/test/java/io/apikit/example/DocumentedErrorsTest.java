package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests that the texts that the pages explain are those of the sources. Two dots on a page stand for what differs. */
class DocumentedErrorsTest {
    private static final Path MODES = DocumentedPages.DOCS.resolve("modes");

    private static final Pattern CONCATENATED = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
    private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| `([^`]+)` \\|");
    private static final Pattern FAILURES = Pattern.compile("(?s)## When something fails\\n(.*?)\\n## ");
    private static final Pattern MESSAGE = Pattern.compile("`([A-Za-z][^`]* [^`]+)`");

    private static String literals = "";

    @BeforeAll
    static void readSources() throws IOException {
        try (var files = Files.find(
                DocumentedPages.REPOSITORY,
                14,
                (file, attributes) -> file.toString().endsWith(".java") && isMain(file))) {
            literals = files.flatMap(DocumentedErrorsTest::literals).collect(Collectors.joining("\n"));
        }
    }

    private static boolean isMain(Path file) {
        return file.toString().contains("/src/main/java/") && !file.toString().contains("/benchmarks/");
    }

    private static Stream<String> literals(Path file) {
        var text = CONCATENATED.matcher(DocumentedPages.read(file)).replaceAll("");
        return LITERAL.matcher(text).results().map(literal -> literal.group(1));
    }

    @Test
    void everyTextOfTheTroubleshootingPageIsInTheSources() {
        var page = DocumentedPages.DOCS.resolve("troubleshooting.md");
        var texts = FIRST_CELL
                .matcher(DocumentedPages.read(page))
                .results()
                .map(cell -> cell.group(1))
                .toList();

        assertThat(texts).hasSizeGreaterThan(80).allSatisfy(DocumentedErrorsTest::isInTheSources);
    }

    @Test
    void everyTextOfAModesPageIsInTheSources() throws IOException {
        try (var pages = Files.list(MODES)) {
            assertThat(pages.toList())
                    .hasSizeGreaterThanOrEqualTo(8)
                    .allSatisfy(page ->
                            assertThat(messages(page)).isNotEmpty().allSatisfy(DocumentedErrorsTest::isInTheSources));
        }
    }

    private static List<String> messages(Path page) {
        return FAILURES.matcher(DocumentedPages.read(page))
                .results()
                .flatMap(section -> MESSAGE.matcher(section.group(1)).results())
                .map((MatchResult message) -> message.group(1))
                .filter(message -> !message.startsWith("WWW-Authenticate"))
                .toList();
    }

    private static void isInTheSources(String text) {
        assertThat(text.split("\\.\\.", -1))
                .allSatisfy(part -> assertThat(literals)
                        .as("the text '%s'", text)
                        .contains(part.replaceAll("^[\\s'(:.,]+|[\\s'(:.,]+$", "")));
    }
}
