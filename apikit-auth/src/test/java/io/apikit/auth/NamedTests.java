package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The tests that the documentation names: each is looked up in the sources. */
final class NamedTests {
    static final Path REPOSITORY = Path.of("..");

    private static final Set<String> NO_SOURCES = Set.of("target", "node_modules", ".git");

    private static final Map<Path, List<Path>> SOURCES = new ConcurrentHashMap<>();

    private NamedTests() {}

    /** Fails unless there is one class of this name in the folder, and it has this method as a test. */
    static void requireTest(Path folder, String className, String method) throws IOException {
        var source = source(folder, className);
        var declared = Pattern.compile("\\bvoid " + method + "\\(").matcher(source);
        assertThat(declared.find()).as("%s has a method %s", className, method).isTrue();
        // Members are a blank line apart.
        var annotations = source.substring(source.lastIndexOf("\n\n", declared.start()), declared.start());
        assertThat(annotations).containsPattern("@(Parameterized)?Test\\b").doesNotContain("@Disabled");
    }

    private static String source(Path folder, String className) throws IOException {
        var named = SOURCES.computeIfAbsent(folder, NamedTests::sources).stream()
                .filter(file -> file.endsWith(className + ".java"))
                .toList();
        assertThat(named).as("sources of %s in %s", className, folder).hasSize(1);
        return Files.readString(named.get(0)).replace("\r\n", "\n");
    }

    private static List<Path> sources(Path folder) {
        var files = new ArrayList<Path>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
                    return NO_SOURCES.contains(String.valueOf(each.getFileName()))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) {
                    if (each.toString().endsWith(".java")) {
                        files.add(each);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }
}
