package io.apikit.example.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.apikit.auth.Backend;
import io.apikit.example.RunningSystem;
import io.apikit.testkit.systems.FakeFirecrest;
import io.javalin.Javalin;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirecrestTest {
    private static final byte[] SCRIPT = {'#', '!', '/', 'b', 'i', 'n', '/', 's', 'h', '\r', '\n', 0, (byte) 0xff};

    private final ManualTiming timing = new ManualTiming();
    private final FakeFirecrest firecrest = FakeFirecrest.builder()
            .client("alice-client", "wonderland")
            .client("bob-client", "builder")
            .machine("eiger")
            .clock(timing::instant)
            .start();
    private final RunningSystem service = RunningSystem.of(new Firecrest(
            Backend.at(firecrest.url()).timing(timing),
            firecrest.tokenEndpoint().tokenUri()));

    @AfterEach
    void close() {
        service.close();
        firecrest.close();
    }

    private RequestSpecification alice() {
        return service.as("alice-client", "wonderland");
    }

    private RequestSpecification submitting() {
        return alice().contentType("application/octet-stream").body(SCRIPT);
    }

    @Test
    void systemsAreListed() {
        alice().get("/firecrest/systems").then().statusCode(200).body("system", equalTo(List.of("daint", "eiger")));
    }

    @Test
    void submissionWaitsForItsTask() {
        submitting()
                .post("/firecrest/jobs")
                .then()
                .statusCode(200)
                .body("jobid", equalTo(1))
                .body("job_file", equalTo("/scratch/daint/script.sh"));
        assertThat(firecrest.uploads())
                .singleElement()
                .satisfies(upload -> assertThat(upload.bytes()).isEqualTo(SCRIPT));
        assertThat(firecrest.polls()).isEqualTo(3);
    }

    @Test
    void fileOfAFormKeepsItsNameAndMachine() {
        alice().multiPart("file", "run me.sh", SCRIPT)
                .queryParam("machine", "eiger")
                .post("/firecrest/jobs")
                .then()
                .statusCode(200)
                .body("job_file", equalTo("/scratch/eiger/run me.sh"));
    }

    @Test
    void jobsAreListedAndCancelled() {
        submitting().post("/firecrest/jobs").then().statusCode(200);
        alice().get("/firecrest/jobs").then().statusCode(200).body("'0'.jobid", equalTo("1"));
        alice().delete("/firecrest/jobs/1").then().statusCode(200).body("result", equalTo("Job cancelled"));
        alice().get("/firecrest/jobs").then().statusCode(200).body("$", not(hasKey("0")));
        alice().delete("/firecrest/jobs/1").then().statusCode(502).body("error_content", containsString("400"));
    }

    @Test
    void callersSeeOnlyTheirOwnJobs() {
        submitting().post("/firecrest/jobs").then().statusCode(200);
        service.as("bob-client", "builder")
                .get("/firecrest/jobs")
                .then()
                .statusCode(200)
                .body("$", not(hasKey("0")));
    }

    @Test
    void tokenIsRenewedBeforeTheServerRejectsIt() {
        alice().get("/firecrest/systems").then().statusCode(200);
        timing.pass(Duration.ofSeconds(250));
        firecrest.tokenEndpoint().hold();
        alice().get("/firecrest/systems").then().statusCode(200);
        firecrest.tokenEndpoint().awaitHeld(1);
        firecrest.tokenEndpoint().release();
        timing.pass(Duration.ofSeconds(60));
        alice().get("/firecrest/systems").then().statusCode(200);
        assertThat(firecrest.unauthorized()).isZero();
        assertThat(firecrest.tokenEndpoint().logins()).isEqualTo(2);
    }

    @Test
    void responseWithoutARequiredFieldIsABadGateway() {
        var server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.routes.get("/status/systems", ctx -> ctx.json(Map.of("out", List.of(), "description", "")));
            config.routes.get("/compute/jobs", ctx -> ctx.json(Map.of("success", "Task created")));
        });
        server.start("127.0.0.1", 0);
        try (var service = RunningSystem.of(new Firecrest(
                Backend.at("http://127.0.0.1:" + server.port()),
                firecrest.tokenEndpoint().tokenUri()))) {
            service.as("alice-client", "wonderland")
                    .get("/firecrest/systems")
                    .then()
                    .statusCode(200);
            service.as("alice-client", "wonderland")
                    .get("/firecrest/jobs")
                    .then()
                    .statusCode(502)
                    .body("error_content", containsString("'task_id'"));
        } finally {
            server.stop();
        }
    }

    @Test
    void longTaskIsPolledAcrossOneRenewalAtABoundedRate() {
        firecrest.taskGoes(Duration.ofSeconds(100), "100", "101", "101", "101", "200");
        submitting().post("/firecrest/jobs").then().statusCode(200).body("jobid", equalTo(1));
        assertThat(firecrest.tokenEndpoint().logins()).isEqualTo(2);
        assertThat(firecrest.tasksMade()).isOne();
        assertThat(firecrest.polls()).isBetween(40, 50);
        assertThat(timing.slept()).allMatch(pause -> pause.compareTo(Duration.ofSeconds(1)) >= 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"115", "118", "300", "301", "302", "400"})
    void failedTaskIsAnError(String status) {
        firecrest.taskGoes("100", status);
        submitting()
                .post("/firecrest/jobs")
                .then()
                .statusCode(502)
                .body("error_content", containsString("\"" + status + "\""));
        assertThat(firecrest.polls()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "101", "110", "111", "112", "113", "114", "116", "117"})
    void unfinishedTaskIsPolled(String status) {
        firecrest.taskGoes(status, "200");
        submitting().post("/firecrest/jobs").then().statusCode(200);
        assertThat(firecrest.polls()).isEqualTo(2);
    }

    @Test
    void uploadAfterA401IsReplayedByteForByte() {
        alice().get("/firecrest/systems").then().statusCode(200);
        firecrest.tokenEndpoint().expireTokens();

        submitting().post("/firecrest/jobs").then().statusCode(200);

        assertThat(firecrest.uploads())
                .hasSize(2)
                .allSatisfy(upload -> assertThat(upload.bytes()).isEqualTo(SCRIPT));
        assertThat(firecrest.uploads().get(0).body())
                .isEqualTo(firecrest.uploads().get(1).body());
        assertThat(firecrest.tasksMade()).isOne();
        assertThat(firecrest.tokenEndpoint().logins()).isEqualTo(2);
    }

    @Test
    void retryAfterOfAYearIsAPrompt429() {
        alice().get("/firecrest/systems").then().statusCode(200);
        firecrest.rateLimited("31536000");
        alice().get("/firecrest/systems").then().statusCode(429);
        assertThat(timing.slept()).isEmpty();
    }

    @Test
    void tokenInARejectionReachesNoCaller() {
        firecrest.deny(true);
        var response = alice().get("/firecrest/systems");
        response.then().statusCode(401).header("auth-token", nullValue());
        assertThat(response.headers().toString() + response.asString())
                .doesNotContain("eyJ")
                .doesNotContain("wonderland");
    }

    @Test
    void permanentRejectionCausesOneRenewalAtMost() {
        firecrest.deny(true);
        IntStream.range(0, 8)
                .forEach(call -> alice().get("/firecrest/systems").then().statusCode(401));
        assertThat(firecrest.tokenEndpoint().loginAttempts()).isEqualTo(2);
    }

    @Test
    void taskIsReturned() {
        firecrest.taskGoes("400");
        var error = submitting().post("/firecrest/jobs").path("error_content").toString();
        var id = Pattern.compile("GET /tasks/(\\S+)")
                .matcher(error)
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
        alice().get("/firecrest/tasks/" + id)
                .then()
                .statusCode(200)
                .body("task_id", equalTo(id))
                .body("status", equalTo("400"));
        alice().get("/firecrest/tasks/none").then().statusCode(404);
    }

    @Test
    void unknownMachineIsTheBackendsOwnError() {
        alice().get("/firecrest/jobs?machine=nowhere").then().statusCode(400);
        assertThat(firecrest.tasksMade()).isZero();
    }

    @Test
    void nothingIsSubmittedWithoutAScript() {
        alice().post("/firecrest/jobs").then().statusCode(400).body("error_content", containsString("no script"));
        alice().multiPart("other", "x")
                .post("/firecrest/jobs")
                .then()
                .statusCode(400)
                .body("error_content", containsString("'file'"));
        alice().multiPart("file", "big.sh", new byte[1_000_001])
                .post("/firecrest/jobs")
                .then()
                .statusCode(413);
        assertThat(firecrest.uploads()).isEmpty();
    }

    @Test
    void requestWithoutCredentialsIsA401() {
        service.anonymous()
                .get("/firecrest/systems")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", startsWith("Basic"));
        assertThat(firecrest.tokenEndpoint().loginAttempts()).isZero();
    }
}
