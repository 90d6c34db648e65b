package io.apikit.ops.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apikit.ops.AccessLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A Logback of its own for each test. */
class LoggingTest {
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final LoggerContext context = new LoggerContext();
    private final LogbackMDCAdapter mdc = new LogbackMDCAdapter();

    private final Path folder;

    LoggingTest(@TempDir Path folder) {
        this.folder = folder;
        context.setMDCAdapter(mdc);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private Logger configured(String... settings) {
        LogbackConfiguration.configure(environment(settings), "uservice-test", context);
        return context.getLogger("org.example.jobs.Nightly");
    }

    private static Map<String, String> environment(String... settings) {
        var environment = new HashMap<String, String>();
        for (var setting : settings) {
            var pair = setting.split("=", 2);
            environment.put(pair[0], pair[1]);
        }
        return environment;
    }

    private Path file() {
        return folder.resolve("service.log");
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file());
    }

    private Map<String, Object> json() throws IOException {
        return new ObjectMapper().readValue(lines().get(lines().size() - 1), OBJECT);
    }

    private String field(String name) throws IOException {
        return String.valueOf(json().get(name));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "LOGLEVEL   | LOGLEVEL=LOUD                       | must be TRACE, DEBUG, INFO, WARNING, ERROR or CRITICAL, not 'LOUD'",
                "LOGLEVEL   | LOGLEVEL=10                         | not '10'",
                "LOG_FORMAT | LOG_FORMAT=xml                      | must be text or json, not 'xml'",
                "LOGFILE    | LOGFILE=/no/such/folder/service.log | cannot be written (NoSuchFileException",
                "LOGFILE    | LOGFILE=/                           | cannot be written",
                "LOGHOST    | LOG_TO_SYSLOG=1 LOGHOST=h:port      | must be a host or host:port, with a port from 1 to 65535, not 'h:port'",
                "LOGHOST    | LOG_TO_SYSLOG=1 LOGHOST=h:0         | not 'h:0'",
                "LOGHOST    | LOG_TO_SYSLOG=1 LOGHOST=h:65536     | not 'h:65536'",
                "LOGHOST    | LOG_TO_SYSLOG=1 LOGHOST=udp://h     | not 'udp://h'",
                "LOGHOST    | LOG_TO_SYSLOG=1 LOGHOST=h/x         | not 'h/x'",
                "LOGHOST    | LOG_TO_SYSLOG=1 LOGHOST=:514        | not ':514'",
            })
    void anInvalidSettingIsNamedAndChangesNothing(String variable, String settings, String problem) {
        var before = context.getLogger(Logger.ROOT_LOGGER_NAME).getLevel();
        assertThatThrownBy(() -> configured(settings.split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(variable + ": ")
                .hasMessageContaining(problem);
        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getLevel()).isEqualTo(before);
    }

    @Test
    void anInvalidValueCannotAddALine() {
        assertThatThrownBy(() -> configured("LOGLEVEL=a\nb"))
                .message()
                .contains("'a\\nb'")
                .doesNotContain("\n");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "A=b, INFO",
        "LOGLEVEL= , INFO",
        "LOGLEVEL=debug, DEBUG",
        "LOGLEVEL=Warning, WARN",
        "LOGLEVEL=WARN, WARN",
        "LOGLEVEL=ERROR, ERROR",
        "LOGLEVEL=CRITICAL, ERROR",
        "LOGLEVEL=TRACE, TRACE",
        "DEBUG=1, DEBUG",
        "DEBUG=anything, DEBUG",
        "DEBUG=false, INFO",
        "DEBUG=0, INFO",
        "DEBUG=1 LOGLEVEL=ERROR, DEBUG",
        "DEBUG=1 LOGLEVEL=TRACE, TRACE",
    })
    void theLevelFollowsTheSettings(String settings, String level) {
        configured(settings.split(" "));
        assertThat(context.getLogger("org.example").getEffectiveLevel()).isEqualTo(Level.toLevel(level));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOGLEVEL=TRACE", "DEBUG=1", "LOGLEVEL=INFO", "LOGLEVEL=ERROR"})
    void loggersThatShowAuthorizationStayAboveDebug(String setting) {
        configured(setting);
        for (var logger : List.of("org.eclipse.jetty.http", "org.apache.hc.client5.http.wire", "io.javalin.Javalin")) {
            assertThat(context.getLogger(logger).isDebugEnabled()).as(logger).isFalse();
            assertThat(context.getLogger(logger).isWarnEnabled()).as(logger).isEqualTo(!setting.endsWith("ERROR"));
        }
        assertThat(context.getLogger("io.lettuce.core").isWarnEnabled()).isFalse();
        assertThat(context.getLogger("io.netty.util").isDebugEnabled()).isFalse();
    }

    @Test
    void theDefaultIsStandardError() {
        configured("LOGHOST=is.not.asked.for");
        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders())
                .toIterable()
                .singleElement()
                .isInstanceOfSatisfying(
                        ConsoleAppender.class,
                        console -> assertThat(console.getTarget()).isEqualTo("System.err"));
    }

    @Test
    void aFileGetsJsonAndPrecedesASyslog() throws Exception {
        Files.writeString(file(), "before\n");
        configured("LOGFILE=" + file(), "LOG_TO_SYSLOG=1").info("after {}", 1);
        assertThat(lines()).hasSize(2).first().isEqualTo("before");
        assertThat(json()).containsEntry("event", "after 1");
    }

    @Test
    void aJsonLineHasTheseFields() throws Exception {
        configured("LOGFILE=" + file()).warn("careful");
        assertThat(json())
                .containsOnlyKeys("timestamp", "level", "logger", "thread", "event")
                .contains(
                        entry("event", "careful"),
                        entry("level", "WARN"),
                        entry("logger", "org.example.jobs.Nightly"),
                        entry("thread", Thread.currentThread().getName()));
        assertThat(field("timestamp")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[.\\d]*Z");
    }

    @Test
    void aJsonLineHasRequestFieldsAndPairs() throws Exception {
        var log = configured("LOGFILE=" + file());
        mdc.put("request_id", "mine");
        mdc.put("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736");
        mdc.put("caller", "alice");
        log.atInfo().addKeyValue("caller", "1234").addKeyValue("status", 200).log("done");
        assertThat(json())
                .containsOnlyKeys(
                        "timestamp",
                        "level",
                        "logger",
                        "thread",
                        "event",
                        "request_id",
                        "trace_id",
                        "caller_name",
                        "caller",
                        "status")
                .contains(
                        entry("request_id", "mine"),
                        entry("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"),
                        entry("caller_name", "alice"),
                        entry("caller", "1234"),
                        entry("status", 200));
    }

    @Test
    void anExceptionIsAFieldWithoutForgedFrames() throws Exception {
        configured("LOGFILE=" + file()).error("failed", forging());
        assertThat(lines()).hasSize(1);
        assertThat(field("exception"))
                .startsWith("java.lang.IllegalStateException: a\\r\\n\\tat forged.Frame")
                .contains("Caused by: java.io.IOException: \\u001b[31mred\\u202e")
                .contains("\tat io.apikit.ops.logging.LoggingTest");
    }

    private static Exception forging() {
        return new IllegalStateException("a\r\n\tat forged.Frame", new IOException("\u001b[31mred\u202e"));
    }

    @Test
    void aTextLineIsReadable() throws Exception {
        var log = configured("LOGFILE=" + file(), "LOG_FORMAT=Text");
        mdc.put("request_id", "mine");
        log.atInfo().addKeyValue("job", "a\nb").log("done");
        assertThat(lines())
                .singleElement()
                .asString()
                .matches(
                        "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  o.example.jobs.Nightly mine done job=a\\\\nb");
    }

    @Test
    void textCannotForgeLinesOrControlATerminal() throws Exception {
        configured("LOGFILE=" + file(), "LOG_FORMAT=text")
                .error("first\r\n2026-01-01 ERROR forged \u001b[2J\u0000\u0085\u2028\u202e\tend", forging());
        assertThat(lines().get(0))
                .endsWith("first\\r\\n2026-01-01 ERROR forged \\u001b[2J\\u0000\\u0085\\u2028\\u202e\\tend");
        assertThat(lines().get(1)).isEqualTo("java.lang.IllegalStateException: a\\r\\n\\tat forged.Frame");
        assertThat(lines().subList(2, lines().size()))
                .allMatch(line -> line.startsWith("\tat ")
                        || line.startsWith("\t...")
                        || line.equals("Caused by: java.io.IOException: \\u001b[31mred\\u202e"));
    }

    /** Controls, invisible formats, marks of direction, separators, tags, and halves of characters. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001b",
                "\u007f",
                "\u0085",
                "\u009b",
                "\u00ad",
                "\u061c",
                "\u180e",
                "\u200b",
                "\u200e",
                "\u2028",
                "\u2029",
                "\u202e",
                "\u2060",
                "\u2066",
                "\ufeff",
                "\ufff9",
                "\udb40\udc41",
                "\ud800",
                "\udc00"
            })
    void unseenCharacterIsEscapedInEachField(String unseen) throws Exception {
        for (var format : List.of("text", "json")) {
            Files.deleteIfExists(file());
            var log = configured("LOGFILE=" + file(), "LOG_FORMAT=" + format);
            mdc.put("request_id", "mine" + unseen + "!");
            log.atError()
                    .addKeyValue("job", "a" + unseen + "b")
                    .setCause(new IOException("c" + unseen + "d"))
                    .log("e" + unseen + "f \ud83d\ude00");

            var text = Files.readString(file());
            assertThat(text.lines().collect(Collectors.joining()))
                    .doesNotContain(unseen)
                    .doesNotContain("?")
                    .contains("\ud83d\ude00")
                    .containsIgnoringCase(String.format("e\\u%04x", (int) unseen.charAt(0)));
            assertThat(format.equals("text") ? unseen : field("event")).contains(unseen);
        }
    }

    @Test
    void aLongStackTraceIsCut() throws Exception {
        configured("LOGFILE=" + file()).error("failed", new IllegalStateException("x".repeat(100_000)));
        assertThat(field("exception")).hasSizeBetween(32_000, 33_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x"})
    void aStackTraceIsNotCutWithinACharacter(String before) throws Exception {
        var message = before + "\ud83d\ude00".repeat(50_000);
        configured("LOGFILE=" + file()).error("failed", new IllegalStateException(message));
        assertThat(field("exception")).contains("\ud83d\ude00...").doesNotContainPattern("\\p{Cs}");
    }

    @Test
    void theAccessLogsPairsAreNotRepeatedInText() throws Exception {
        configured("LOGFILE=" + file(), "LOG_FORMAT=text");
        context.getLogger(AccessLog.LOGGER).atInfo().addKeyValue("status", 200).log("GET / 200");
        assertThat(lines()).singleElement().asString().endsWith("GET / 200");
    }
}
