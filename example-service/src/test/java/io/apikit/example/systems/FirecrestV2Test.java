package io.apikit.example.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.apikit.auth.Backend;
import io.apikit.example.RunningSystem;
import io.apikit.testkit.systems.FakeFirecrestV2;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FirecrestV2Test {
    private static final String SCRIPT = "#!/bin/sh\necho hällo\n";
    private static final String JOBS = "/firecrest-v2/daint/jobs";
    private static final byte[] BYTES = {'#', '!', '\r', '\n', 0, (byte) 0xff};

    private final ManualTiming timing = new ManualTiming();
    private final FakeFirecrestV2 firecrest = FakeFirecrestV2.builder()
            .client("alice-client", "wonderland")
            .client("bob-client", "builder")
            .machine("eiger")
            .clock(timing::instant)
            .start();
    private final RunningSystem service = RunningSystem.of(new FirecrestV2(
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

    private Response submit() {
        return alice().contentType("text/plain; charset=utf-8").body(SCRIPT).post(JOBS);
    }

    @Test
    void systemsAreListed() {
        alice().get("/firecrest-v2/systems").then().statusCode(200).body("name", equalTo(List.of("daint", "eiger")));
    }

    @Test
    void jobIsSubmittedReadListedAndCancelled() {
        var submitted = submit();
        submitted.then().statusCode(201);
        assertThat(submitted.asString()).isEqualTo("1");
        alice().get(JOBS + "/1")
                .then()
                .statusCode(200)
                .body("status.state", equalTo("RUNNING"))
                .body("workingDirectory", equalTo("/scratch"));
        alice().delete(JOBS + "/1").then().statusCode(204);
        alice().get(JOBS).then().statusCode(200).body("status.state", equalTo(List.of("CANCELLED")));
        alice().get("/firecrest-v2/eiger/jobs").then().statusCode(200).body("", hasSize(0));
    }

    @Test
    void errorIsTheMessageOfTheBackend() {
        alice().delete(JOBS + "/7").then().statusCode(404).body("error_content", equalTo("Job not found"));
        alice().get("/firecrest-v2/hal/jobs").then().statusCode(404).body("error_content", equalTo("System not found"));
        alice().get("/firecrest-v2/daint/files?path=/nowhere")
                .then()
                .statusCode(404)
                .body("error_content", equalTo("ls: cannot access '/nowhere': No such file or directory"));
        submit();
        service.as("bob-client", "builder").get(JOBS + "/1").then().statusCode(404);
    }

    @Test
    void smallFilesAreUploadedListedAndDownloaded() {
        alice().multiPart("file", "run me.sh", BYTES)
                .post("/firecrest-v2/daint/file?path=/home")
                .then()
                .statusCode(204);
        alice().get("/firecrest-v2/daint/files?path=/home")
                .then()
                .statusCode(200)
                .body("name", equalTo(List.of("run me.sh")));
        assertThat(alice().urlEncodingEnabled(false)
                        .get("/firecrest-v2/daint/file?path=/home/run%20me.sh")
                        .asByteArray())
                .isEqualTo(BYTES);
        alice().get("/firecrest-v2/daint/file").then().statusCode(400);
    }

    @Test
    void tokenIsRenewedBeforeTheServerRejectsIt() {
        alice().get(JOBS).then().statusCode(200);
        timing.pass(Duration.ofSeconds(250));
        firecrest.tokenEndpoint().hold();
        alice().get(JOBS).then().statusCode(200);
        firecrest.tokenEndpoint().awaitHeld(1);
        firecrest.tokenEndpoint().release();
        timing.pass(Duration.ofSeconds(60));
        alice().get(JOBS).then().statusCode(200);
        assertThat(firecrest.unauthorized()).isZero();
        assertThat(firecrest.tokenEndpoint().logins()).isEqualTo(2);
    }

    @Test
    void tokenThatExpiresTooSoonIsRenewedUnseen() {
        firecrest.minimumLife(Duration.ofMinutes(2));
        alice().get(JOBS).then().statusCode(200);
        timing.pass(Duration.ofSeconds(200));
        alice().get(JOBS).then().statusCode(200);
        assertThat(firecrest.unauthorized()).isOne();
    }

    @Test
    void uploadAfterA401IsReplayedByteForByte() {
        alice().get(JOBS).then().statusCode(200);
        firecrest.tokenEndpoint().expireTokens();

        alice().body(BYTES).post("/firecrest-v2/daint/file?path=/home").then().statusCode(204);

        assertThat(firecrest.uploads()).hasSize(2);
        assertThat(firecrest.uploads().get(0).body())
                .isEqualTo(firecrest.uploads().get(1).body());
        assertThat(firecrest.file("daint", "/home/file"))
                .hasValueSatisfying(file -> assertThat(file).isEqualTo(BYTES));
    }

    @Test
    void permanentRejectionCausesOneRenewalAtMost() {
        firecrest.deny(true);
        IntStream.range(0, 8)
                .forEach(call -> alice().get(JOBS)
                        .then()
                        .statusCode(401)
                        .body("error_content", equalTo("Inactive authentication")));
        assertThat(firecrest.tokenEndpoint().loginAttempts()).isEqualTo(2);
    }

    @Test
    void returnedTokenReachesNeitherCallerNorLogEvenAtTrace() {
        var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        var before = root.getLevel();
        var events = new ListAppender<ILoggingEvent>();
        events.start();
        root.addAppender(events);
        root.setLevel(Level.TRACE);
        try {
            alice().get(JOBS).then().statusCode(200).header("auth-token", nullValue());
            firecrest.addFile("daint", "/home/a", BYTES);
            var downloaded = alice().get("/firecrest-v2/daint/file?path=/home/a");
            firecrest.deny(true);
            for (var response : List.of(downloaded, alice().get(JOBS), submit())) {
                assertThat(response.headers() + response.asString()).doesNotContain("auth-token", "eyJ", "wonderland");
            }
        } finally {
            root.setLevel(before);
            root.detachAppender(events);
        }
        assertThat(List.copyOf(events.list))
                .as("what TRACE logs, the requests of the service among them")
                .anyMatch(event -> event.getFormattedMessage().contains("/firecrest-v2/"))
                .noneMatch(event -> event.getFormattedMessage().contains("eyJ"))
                .noneMatch(event -> event.getFormattedMessage().contains("wonderland"));
    }

    @Test
    void nothingIsSentWithoutAFileOrCredentials() {
        alice().post(JOBS).then().statusCode(400).body("error_content", containsString("no file"));
        service.anonymous().get(JOBS).then().statusCode(401).header("WWW-Authenticate", startsWith("Basic"));
        assertThat(firecrest.requests()).isZero();
    }
}
