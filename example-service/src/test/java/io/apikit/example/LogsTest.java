package io.apikit.example;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.example.demo.DemoBackend;
import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests what the program logs, and where. Each test has a JVM of its own. */
@Tag("thorough")
@Timeout(90)
class LogsTest {
    private static final String CANARY = "c4n4ry-s3cr3t";
    private static final Pattern DEMO = Pattern.compile("this service: +(http://\\S+)");
    private static final Pattern ACCESS = Pattern.compile("io\\.apikit\\.access");

    @Test
    void noSecretIsLoggedEvenAtTrace() throws Exception {
        var settings = Map.of("PORT", "0", "AUTH_MODE", "oauth2-proxy", "DEBUG", "1", "LOGLEVEL", "TRACE");
        try (var provider = FakeIdentityProvider.builder().user("alice", CANARY).start();
                var proxy = FakeOAuth2Proxy.inFrontOf(ctx -> ctx.result("93.5"))
                        .identityProvider(provider)
                        .start();
                var main = MainProcess.start(with(settings, "BACKEND_URL", proxy.url()))) {
            var url = main.awaitUrl();
            requestWithSecrets(url);
            proxy.expireAllSessions();
            requestWithSecrets(url);
            main.terminate();
            var log = main.err();
            assertThat(main.out()).isEmpty();
            assertThat(log.stream().filter(line -> line.contains(" DEBUG io.apikit.access ")))
                    .as("requests for the health, which only DEBUG shows")
                    .hasSize(2);
            assertThat(log.stream().filter(line -> line.contains(" GET /{jobname}/{metric} 200,")))
                    .hasSize(2);
            assertThat(log)
                    .noneMatch(line -> line.contains(CANARY))
                    .noneMatch(line -> line.contains(base64("alice:" + CANARY)))
                    .noneMatch(line -> line.contains("_oauth2_proxy="))
                    .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("authorization:"));
        }
    }

    private static void requestWithSecrets(String url) throws IOException {
        var right =
                given().baseUri(url).auth().preemptive().basic("alice", CANARY).cookie("session", CANARY);
        right.get(RunningDemo.VALUE + "?token=" + CANARY).then().statusCode(200);
        given().baseUri(url).get("/").then().statusCode(200);
        given().baseUri(url).get("/nowhere/at/" + CANARY).then().statusCode(404);
        given().baseUri(url)
                .auth()
                .preemptive()
                .basic("bob", CANARY)
                .get(RunningDemo.VALUE)
                .then()
                .statusCode(401);
        given().baseUri(url)
                .header("Authorization", "Bearer " + CANARY)
                .get(RunningDemo.VALUE)
                .then()
                .statusCode(401);
        malformed(URI.create(url));
    }

    /** Sends a request that the server itself rejects. */
    private static void malformed(URI url) throws IOException {
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            var request =
                    "GET /" + CANARY + " HTTP/1.1\r\nAuthorization: Basic " + CANARY + "\r\nHost: a\r\nHost: b\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(UTF_8));
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 400 ");
        }
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        var more = new HashMap<>(settings);
        more.put(name, value);
        return more;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "LOGLEVEL, LOUD",
        "LOG_FORMAT, xml",
        "LOGFILE, /no/such/folder/service.log",
    })
    void invalidLogSettingIsOneLineAndExitCodeTwo(String variable, String value) throws Exception {
        try (var main = MainProcess.start(Map.of(variable, value))) {
            assertThat(main.err()).singleElement().asString().startsWith("uservice-mymicroservice: " + variable + ": ");
            assertThat(main.out()).isEmpty();
            assertThat(main.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void logFileHasOneJsonLinePerRequest(@TempDir Path folder) throws Exception {
        var file = folder.resolve("service.log");
        try (var main = MainProcess.start(Map.of("PORT", "0", "LOGFILE", file.toString()))) {
            var url = main.awaitOut(DEMO).group(1);
            var id = requestValue(url);
            main.terminate();
            assertThat(main.exitCode()).isEqualTo(143);
            assertThat(main.err()).isEmpty();
            var access = Files.readAllLines(file).stream()
                    .filter(ACCESS.asPredicate())
                    .toList();
            assertThat(access).hasSize(1);
            assertAccess(JsonPath.from(access.get(0)), id);
        }
    }

    @Test
    void syslogReceivesOneJsonLinePerRequest() throws Exception {
        try (var syslog = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var main = MainProcess.start(
                        Map.of("PORT", "0", "LOG_TO_SYSLOG", "1", "LOGHOST", "127.0.0.1:" + syslog.getLocalPort()))) {
            syslog.setSoTimeout(30_000);
            var id = requestValue(main.awaitOut(DEMO).group(1));
            var message = Stream.generate(() -> received(syslog))
                    .filter(ACCESS.asPredicate())
                    .findFirst()
                    .orElseThrow();
            assertThat(message).startsWith("<14>1 ").contains(" uservice-mymicroservice ");
            assertAccess(JsonPath.from(message.substring(message.indexOf('{'))), id);
            main.terminate();
            assertThat(main.err()).isEmpty();
        }
    }

    @Test
    void unknownSyslogHostIsReportedOnceAndDelaysNothing() throws Exception {
        try (var main =
                MainProcess.start(Map.of("PORT", "0", "LOG_TO_SYSLOG", "1", "LOGHOST", "no-such-host.invalid"))) {
            var url = main.awaitOut(DEMO).group(1);
            for (int i = 0; i < 20; i++) {
                requestValue(url);
            }
            assertThat(main.awaitErr(Pattern.compile("^apikit: ")))
                    .contains("no-such-host.invalid:514", "lines are lost");
            main.terminate();
            assertThat(main.err()).isEmpty();
        }
    }

    private static String received(DatagramSocket syslog) {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        try {
            syslog.receive(packet);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new String(packet.getData(), 0, packet.getLength(), UTF_8);
    }

    /** Sends a request as alice, and returns its id. */
    private static String requestValue(String url) {
        var alice = DemoBackend.USERS.get(0);
        var response = given().baseUri(url)
                .auth()
                .preemptive()
                .basic(alice.name(), alice.password())
                .get(RunningDemo.VALUE);
        assertThat(response.statusCode()).isEqualTo(200);
        return response.header("X-Request-Id");
    }

    private static void assertAccess(JsonPath line, String id) {
        Map<String, Object> fields = line.getMap("");
        assertThat(fields)
                .containsOnlyKeys(List.of(
                        "timestamp",
                        "level",
                        "logger",
                        "thread",
                        "event",
                        "request_id",
                        "method",
                        "route",
                        "status",
                        "ms",
                        "bytes",
                        "caller"))
                .containsEntry("logger", "io.apikit.access")
                .containsEntry("request_id", id)
                .containsEntry("method", "GET")
                .containsEntry("route", "/{jobname}/{metric}")
                .containsEntry("status", 200);
        assertThat(line.getString("caller")).matches("[0-9a-f]{16}");
    }
}
