package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.example.demo.DemoBackend;
import io.apikit.example.demo.StandInSystem;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that the README and the pages of {@code docs} agree with the code. */
class DocumentationTest {
    private static final Path REPOSITORY = DocumentedPages.REPOSITORY;
    private static final Path README = DocumentedPages.README;
    private static final Path BOM = REPOSITORY.resolve("bom/pom.xml");
    private static final Path DOCS = DocumentedPages.DOCS;
    private static final Path EXAMPLE_PAGE = DOCS.resolve("example-systems.md");

    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");

    @Test
    void responsesAreTheServicesOwn() {
        try (var demo = RunningDemo.open()) {
            var real = List.of(
                    body(demo.alice(), RunningDemo.VALUE),
                    body(demo.anonymous(), "/metadata"),
                    body(demo.anonymous(), RunningDemo.VALUE),
                    body(demo.anonymous().accept("application/problem+json"), RunningDemo.VALUE),
                    body(demo.alice(), "/nightly/nonsense"),
                    demo.alice().post(RunningDemo.VALUE).body().asString());
            var written = Stream.of(README, DOCS.resolve("what-callers-see.md"))
                    .flatMap(page -> read(page).lines())
                    .filter(line -> line.startsWith("{"));

            assertThat(written).containsExactlyInAnyOrderElementsOf(real);
        }
    }

    @Test
    void linesToPasteAreTheDemosOwn() {
        try (var demo = DemoBackend.start()) {
            assertThat(read(README).lines()).containsAll(demo.lines("http://127.0.0.1:8080"));
        }
        for (var standIn : StandInSystem.startMissing(name -> Optional.empty())) {
            assertThat(read(EXAMPLE_PAGE).lines())
                    .contains(standIn.join().line("http://127.0.0.1:8080").strip());
            standIn.join().close();
        }
    }

    @Test
    void versionToInstallIsThatOfTheBuild() {
        var version = first("<version>(.*?)<", read(REPOSITORY.resolve("pom.xml")));

        assertThat(read(README))
                .contains("platform(\"io.apikit:apikit-bom:" + version + "\")")
                .contains("<artifactId>apikit-bom</artifactId> <version>" + version + "<");
    }

    @Test
    void artifactsToInstallHaveTheirVersionsFromTheBom() {
        var gradle = matches("mplementation\\(\"(io\\.apikit:[\\w-]+)\"\\)", read(README));
        var maven =
                matches("<dependency><groupId>(io\\.apikit</groupId> <artifactId>[\\w-]+)</artifactId>", read(README))
                        .stream()
                        .map(artifact -> artifact.replace("</groupId> <artifactId>", ":"))
                        .toList();
        var managed = matches("<groupId>(.*?</groupId>\\s*<artifactId>.*?)</artifactId>", read(BOM)).stream()
                .map(artifact -> artifact.replaceAll("</groupId>\\s*<artifactId>", ":"))
                .toList();

        assertThat(gradle)
                .containsExactly("io.apikit:apikit-starter", "io.apikit:apikit-test")
                .isEqualTo(maven);
        assertThat(managed).containsAll(gradle);
    }

    private static List<String> matches(String regex, String text) {
        return Pattern.compile(regex)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static String first(String regex, String text) {
        var matcher = Pattern.compile(regex).matcher(text);
        assertThat(matcher.find()).as(regex).isTrue();
        return matcher.group(1);
    }

    @Test
    void everyLinkHasATarget() {
        var broken = DocumentedPages.all().stream()
                .flatMap(page -> LINK.matcher(DocumentedPages.prose(page))
                        .results()
                        .filter(link -> !isThere(page, link))
                        .map(link -> REPOSITORY.relativize(page) + ": " + link.group()))
                .toList();

        assertThat(broken).isEmpty();
    }

    private static boolean isThere(Path page, MatchResult link) {
        var target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
        var anchor = link.group(2);
        return Files.exists(target) && (anchor == null || anchors(target).contains(anchor));
    }

    /** Returns the anchors that GitHub makes of the headings: lower case, no punctuation, hyphens for spaces. */
    private static List<String> anchors(Path page) {
        return HEADING.matcher(DocumentedPages.prose(page))
                .results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
                .toList();
    }

    private static String body(RequestSpecification request, String path) {
        return request.get(path).body().asString();
    }

    private static String read(Path page) {
        return DocumentedPages.read(page);
    }
}
