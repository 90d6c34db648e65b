package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.HttpOptions;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The mistakes around a backend in all their forms. {@link MistakesTest} has one of each kind. */
class BackendMistakesTest extends FrontDoorTest {
    record Owner(String name, Integer room) {}

    record Job(String name, int size, List<Owner> owners, Map<String, Long> limits, State state) {}

    enum State {
        WAITING,
        DONE
    }

    @TempDir
    Path folder = Path.of("");

    private final Logger log = (Logger) LoggerFactory.getLogger("io.apikit");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.list = new CopyOnWriteArrayList<>(); // It is read while the app logs.
        logged.start();
        log.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(logged);
    }

    @Test
    void orThrowIsForgotten() throws Exception {
        var port = servingErrors(
                404,
                "No such job: 7",
                Map.of(
                        "/text", BackendResponse::text,
                        "/json", response -> response.json(Map.class),
                        "/bytes", BackendResponse::bytes));

        for (var path : List.of("/text", "/json", "/bytes")) {
            var response = ask(port, path);
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).contains("\"error_content\":\"No such job: 7\"", "Not Found");
        }
    }

    @Test
    void anErrorKeepsItsStatusAndHeadersForAHandlerThatLooks() throws Exception {
        var port = servingErrors(
                503,
                "Down",
                Map.of(
                        "/looked",
                        response -> response.status() + " "
                                + response.header("X-Why").orElse("") + " "
                                + response.toError().content().orElse("") + " " + response.isEmpty()));

        assertThat(ask(port, "/looked").body()).isEqualTo("503 because Down false");
    }

    @Test
    void aHandlerThatReadsErrorsSaysSo() throws Exception {
        var backend = opened(Backend.at(answering(404, "text/plain", "No such job: 7")));
        var port = serve(
                backend,
                () -> get(
                        "/text",
                        ctx -> ctx.result(backend.session(ctx)
                                .send(BackendRequest.get("/x").allowErrors())
                                .text())));

        var response = ask(port, "/text");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("No such job: 7");
    }

    @Test
    void theBackendSendsOneFieldMoreAndOneLess() throws Exception {
        var port = servingJob("{'name':'a','size':2,'new':{'deep':[1]},'owners':[{'name':'o','also':1}]}");

        var response = ask(port, "/job");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"name\":\"a\"", "\"room\":null", "\"state\":null", "\"limits\":null");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'size':'s3cret'}                                       | $.size is not of the type expected, int
            {'size':99999999999}                                    | $.size is out of the range of the type expected, int
            {'size':{'s3cret':1}}                                   | $.size is not of the type expected, int
            {'owners':[{'name':'a'},{'room':['s3cret']}]}           | $.owners[1].room is not of the type expected, java.lang.Integer
            {'owners':'s3cret'}                                     | $.owners is not of the type expected, java.util.ArrayList
            {'owners':['s3cret']}                                   | $.owners[0] is not of the type expected, io.apikit.auth.BackendMistakesTest$Owner
            {'limits':{'a b':'s3cret'}}                             | $.limits['a b'] is not of the type expected, java.lang.Long
            {'limits':{'l':99999999999999999999}}                   | $.limits.l is out of the range of the type expected, long
            {'owners':[{},{'room':99999999999}]}                    | $.owners[1].room is out of the range of the type expected, int
            {'limits':{'l':1, x:'s3cret'}}                          | $.limits is no JSON at line 1, column 19
            {'state':'s3cret'}                                      | $.state is not of the type expected, io.apikit.auth.BackendMistakesTest$State
            ['s3cret']                                              | $ is not of the type expected, io.apikit.auth.BackendMistakesTest$Job
            {'name':'s3cret                                         | $ is no JSON at line 1
            {'owners':[{},{'names3cret:'x'}]}                       | $.owners[1] is no JSON at line 1
            <html>s3cret</html>                                     | $ is no JSON at line 1, column 1
            null                                                    | the value is null
            ""                                                      | the body is empty
            """)
    void theBackendSendsAnotherType(String body, String problem) throws Exception {
        var response = ask(servingJob(body), "/job");

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("no valid JSON").doesNotContain("s3cret", "Job", "$");
        assertThat(warnings())
                .anySatisfy(line -> assertThat(line)
                        .contains("does not fit io.apikit.auth.BackendMistakesTest$Job: " + problem)
                        .doesNotContain("s3cret", "99999999", "Source"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "directory", "empty", "blank", "binary"})
    void thePasswordFileCannotBeUsed(String name) throws IOException {
        var file = unusable(name);
        var settings = Backend.at("http://127.0.0.1:1")
                .auth(Authenticator.basic())
                .credentials(Credentials.passwordFile("service", file));

        assertThatIllegalArgumentException()
                .isThrownBy(settings::build)
                .withMessageStartingWith(file + ": ")
                .withMessageContaining(PROBLEMS.get(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "directory", "empty", "binary", "other", "half"})
    void theNetrcFileCannotBeUsed(String name) throws IOException {
        var file = unusable(name);
        var settings = Backend.at("http://127.0.0.1:1")
                .auth(Authenticator.basic())
                .credentials(Credentials.netrc(file, "pele.example.org"));

        assertThatIllegalArgumentException()
                .isThrownBy(settings::build)
                .withMessageStartingWith(file + ": ")
                .withMessageContaining(PROBLEMS.get(name))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
    }

    @Test
    void thePasswordFileMayNotBeRead() throws IOException {
        var file = unusable("other");
        assumeTrue(file.toFile().setReadable(false, false) && !Files.isReadable(file), "not for root");

        assertThatIllegalArgumentException()
                .isThrownBy(
                        Backend.at("http://127.0.0.1:1").credentials(Credentials.passwordFile("service", file))::build)
                .withMessage(file + ": the file is not readable for the user of this process");
    }

    @Test
    void aRelativeFileIsNamedWhole() {
        assertThatIllegalArgumentException()
                .isThrownBy(Backend.at("http://127.0.0.1:1")
                        .credentials(Credentials.passwordFile("service", Path.of("no-such-file")))::build)
                .withMessage(Path.of("no-such-file").toAbsolutePath() + ": there is no such file");
    }

    @ParameterizedTest
    @CsvSource({
        "pele.example.org, 'pele.example.org', https://pele.example.org",
        "pele.example.org:8080/api, 'pele.example.org:8080/api', https://pele.example.org:8080/api",
        "me:s3cret@pele.example.org, '***@pele.example.org', https://***@pele.example.org",
        "https://me:s3cret@pele.example.org, 'https://***@pele.example.org', user info",
        "'', '', it is empty"
    })
    void theBaseUrlIsMalformed(String url, String shown, String advice) {
        assertThatIllegalArgumentException()
                .isThrownBy(Backend.at(url)::build)
                .withMessageContaining("base URL of a backend, '" + shown + "'")
                .withMessageContaining(advice)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
    }

    @Test
    void aSettingIsOutOfItsRange() {
        var settings = Backend.at("http://127.0.0.1:1");
        var second = Duration.ofSeconds(1);
        refuses("maxConnections", () -> HttpOptions.builder().maxConnections(0));
        refuses("maxSessions", () -> settings.maxSessions(0));
        refuses("sessionIdle", () -> settings.sessionIdle(Duration.ZERO));
        refuses("sessionAge", () -> settings.sessionAge(Duration.ZERO));
        refuses("loginCoolDown", () -> settings.loginCoolDown(second.negated()));
        refuses("renewals: the burst", () -> settings.renewals(0, second));
        refuses("logins: the refill", () -> settings.logins(3, Duration.ZERO));
        refuses("refusalsPerUser: the burst", () -> settings.refusalsPerUser(0, second));
        refuses("refusalsPerSource: the refill", () -> settings.refusalsPerSource(1, Duration.ofDays(1)));
    }

    @Test
    @SuppressWarnings("NullAway")
    void aSettingIsNull() {
        var settings = Backend.at("http://127.0.0.1:1");
        requires("baseUrl", () -> Backend.at(null));
        requires("authenticator", () -> settings.auth(null));
        requires("service", () -> settings.credentials((Credentials) null));
        requires("sessionIdle", () -> settings.sessionIdle(null));
        requires("refill of logins", () -> settings.logins(3, null));
        requires("timing", () -> settings.timing(null));
        requires("pace", () -> settings.pace(null));
    }

    @Test
    void pathOfARequestLacksASegment() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BackendRequest.get("/job/{}/api/{}", "nightly"))
                .withMessageContaining("/job/{}/api/{}");
    }

    private static void refuses(String words, ThrowingCallable setting) {
        assertThatIllegalArgumentException().isThrownBy(setting).withMessageContaining(words);
    }

    private static void requires(String name, ThrowingCallable setting) {
        assertThatNullPointerException().isThrownBy(setting).withMessage(name);
    }

    private static final Map<String, String> PROBLEMS = Map.of(
            "missing", "there is no such file",
            "directory", "the file is not readable",
            "empty", "the file is empty",
            "blank", "the file is empty",
            "binary", "the file is not UTF-8 text",
            "other", "there is no entry for machine pele.example.org",
            "half", "the entry for machine pele.example.org has no password");

    private Path unusable(String name) throws IOException {
        var file = folder.resolve(name);
        switch (name) {
            case "directory" -> Files.createDirectory(file);
            case "empty" -> Files.createFile(file);
            case "blank" -> Files.writeString(file, " \n");
            case "binary" -> Files.write(file, new byte[] {(byte) 0xC3, 0x28});
            case "other" -> Files.writeString(file, "machine other.example.org login a password s3cret");
            case "half" -> Files.writeString(file, "machine pele.example.org login s3cret");
            default -> {}
        }
        return file;
    }

    private List<String> warnings() {
        return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private int servingJob(String json) {
        var backend = opened(Backend.at(answering(200, "application/json", json.replace('\'', '"'))));
        return serve(
                backend,
                () -> get("/job", ctx -> ctx.json(backend.session(ctx).get("/x").json(Job.class))));
    }

    private int servingErrors(int status, String text, Map<String, Function<BackendResponse, Object>> routes) {
        var backend = opened(Backend.at(answering(status, "text/plain", text)));
        return serve(
                backend,
                () -> routes.forEach((path, reading) -> get(
                        path,
                        ctx -> ctx.result(String.valueOf(
                                reading.apply(backend.session(ctx).get("/x")))))));
    }

    private String answering(int status, String type, String body) {
        return backend(config -> config.routes.get(
                "/x", ctx -> respond(ctx.header("X-Why", "because").status(status), type, body)));
    }

    private static void respond(Context ctx, String type, String body) {
        ctx.contentType(type).result(body);
    }
}
