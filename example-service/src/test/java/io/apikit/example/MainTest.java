package io.apikit.example;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;

import io.apikit.example.demo.DemoBackend;
import io.restassured.path.json.JsonPath;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the program as a whole. Each test has a JVM of its own. */
@Timeout(90)
class MainTest {
    private static final Pattern CURL = Pattern.compile("^curl -u (\\S+):(\\S+) (http://\\S+)$");
    private static final Pattern PAGE = Pattern.compile("^And watch it in a browser: (http://\\S+/status)$");
    private static final Pattern MORE = Pattern.compile("^  curl -u (\\S+):(\\S+) (http://\\S+)$");

    @Test
    void helpNamesEverySetting() throws Exception {
        try (var main = MainProcess.start(Map.of(), "--help")) {
            var help = String.join("\n", main.out());
            assertThat(main.exitCode()).isZero();
            assertThat(Main.SERVICE.settings())
                    .allSatisfy(setting -> assertThat(help).containsPattern("(?m)^  " + setting.name() + "( |$)"));
        }
    }

    @Test
    void versionNamesTheService() throws Exception {
        try (var main = MainProcess.start(Map.of(), "--version")) {
            assertThat(main.out()).containsExactly("uservice-mymicroservice 0.0.1");
            assertThat(main.exitCode()).isZero();
        }
    }

    @Test
    void unknownOptionIsOneLineAndExitCodeTwo() throws Exception {
        try (var main = MainProcess.start(Map.of(), "--port")) {
            assertThat(main.err()).singleElement().asString().contains("--port").contains("--help");
            assertThat(main.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void invalidSettingIsOneLineAndExitCodeTwo() throws Exception {
        var settings = Map.of("BACKEND_URL", "http://user:s3cr3t@127.0.0.1", "LOG_FORMAT", "json");
        try (var main = MainProcess.start(settings)) {
            assertThat(main.err())
                    .singleElement()
                    .asString()
                    .startsWith("uservice-mymicroservice: BACKEND_URL: ")
                    .doesNotContain("s3cr3t");
            assertThat(main.out()).isEmpty();
            assertThat(main.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void portInUseIsOneLineAndExitCodeOne() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = taken.getLocalPort();
            try (var main = MainProcess.start(Map.of("PORT", String.valueOf(port)))) {
                assertThat(main.err())
                        .singleElement()
                        .asString()
                        .contains("cannot listen at 127.0.0.1:" + port)
                        .contains("in use");
                assertThat(main.exitCode()).isEqualTo(1);
            }
        }
    }

    @Test
    void incompleteSettingsAreOneLineAndExitCodeTwo() throws Exception {
        try (var main = MainProcess.start(Map.of("FIRECREST_URL", "http://127.0.0.1:9"))) {
            assertThat(main.err())
                    .containsExactly("uservice-mymicroservice: FIRECREST_URL: is set, but FIRECREST_TOKEN_URL is not"
                            + " (from the environment)");
            assertThat(main.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void linesToPasteWork() throws Exception {
        try (var main = MainProcess.start(Map.of("PORT", "0"))) {
            for (var user : DemoBackend.USERS) {
                var line = main.awaitOut(CURL);
                assertThat(line.group(1)).isEqualTo(user.name());
                given().auth()
                        .preemptive()
                        .basic(line.group(1), line.group(2))
                        .get(line.group(3))
                        .then()
                        .statusCode(200)
                        .body("value", containsString("as " + user.name() + " sees it"));
            }
            var page = main.awaitOut(PAGE).group(1);
            given().get(page).then().statusCode(200).contentType("text/html");
            given().get(page + ".json").then().statusCode(200).body("backends", hasSize(7));
            for (var path : List.of(
                    "/pele/echo/hello",
                    "/firecrest/systems",
                    "/firecrest-v2/daint/jobs",
                    "/nasa/picture",
                    "/accelerator/jobs/42")) {
                var line = main.awaitOut(MORE);
                assertThat(line.group(3)).endsWith(path);
                given().auth()
                        .preemptive()
                        .basic(line.group(1), line.group(2))
                        .get(line.group(3))
                        .then()
                        .statusCode(200);
            }
        }
    }

    @Test
    void logsAreJsonLinesWhereAskedFor() throws Exception {
        try (var main =
                MainProcess.start(Map.of("PORT", "0", "LOG_FORMAT", " JSON", "BACKEND_URL", "http://127.0.0.1:9"))) {
            var line = JsonPath.from(main.awaitListeningLine());
            assertThat(line.getString("event")).startsWith("uservice-mymicroservice 0.0.1 listening on http://");
            assertThat(line.getString("level")).isEqualTo("INFO");
            assertThat(line.getString("logger")).isEqualTo("io.apikit.ApiApp");
            assertThat(line.getString("timestamp")).isNotBlank();
        }
    }

    @Test
    void unknownLogFormatIsOneLineAndExitCodeTwo() throws Exception {
        try (var main = MainProcess.start(Map.of("LOG_FORMAT", "xml"))) {
            assertThat(main.err()).singleElement().asString().startsWith("uservice-mymicroservice: LOG_FORMAT: ");
            assertThat(main.out()).isEmpty();
            assertThat(main.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void sigtermLetsTheRequestInFlightFinish() throws Exception {
        var arrived = new CountDownLatch(1);
        var gate = new CountDownLatch(1);
        try (var backend = FakeBackend.open(ctx -> {
                    arrived.countDown();
                    assertThat(gate.await(60, TimeUnit.SECONDS)).isTrue();
                    ctx.result("late");
                });
                var main = MainProcess.start(Map.of("PORT", "0", "BACKEND_URL", backend.url()))) {
            var url = main.awaitUrl();
            var response = ConcurrentCalls.get(url + RunningDemo.VALUE, DemoBackend.USERS.get(0));
            assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();

            main.terminate();
            MainProcess.awaitRefusal(URI.create(url));
            assertThat(response).isNotDone();
            gate.countDown();

            assertThat(response.get(30, TimeUnit.SECONDS).body()).contains("\"value\":\"late\"");
            assertThat(main.exitCode()).isEqualTo(143);
            assertThat(main.out()).isEmpty();
        }
    }
}
