package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every public and protected member outside of {@code internal} packages has a Javadoc comment, as doclint's group
 * {@code missing} sees it. Tags for parameters and results are not required: a sentence that names them is enough. The
 * test stands in this module because it has the libraries of all others on its class path.
 */
class DocumentedApiTest {
    private static final List<Path> SOURCES = Stream.of(
                    "../apikit-core",
                    "../apikit-auth",
                    "../apikit-testkit",
                    "../extensions/status",
                    "../extensions/starter",
                    "../extensions/contract",
                    "../extensions/oauth2")
            .map(module -> Path.of(module, "src/main/java"))
            .toList();

    @Test
    void everyPublicMemberIsDocumented(@TempDir Path classes) throws IOException {
        var found = new DiagnosticCollector<JavaFileObject>();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(found, Locale.ROOT, null)) {
            var options = List.of(
                    "-proc:none",
                    "-Xdoclint:missing/protected",
                    "-Xmaxwarns",
                    "10000",
                    "-d",
                    classes.toString(),
                    "-cp",
                    System.getProperty("java.class.path"));
            var sources = files.getJavaFileObjectsFromPaths(
                    SOURCES.stream().flatMap(DocumentedApiTest::files).toList());

            assertThat(compiler.getTask(null, files, found, options, null, sources)
                            .call())
                    .as("the sources compile")
                    .isTrue();
        }

        assertThat(found.getDiagnostics())
                .as("doclint has run")
                .anyMatch(diagnostic -> diagnostic.getMessage(Locale.ROOT).contains("no @"));
        assertThat(found.getDiagnostics().stream()
                        .filter(DocumentedApiTest::isWithoutComment)
                        .map(DocumentedApiTest::place))
                .isEmpty();
    }

    private static boolean isWithoutComment(Diagnostic<? extends JavaFileObject> diagnostic) {
        return diagnostic.getMessage(Locale.ROOT).contains("no comment")
                && !diagnostic.getSource().getName().contains("/internal/");
    }

    private static String place(Diagnostic<? extends JavaFileObject> diagnostic) {
        return diagnostic.getSource().getName() + ":" + diagnostic.getLineNumber();
    }

    private static Stream<Path> files(Path root) {
        try (var files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
