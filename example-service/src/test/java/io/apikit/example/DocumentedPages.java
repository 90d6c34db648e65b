package io.apikit.example;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The README, the other pages at the top level, those of {@code docs}, and the README of each module. */
final class DocumentedPages {
    static final Path REPOSITORY = Path.of("..");
    static final Path README = REPOSITORY.resolve("README.md");
    static final Path DOCS = REPOSITORY.resolve("docs");

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```([a-z]*)[^\\n]*\\n(.*?)^```$");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$");

    private DocumentedPages() {}

    static List<Path> all() {
        try (var files = Files.find(REPOSITORY, 3, (file, attributes) -> isPage(REPOSITORY.relativize(file)))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isPage(Path file) {
        var folder = file.getParent();
        return file.toString().endsWith(".md")
                && (folder == null || folder.startsWith("docs") || file.endsWith("README.md"));
    }

    static Stream<Block> blocks() {
        return all().stream()
                .flatMap(page -> BLOCK.matcher(read(page))
                        .results()
                        .map(found -> new Block(REPOSITORY.relativize(page), found.group(1), found.group(2))));
    }

    static Stream<Block> blocks(String language) {
        return blocks().filter(block -> block.language().equals(language));
    }

    /** Returns the page without its code blocks. */
    static String prose(Path page) {
        return CODE.matcher(read(page)).replaceAll("");
    }

    static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A code block of a page. */
    record Block(Path page, String language, String text) {
        private static final Pattern CONTINUED = Pattern.compile("\\\\\\n\\s*");
        private static final Pattern ASSIGNMENTS = Pattern.compile("^(?:[A-Z_]+=(?:\"[^\"]*\"|'[^']*'|\\S)*\\s+)+");

        /** Returns the first word of each command, without comments, quoted texts and variables that are set for it. */
        List<String> commands() {
            return CONTINUED
                    .matcher(text)
                    .replaceAll(" ")
                    .lines()
                    .map(line -> line.replaceAll("(^|\\s)#.*", ""))
                    .map(line -> ASSIGNMENTS.matcher(line).replaceFirst(""))
                    .map(line -> line.replaceAll("'[^']*'|\"[^\"]*\"", "TEXT"))
                    .flatMap(line -> Stream.of(line.split("&&|\\|\\|?|;", -1)))
                    .map(String::strip)
                    .filter(command -> !command.isEmpty())
                    .map(command -> command.split("\\s+", -1)[0])
                    .toList();
        }

        @Override
        public String toString() {
            return page + ": " + text.lines().findFirst().orElse("");
        }
    }
}
