package io.apikit.example.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.apikit.auth.Backend;
import io.apikit.example.RunningSystem;
import io.apikit.http.HttpOptions;
import io.apikit.http.Tls;
import io.apikit.testkit.systems.FakeAccelerator;
import io.apikit.testkit.tls.TlsLevel;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceleratorTest {
    private static final String JOB = "/accelerator/jobs/42";

    private final ManualTiming timing = new ManualTiming();
    private final FakeAccelerator accelerator = FakeAccelerator.builder()
            .user("alice", "wonderland")
            .clock(timing::instant)
            .start();
    private final RunningSystem service =
            RunningSystem.of(new Accelerator(Backend.at(accelerator.url()).timing(timing)));

    @AfterEach
    void close() {
        service.close();
        accelerator.close();
    }

    private RequestSpecification alice() {
        return service.as("alice", "wonderland");
    }

    @Test
    void jobIsOneFlatObject() {
        alice().get(JOB)
                .then()
                .statusCode(200)
                .body("", aMapWithSize(8))
                .body("id", equalTo("42"))
                .body("status", equalTo("Running"))
                .body("cpus", equalTo(4))
                .body("$", hasKey("exitstatus"))
                .body("exitstatus", nullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "status", "user"})
    void missingColumnIsAnErrorThatNamesIt(String column) {
        accelerator.missingColumn(column);
        alice().get(JOB)
                .then()
                .statusCode(502)
                .body("error_content", equalTo("The backend's table has no value of '" + column + "'."));
    }

    @Test
    void shortRowIsAnErrorThatNamesTheColumn() {
        accelerator.shortRows(true);
        alice().get(JOB).then().statusCode(502).body("error_content", containsString("'exitstatus'"));
    }

    @Test
    void optionalColumnMayBeMissing() {
        accelerator.missingColumn("host");
        alice().get(JOB).then().statusCode(200).body("", aMapWithSize(7)).body("command", equalTo("sleep 60"));
    }

    @Test
    void unknownJobIsTheBackendsOwnError() {
        alice().get("/accelerator/jobs/none").then().statusCode(404).body("error_content", containsString("No such"));
    }

    @Test
    void expiryInTheTokenIsUsed() {
        alice().get(JOB).then().statusCode(200);
        timing.pass(Duration.ofHours(4).plusSeconds(1));
        alice().get(JOB).then().statusCode(200);
        assertThat(accelerator.logins()).isEqualTo(2);
        assertThat(accelerator.unauthorized()).isZero();
    }

    @Test
    void opaqueTokenIsRenewedWhenItIsRejected() {
        accelerator.opaqueTokens(true);
        alice().get(JOB).then().statusCode(200);
        accelerator.expireTokens();
        alice().get(JOB).then().statusCode(200);
        assertThat(accelerator.logins()).isEqualTo(2);
    }

    @Test
    void loginAndFiftyRequestsUseOneConnection() {
        IntStream.range(0, 50).forEach(call -> alice().get(JOB).then().statusCode(200));
        assertThat(accelerator.logins()).isOne();
        assertThat(accelerator.connections()).isOne();
    }

    @Test
    void refusalWithStatus200IsARefusal() {
        accelerator.errorStatus(200);
        service.as("alice", "looking-glass")
                .get(JOB)
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", startsWith("Basic"));
    }

    @Test
    void selfSignedCertificateIsRejectedUnlessItIsTrusted() {
        try (var secure = FakeAccelerator.builder()
                        .user("alice", "wonderland")
                        .tls(TlsLevel.SELF_SIGNED)
                        .start();
                var strict = RunningSystem.of(
                        new Accelerator(Backend.at(secure.url()).timing(timing)));
                var trusting = RunningSystem.of(new Accelerator(Backend.at(secure.url())
                        .timing(timing)
                        .http(HttpOptions.builder()
                                .tls(Tls.trusting(secure.certificatePem()))
                                .build())))) {
            secure.addJob("7", Map.of("id", "7", "status", "DONE", "user", "alice"));
            strict.as("alice", "wonderland").get(JOB).then().statusCode(502);
            trusting.as("alice", "wonderland")
                    .get("/accelerator/jobs/7")
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("DONE"));
        }
    }
}
