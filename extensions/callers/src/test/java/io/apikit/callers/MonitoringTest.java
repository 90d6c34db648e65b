package io.apikit.callers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apikit.auth.Backend;
import io.apikit.auth.LoginStore;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The alert rules and the dashboard of {@code deploy/monitoring}, against the metrics of a service that has done work. */
@Tag("thorough")
@Timeout(120)
class MonitoringTest {
    private static final Path FOLDER = Path.of("../../deploy/monitoring");
    private static final Pattern SELECTOR =
            Pattern.compile("\\b((?:apikit|http_server|resilience4j|jvm|process|jetty)_[a-z0-9_]+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|!~|!=|=)\"([^\"]*)\"");

    private static String metrics = "";

    @BeforeAll
    static void work(@TempDir Path folder) throws IOException {
        var check = Callers.anyOf(
                Callers.apiKeys(Keys.file(folder)),
                Callers.jwt(jwt -> jwt.issuer("http://127.0.0.1:1").audience("a")));
        try (var issuer = new Issuer();
                var service = ProtectedService.start(check);
                var stored = Backend.at("http://127.0.0.1:1")
                        .name("stored")
                        .loginStore(LoginStore.inMemory())
                        .build()) {
            stored.bindTo(service.app().meters());
            service.withKey(Keys.ALICE).get("/value").then().statusCode(200);
            service.withKey(Keys.STRANGER).get("/value").then().statusCode(401);
            var token = issuer.token(claims -> claims.issuer("http://127.0.0.1:1"));
            service.withToken(token).get("/value").then().statusCode(503);
            service.stopBackend();
            service.withKey(Keys.ALICE).get("/value").then().statusCode(502);
            System.gc();
            metrics = service.given().get("/metrics").asString();
        }
    }

    static Stream<String> queries() throws IOException {
        return Stream.concat(alerts().lines(), dashboard().stream())
                .flatMap(query -> SELECTOR.matcher(query).results())
                .map(found -> found.group(1) + "{" + (found.group(2) == null ? "" : found.group(2)) + "}")
                .distinct();
    }

    /** Returns the rules without what people read. */
    private static String alerts() throws IOException {
        return Files.readString(FOLDER.resolve("alerts.yaml"))
                .lines()
                .filter(line -> !line.strip().matches("(summary|description|#).*"))
                .collect(Collectors.joining("\n"));
    }

    private static List<String> dashboard() throws IOException {
        var queries = new ObjectMapper()
                .readTree(FOLDER.resolve("dashboard.json").toFile())
                .findValuesAsText("expr");
        assertThat(queries).hasSizeGreaterThan(30);
        return queries;
    }

    @ParameterizedTest
    @MethodSource("queries")
    void everySeriesIsExported(String selector) {
        var parts = SELECTOR.matcher(selector).results().findFirst().orElseThrow();
        var series = metrics.lines()
                .filter(line -> line.startsWith(parts.group(1) + "{") || line.startsWith(parts.group(1) + " "))
                .toList();
        assertThat(series).as(parts.group(1)).isNotEmpty();
        for (var matcher : MATCHER.matcher(parts.group(2)).results().toList()) {
            var value = matcher.group(3);
            if (!List.of("job", "instance").contains(matcher.group(1)) && !value.startsWith("$")) {
                assertThat(series)
                        .as(selector)
                        .anyMatch(line -> value(line, matcher.group(1))
                                .matches(matcher.group(2).contains("~") ? value : Pattern.quote(value)));
            }
        }
    }

    private static String value(String series, String label) {
        var found = Pattern.compile("[{,]" + label + "=\"([^\"]*)\"").matcher(series);
        return found.find() ? found.group(1) : "";
    }

    @Test
    void rulesAreValidAndPassTheirTests() throws Exception {
        assertThat(promtool("check", "rules", "alerts.yaml")).contains("SUCCESS");
        assertThat(promtool("test", "rules", "alerts-test.yaml")).contains("SUCCESS");
    }

    @Test
    void everyAlertHasATest() throws IOException {
        var tests = Files.readString(FOLDER.resolve("alerts-test.yaml"));
        var page = Files.readString(Path.of("../../docs/monitoring.md"));
        assertThat(Pattern.compile("alert: (\\w+)").matcher(alerts()).results().map(found -> found.group(1)))
                .hasSizeGreaterThan(15)
                .allSatisfy(alert -> {
                    assertThat(tests).contains(alert + " fires", alert + " is silent");
                    assertThat(page).contains("`" + alert + "`");
                });
    }

    @Test
    void everyQueryOfTheDashboardIsValid(@TempDir Path folder) throws Exception {
        var rules = folder.resolve("dashboard.yaml");
        var queries = dashboard().stream().distinct().toList();
        var records = queries.stream()
                .map(query -> query.replace("$__rate_interval", "5m")
                        .replace("$job", ".*")
                        .replace("$backend", ".*"))
                .map(query -> Map.of(
                        "record",
                        "dashboard:query" + queries.size(),
                        "expr",
                        query,
                        "labels",
                        Map.of("q", "" + query.hashCode())))
                .toList();
        // JSON is YAML.
        new ObjectMapper()
                .writeValue(rules.toFile(), Map.of("groups", List.of(Map.of("name", "dashboard", "rules", records))));
        assertThat(promtool("check", "rules", rules.toAbsolutePath().toString()))
                .contains(queries.size() + " rules found");
    }

    @Test
    void panelsHaveTitlesAndDoNotOverlap() throws IOException {
        var dashboard =
                new ObjectMapper().readTree(FOLDER.resolve("dashboard.json").toFile());
        var cells = Stream.<String>builder();
        for (var panel : dashboard.get("panels")) {
            assertThat(panel.path("title").asText()).isNotBlank();
            var at = panel.get("gridPos");
            assertThat(at.get("x").asInt() + at.get("w").asInt()).isLessThanOrEqualTo(24);
            cellsOf(at).forEach(cells::add);
        }
        assertThat(cells.build().toList()).doesNotHaveDuplicates();
    }

    private static Stream<String> cellsOf(JsonNode at) {
        return java.util.stream.IntStream.range(
                        0, at.get("w").asInt() * at.get("h").asInt())
                .mapToObj(i -> (at.get("x").asInt() + i % at.get("w").asInt()) + "/"
                        + (at.get("y").asInt() + i / at.get("w").asInt()));
    }

    private static String promtool(String... arguments) throws Exception {
        assumeTrue(
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                        .anyMatch(path -> new File(path, "promtool").canExecute()),
                "skipped: there is no promtool on the PATH (Debian's package prometheus)");
        var command = Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList();
        var process = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
