package io.apikit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Comments are written in plain English: some words never stand in those of a published module's main sources. */
class PlainWordsTest {
    private static final Path ROOT = Path.of("..");

    private static final Pattern BANNED = Pattern.compile(
            "\\b(whoever|whatever comes|told|tells?|of late|as ever|nobody's|thereby|hereby|beside it|upon|lest|whence"
                    + "|hence|heir|patience|nor is)\\b",
            Pattern.CASE_INSENSITIVE);

    /** Text blocks, strings and characters come first, so that none of what is in them is taken for a comment. */
    private static final Pattern COMMENT = Pattern.compile(
            "\"\"\"(?:\\\\.|[^\\\\])*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'"
                    + "|(?<comment>/\\*.*?\\*/|//[^\\n]*(?:\\n\\s*//[^\\n]*)*)",
            Pattern.DOTALL);

    /** What a line of a comment begins with, and the end of the line before. */
    private static final Pattern LINE_BREAK = Pattern.compile("\\s*\\n\\s*(?:\\*|//)?\\s*");

    @Test
    void commentsHaveNoBannedWord() {
        var found = sources().flatMap(PlainWordsTest::banned).toList();

        assertThat(found).as("banned words in comments").isEmpty();
    }

    private static Stream<Path> sources() {
        return Stream.concat(modules(ROOT, "apikit-"), modules(ROOT.resolve("extensions"), ""))
                .map(module -> module.resolve("src/main/java"))
                .filter(Files::isDirectory)
                .flatMap(PlainWordsTest::javaFiles);
    }

    private static Stream<Path> modules(Path folder, String prefix) {
        if (!Files.isDirectory(folder)) {
            return Stream.of();
        }
        try (var entries = Files.list(folder)) {
            return entries
                    .filter(module -> module.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> banned(Path file) {
        return comments(file)
                .flatMap(comment -> BANNED.matcher(comment).results().map(MatchResult::group))
                .map(word -> ROOT.relativize(file) + ": " + word);
    }

    private static Stream<String> comments(Path file) {
        try {
            var text = Files.readString(file);
            return COMMENT.matcher(text)
                    .results()
                    .map(MatchResult::group)
                    .filter(piece -> piece.startsWith("/"))
                    .map(comment -> LINE_BREAK.matcher(comment).replaceAll(" "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
