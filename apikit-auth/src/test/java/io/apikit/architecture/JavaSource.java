package io.apikit.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Java source file of the repository.
 *
 * @param path from the root of the repository, with slashes
 * @param packageName the package that it declares; empty for the unnamed one
 */
record JavaSource(String path, String packageName) {
    private static final Path ROOT = Path.of("..");
    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);

    /** Returns the sources in {@code src} folders below this folder of the repository. */
    static Stream<JavaSource> below(String folder) {
        try (var files = Files.walk(ROOT.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream()
                    .map(JavaSource::read)
                    .filter(source -> source.path().contains("/src/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JavaSource read(Path file) {
        try {
            var declaration = PACKAGE.matcher(Files.readString(file));
            var path = ROOT.relativize(file).toString().replace('\\', '/');
            return new JavaSource(path, declaration.find() ? declaration.group(1) : "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isMain() {
        return path.contains("/src/main/");
    }
}
