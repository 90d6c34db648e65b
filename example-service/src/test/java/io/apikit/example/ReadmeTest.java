package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says is so. */
class ReadmeTest {
    private static final Pattern JAVA = Pattern.compile("(?s)```java\\n(.*?)```");
    private static final Pattern CLASS_NAME = Pattern.compile("(?m)^(?:final )?class (\\w+)");

    private final String readme = read("..", "README.md");

    @Test
    void itsJavaCompiles(@TempDir Path classes) {
        var blocks = JAVA.matcher(readme + read("..", "apikit-core", "README.md"))
                .results()
                .map(block -> block.group(1))
                .toList();
        assertThat(blocks).hasSize(5);
        assertThat(blocks)
                .allSatisfy(block -> assertThat(errors(block, classes)).isEmpty());
    }

    @Test
    void itsAnswersAreTheServicesOwn() {
        try (var front = Front.open()) {
            var real = List.of(
                    body(front.alice(), Front.VALUE),
                    body(front.nobody(), "/metadata"),
                    body(front.nobody(), Front.VALUE),
                    body(front.nobody().accept("application/problem+json"), Front.VALUE),
                    body(front.alice(), "/nightly/nonsense"),
                    front.alice().post(Front.VALUE).body().asString());
            assertThat(readme.lines().filter(line -> line.startsWith("{"))).containsExactlyInAnyOrderElementsOf(real);
        }
    }

    @Test
    void itsLinesToPasteAreTheDemosOwn() {
        try (var demo = Demo.start()) {
            assertThat(readme.lines()).containsAll(demo.lines("http://127.0.0.1:8080"));
        }
        for (var standIn : Systems.from(Map.of()).standIns()) {
            assertThat(readme.lines())
                    .contains(standIn.join().line("http://127.0.0.1:8080").strip());
            standIn.join().close();
        }
    }

    @Test
    void itsTableHasEverySetting() {
        var rows = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|").matcher(readme);
        assertThat(rows.results().map(row -> row.group(1)))
                .containsExactlyElementsOf(
                        Stream.of(Variable.values()).map(Variable::name).toList());
    }

    private static String errors(String source, Path classes) {
        var output = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        var options = List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString());
        compiler.getTask(output, null, null, options, null, List.of(new Source(className(source), source)))
                .call();
        return output.toString();
    }

    private static String className(String source) {
        var matcher = CLASS_NAME.matcher(source);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static String body(RequestSpecification request, String path) {
        return request.get(path).body().asString();
    }

    private static String read(String... path) {
        try {
            return Files.readString(Path.of("", path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String className, String text) {
            super(URI.create("string:///" + className + JavaFileObject.Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
