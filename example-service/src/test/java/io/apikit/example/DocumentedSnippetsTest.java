package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apikit.example.DocumentedPages.Block;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import org.yaml.snakeyaml.Yaml;

/** Tests what is in the code blocks of the README and the pages: each is compiled, parsed or run. */
class DocumentedSnippetsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern CLASS_NAME = Pattern.compile("(?m)^(?:public )?(?:final )?class (\\w+)");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package .*;\\n");
    private static final Pattern PATH = Pattern.compile("^(\\./)?[.\\w-]+(/[\\w.-]+)+$");

    /** The commands of the pages that are no file of the repository. */
    private static final Set<String> COMMANDS = Set.of(
            "cd",
            "chmod",
            "curl",
            "docker",
            "export",
            "git",
            "gpg",
            "grep",
            "helm",
            "java",
            "jcmd",
            "kill",
            "kubeconform",
            "kubectl",
            "mvn",
            "npm",
            "npx",
            "openapi-generator-cli",
            "openssl",
            "pip",
            "podman",
            "promtool",
            "python3",
            "sudo",
            "ulimit");

    /** Languages whose blocks are looked at by a test of this class. */
    private static final Set<String> TESTED = Set.of("java", "json", "yaml", "xml", "properties", "sh");

    /** Languages that nothing here can check, and blocks of plain text. */
    private static final Set<String> SHOWN = Set.of("", "kotlin", "promql", "dockerfile", "text", "http", "ini");

    @Test
    void everyBlockHasALanguageThatIsKnown() {
        assertThat(DocumentedPages.blocks().toList())
                .hasSizeGreaterThan(40)
                .allSatisfy(block -> assertThat(Stream.concat(TESTED.stream(), SHOWN.stream()))
                        .as(block.toString())
                        .contains(block.language()));
    }

    /** All in one run of the compiler, which is several times faster. So each is in a package of its own. */
    @Test
    void everyJavaSnippetCompiles(@TempDir Path classes) {
        var sources = new ArrayList<Source>();
        DocumentedPages.blocks("java").forEach(block -> sources.add(Source.of(block, sources.size())));
        var output = new StringWriter();
        var options = List.of(
                "-proc:none", "-implicit:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString());

        ToolProvider.getSystemJavaCompiler()
                .getTask(output, null, null, options, null, sources)
                .call();

        assertThat(sources).hasSizeGreaterThanOrEqualTo(20);
        assertThat(output.toString()).isEmpty();
    }

    @Test
    void jsonParses() {
        allParse("json", text -> {
            var isOneValue = isParsed(text);
            return isOneValue || text.lines().allMatch(DocumentedSnippetsTest::isParsed);
        });
    }

    private static boolean isParsed(String text) {
        try {
            return !JSON.readTree(text).isMissingNode()
                    && JSON.getFactory().createParser(text).nextToken() != null;
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void yamlParses() {
        allParse("yaml", text -> {
            new Yaml().loadAll(text).forEach(document -> assertThat(document).isNotNull());
            return true;
        });
    }

    @Test
    void xmlParses() {
        allParse("xml", text -> {
            var document = text.replaceFirst("^<\\?xml.*?\\?>", "");
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader("<page>" + document + "</page>")));
            return true;
        });
    }

    @Test
    void propertiesHaveNamesOfSettings() {
        allParse("properties", text -> {
            var properties = new Properties();
            properties.load(new StringReader(text));
            return properties.stringPropertyNames().stream().allMatch(name -> name.matches("[A-Za-z][\\w.-]*"));
        });
    }

    private interface Parser {
        boolean test(String text) throws Exception;
    }

    private static void allParse(String language, Parser parser) {
        assertThat(DocumentedPages.blocks(language).toList())
                .allSatisfy(block -> assertThat(parser.test(block.text()))
                        .as(block.toString())
                        .isTrue());
    }

    @Test
    void shellIsSyntacticallyRight(@TempDir Path folder) throws Exception {
        var blocks = DocumentedPages.blocks("sh").toList();
        for (var block : blocks) {
            Files.writeString(folder.resolve(blocks.indexOf(block) + ".sh"), block.text());
        }
        var check = new ProcessBuilder("bash", "-c", "for f in *.sh; do bash -n $f; done")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(blocks).hasSizeGreaterThan(10);
    }

    @Test
    void commandsAreThere() {
        assertThat(DocumentedPages.blocks("sh").toList())
                .allSatisfy(block -> assertThat(block.commands())
                        .as(block.toString())
                        .allSatisfy(command ->
                                assertThat(isThere(command)).as(command).isTrue()));
    }

    /** A command is known by name, or a file of the repository. Files that a build makes are named below target. */
    private static boolean isThere(String command) {
        return COMMANDS.contains(command)
                || (PATH.matcher(command).matches()
                        && (command.contains("target/") || Files.exists(DocumentedPages.REPOSITORY.resolve(command))));
    }

    /** The lines to paste are run as they stand, but for the port. */
    @Test
    void curlGetsASuccessFromTheDemo() throws Exception {
        assumeTrue(Stream.of("/usr/bin/curl", "/bin/curl").map(Path::of).anyMatch(Files::exists), "no curl");
        var lines = DocumentedPages.blocks("sh")
                .flatMap(block -> block.text().lines())
                .filter(line -> line.startsWith("curl ") && line.contains("http://127.0.0.1:8080/"))
                .distinct()
                .toList();

        assertThat(lines).hasSizeGreaterThanOrEqualTo(6);
        try (var demo = MainProcess.start(Map.of("PORT", "0"))) {
            var script = String.join("\n", lines)
                    .replace("http://127.0.0.1:8080", demo.awaitUrl())
                    .replaceAll("(?m)^curl ", "curl -sS -o /dev/null -w '%{http_code}\\\\n' ");
            var run = new ProcessBuilder("bash", "-c", script)
                    .redirectErrorStream(true)
                    .start();
            var statuses = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(statuses.lines()).hasSameSizeAs(lines).allMatch("200"::equals, "200 for each of " + lines);
        }
    }

    @Test
    void migratedServiceOnThePageIsTheRepositorysOwn() throws IOException {
        var file = DocumentedPages.REPOSITORY.resolve(
                "example-service/src/main/java/io/apikit/example/migrated/BuildStatus.java");
        var page = DocumentedPages.read(DocumentedPages.DOCS.resolve("migrating.md"));
        var metric = file.resolveSibling("MetricDeviation.java");

        assertThat(page).contains("```java\n" + Files.readString(file) + "```");
        assertThat(page)
                .contains("BuildStatus.java), " + Files.readAllLines(file).size() + " lines")
                .contains("MetricDeviation.java), " + Files.readAllLines(metric).size() + " lines");
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        private Source(String path, String text) {
            super(URI.create("string:///" + path), Kind.SOURCE);
            this.text = text;
        }

        static Source of(Block block, int number) {
            var className = Optional.of(CLASS_NAME.matcher(block.text()))
                    .filter(Predicate.not(matcher -> !matcher.find()))
                    .map(matcher -> matcher.group(1))
                    .orElseThrow(() -> new AssertionError("no class: " + block));
            var name = "snippet" + number;
            var text = "package " + name + ";" + PACKAGE.matcher(block.text()).replaceFirst("");
            return new Source(name + "/" + className + JavaFileObject.Kind.SOURCE.extension, text);
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
