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
import org.junit.jupiter.params.provider.CsvSource;
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
                .body("jobid", equalTo("1"))
                .body("job_file", equalTo("/scratch/daint/script.sh"))
                .body("$", hasKey("job_info_extra"));
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
        alice().get("/firecrest/jobs/1").then().statusCode(200).body("'0'.state", equalTo("RUNNING"));
        var cancelled = alice().delete("/firecrest/jobs/1");
        cancelled.then().statusCode(200);
        assertThat(cancelled.asString()).isEqualTo("\"\"");
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
    void tokenIsRenewedBeforeItExpires() {
        alice().get("/firecrest/systems").then().statusCode(200);
        timing.pass(Duration.ofSeconds(290));
        firecrest.tokenEndpoint().hold();
        alice().get("/firecrest/systems").then().statusCode(200);
        firecrest.tokenEndpoint().awaitHeld(1);
        firecrest.tokenEndpoint().release();
        timing.pass(Duration.ofSeconds(60));
        alice().get("/firecrest/systems").then().statusCode(200);
        assertThat(firecrest.unauthorized()).isZero();
        assertThat(firecrest.tokenEndpoint().logins()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "false, true, 400, Failed to submit job: Machine is not available",
        "true, false, 404, Failed to submit job: User does not have permissions to access machine or path",
    })
    void reasonInAHeaderAloneReachesTheCaller(boolean available, boolean allowed, int status, String reason) {
        firecrest.machineAvailable("daint", available);
        firecrest.machineAllowed("daint", allowed);
        submitting()
                .post("/firecrest/jobs")
                .then()
                .statusCode(status)
                .body("error_content", equalTo(reason))
                .header("X-Machine-Not-Available", nullValue());
    }

    @Test
    void taskOfAnotherCallerIsForbiddenAndCostsNoLogin() {
        firecrest.taskGoes("400");
        var error = submitting().post("/firecrest/jobs").path("error_content").toString();
        service.as("bob-client", "builder")
                .get("/firecrest/tasks/" + taskIn(error))
                .then()
                .statusCode(403)
                .body("error_content", equalTo("Operation not permitted. Invalid task owner."));
        assertThat(firecrest.tokenEndpoint().logins("bob-client")).isOne();
    }

    @Test
    void smallFilesAreListedUploadedAndDownloaded() {
        alice().multiPart("file", "run me.sh", SCRIPT)
                .post("/firecrest/file?path=/home")
                .then()
                .statusCode(204);
        alice().get("/firecrest/files?path=/home").then().statusCode(200).body("name", equalTo(List.of("run me.sh")));
        assertThat(alice().urlEncodingEnabled(false)
                        .get("/firecrest/file?path=/home/run%20me.sh")
                        .asByteArray())
                .isEqualTo(SCRIPT);
        alice().get("/firecrest/files?path=/nowhere")
                .then()
                .statusCode(400)
                .body("error_content", containsString("cannot access '/nowhere'"))
                .body("error_content", containsString("path is an invalid path"));
        firecrest.addFile("daint", "/home/large", new byte[5 * 1024 * 1024 + 1]);
        alice().get("/firecrest/file?path=/home/large")
                .then()
                .statusCode(400)
                .body("error_content", equalTo("Failed to download file: File exceeds size limit"));
        alice().get("/firecrest/file").then().statusCode(400);
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
        submitting().post("/firecrest/jobs").then().statusCode(200).body("jobid", equalTo("1"));
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
    void permanentRejectionCausesOneRenewalAtMost() {
        firecrest.deny(true);
        IntStream.range(0, 8)
                .forEach(call -> alice().get("/firecrest/systems")
                        .then()
                        .statusCode(401)
                        .body("error_content", equalTo("Scope 'firecrest' wasn't found in JWT")));
        assertThat(firecrest.tokenEndpoint().loginAttempts()).isEqualTo(2);
    }

    @Test
    void taskIsReturned() {
        firecrest.taskGoes("400");
        var error = submitting().post("/firecrest/jobs").path("error_content").toString();
        var id = taskIn(error);
        alice().get("/firecrest/tasks/" + id)
                .then()
                .statusCode(200)
                .body("task_id", equalTo(id))
                .body("status", equalTo("400"));
        alice().get("/firecrest/tasks/none").then().statusCode(404);
    }

    private static String taskIn(String error) {
        return Pattern.compile("GET /tasks/(\\S+)")
                .matcher(error)
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
    }

    @Test
    void unknownMachineIsTheBackendsOwnError() {
        alice().get("/firecrest/jobs?machine=nowhere")
                .then()
                .statusCode(400)
                .body("error_content", equalTo("Failed to retrieve jobs information: Machine does not exists"));
        assertThat(firecrest.tasksMade()).isZero();
    }

    @Test
    void nothingIsSubmittedWithoutAScript() {
        alice().post("/firecrest/jobs").then().statusCode(400).body("error_content", containsString("no file"));
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
