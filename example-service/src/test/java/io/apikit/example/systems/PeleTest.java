package io.apikit.example.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.example.ConcurrentCalls;
import io.apikit.example.RunningSystem;
import io.apikit.example.demo.DemoBackend;
import io.apikit.testkit.systems.FakePele;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeleTest {
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.org";
    private static final String HELLO = "/pele/echo/hello";

    private final ManualTiming timing = new ManualTiming();
    private final FakePele pele = FakePele.builder()
            .user(ALICE, "wonderland")
            .user(BOB, "builder")
            .echoesPerSecond(1000)
            .clock(timing::instant)
            .start();
    private final RunningSystem service =
            RunningSystem.of(new Pele(Backend.at(pele.url()).timing(timing)));

    @AfterEach
    void close() {
        service.close();
        pele.close();
    }

    private RequestSpecification alice() {
        return service.as(ALICE, "wonderland");
    }

    @Test
    void echoIsReturned() {
        alice().get(HELLO)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("", aMapWithSize(1))
                .body("echo", equalTo("hello"));
        alice().get("/pele/echo/a%20b%26c%3Dd").then().statusCode(200).body("echo", equalTo("a b&c=d"));
    }

    @Test
    void sixteenCallsAtExpiryCauseOneLogin() throws Exception {
        alice().get(HELLO).then().statusCode(200);
        pele.expireTokens();
        pele.hold();
        var calls = Stream.generate(
                        () -> ConcurrentCalls.get(service.url() + HELLO, new DemoBackend.User(ALICE, "wonderland")))
                .limit(16)
                .toList();
        pele.awaitHeld(1);
        pele.release();
        for (var call : calls) {
            assertThat(call.get().statusCode()).isEqualTo(200);
        }
        assertThat(pele.loginAttempts()).isEqualTo(2);
    }

    @Test
    void permanentRejectionIsPassedOnWithOneRenewal() {
        pele.alwaysUnauthorized(true);
        IntStream.range(0, 11)
                .forEach(call ->
                        alice().get(HELLO).then().statusCode(401).body("error_content", equalTo("User not found")));
        assertThat(pele.loginAttempts()).isEqualTo(2);
    }

    @Test
    void retryAfterOfASuccessIsIgnored() {
        alice().get(HELLO).then().statusCode(200).header("Retry-After", nullValue());
        assertThat(timing.slept()).isEmpty();
    }

    @Test
    void rateLimitedLoginIsAPrompt503WithRetryAfter() {
        for (int stranger = 0; stranger < 3; stranger++) {
            service.as("eve" + stranger, "x").get(HELLO).then().statusCode(401);
        }
        alice().get(HELLO).then().statusCode(503).header("Retry-After", matchesPattern("[1-9][0-9]?"));
        assertThat(timing.slept()).isEmpty();
    }

    @Test
    void aFourthLoginOfAMinuteIsNotSent() {
        for (int stranger = 0; stranger < 4; stranger++) {
            service.as("eve" + stranger, "x").get(HELLO).then().statusCode(stranger < 3 ? 401 : 503);
        }
        assertThat(pele.loginAttempts()).isEqualTo(3);
    }

    @Test
    void noEchoIsRefusedForComingTooFast() {
        try (var strict = FakePele.builder()
                        .user(ALICE, "wonderland")
                        .clock(timing::instant)
                        .start();
                var service = RunningSystem.of(new Pele(Backend.at(strict.url()).timing(timing)))) {
            for (int call = 0; call < 35; call++) {
                service.as(ALICE, "wonderland").get(HELLO).then().statusCode(200);
            }
            assertThat(strict.count("/api/v0.1/test/echo")).isEqualTo(35);
            assertThat(strict.echoes()).isEqualTo(35);
            assertThat(timing.instant()).isEqualTo(Instant.parse("2030-01-01T00:00:03Z"));
        }
    }

    @Test
    void wrongPasswordReachesTheBackendOnce() {
        alice().get(HELLO).then().statusCode(200);
        IntStream.range(0, 10)
                .forEach(call -> service.as(BOB, "wrong")
                        .get(HELLO)
                        .then()
                        .statusCode(401)
                        .header("WWW-Authenticate", startsWith("Basic")));
        assertThat(pele.loginAttempts(BOB)).isOne();
        alice().get(HELLO).then().statusCode(200);
    }

    @Test
    void passwordIsSentToTheLoginOnly() {
        alice().get(HELLO);
        pele.expireTokens();
        alice().get(HELLO).then().statusCode(200);
        assertThat(pele.logins()).isEqualTo(2);
        assertThat(pele.passwordSeenOutsideLogin()).isFalse();
    }

    @Test
    void requestWithoutCredentialsIsA401() {
        service.anonymous().get(HELLO).then().statusCode(401).header("WWW-Authenticate", startsWith("Basic"));
        assertThat(pele.loginAttempts()).isZero();
    }

    @Test
    void netrcAccountServesEverybodyAndItsNewPasswordIsUsed(@TempDir Path folder) throws Exception {
        var netrc = Files.writeString(folder.resolve(".netrc"), "machine 127.0.0.1 login " + BOB + " password builder");
        var account = Credentials.netrc(netrc, "127.0.0.1");
        try (var service =
                RunningSystem.of(new Pele(Backend.at(pele.url()).timing(timing).credentials(account)))) {
            service.anonymous().get(HELLO).then().statusCode(200);
            pele.addUser(BOB, "architect");
            pele.expireTokens();
            Files.writeString(netrc, "machine 127.0.0.1 login " + BOB + " password architect");
            Files.setLastModifiedTime(netrc, FileTime.from(Instant.now().minusSeconds(10)));
            service.anonymous().get(HELLO).then().statusCode(200);
        }
        assertThat(pele.logins(BOB)).isEqualTo(2);
        assertThat(pele.loginAttempts(BOB)).isEqualTo(2);
    }

    @Test
    void otherPathsBelowThePrefixReachNoBackend() {
        for (var path :
                List.of("/pele/ecko", "/pele/coverage", "/mymicroservice/pele/ecko", "/%70ele/ecko", "/PELE/x")) {
            alice().urlEncodingEnabled(false).get(path).then().statusCode(404).body("status_code", equalTo(404));
        }
        assertThat(pele.count("/api/v0.1/test/echo")).isZero();
        assertThat(pele.loginAttempts()).isZero();
        alice().get("/nightly/echo").then().statusCode(502);
    }
}
