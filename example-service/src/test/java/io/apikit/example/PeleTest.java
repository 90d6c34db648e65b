package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
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

    private final TestTiming timing = new TestTiming();
    private final FakePele pele = FakePele.builder()
            .user(ALICE, "wonderland")
            .user(BOB, "builder")
            .echoesPerSecond(1000)
            .clock(timing::instant)
            .start();
    private final WrappedFront front =
            WrappedFront.of(new Pele(Backend.at(pele.url()).timing(timing)));

    @AfterEach
    void close() {
        front.close();
        pele.close();
    }

    private RequestSpecification alice() {
        return front.as(ALICE, "wonderland");
    }

    @Test
    void anEchoIsAnswered() {
        alice().get(HELLO)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("", aMapWithSize(1))
                .body("echo", equalTo("hello"));
        alice().get("/pele/echo/a%20b%26c%3Dd").then().statusCode(200).body("echo", equalTo("a b&c=d"));
    }

    @Test
    void sixteenCallsAtExpiryCostOneLoginAndAreAllAnswered() throws Exception {
        alice().get(HELLO).then().statusCode(200);
        pele.expireTokens();
        pele.hold();
        var calls = Stream.generate(() -> ManyCalls.get(front.url() + HELLO, new Demo.User(ALICE, "wonderland")))
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
    void aPermanentNoIsPassedOnAndDoesNotUseUpTheLogins() {
        pele.alwaysUnauthorized(true);
        IntStream.range(0, 11).forEach(call -> alice().get(HELLO).then().statusCode(401));
        assertThat(pele.loginAttempts()).isEqualTo(2);
    }

    @Test
    void retryAfterOnASuccessDelaysNothingAndGoesNoFarther() {
        alice().get(HELLO).then().statusCode(200).header("Retry-After", nullValue());
        assertThat(timing.slept()).isEmpty();
    }

    @Test
    void aLoginThatIsRateLimitedIsAPrompt503ThatSaysWhenToComeBack() {
        for (int stranger = 0; stranger < 3; stranger++) {
            front.as("eve" + stranger, "x").get(HELLO).then().statusCode(401);
        }
        alice().get(HELLO).then().statusCode(503).header("Retry-After", matchesPattern("[1-9][0-9]?"));
        assertThat(timing.slept()).isEmpty();
    }

    @Test
    void aBadPasswordMeetsTheBackendOnceAndAliceWorksOn() {
        alice().get(HELLO).then().statusCode(200);
        IntStream.range(0, 10)
                .forEach(call -> front.as(BOB, "wrong")
                        .get(HELLO)
                        .then()
                        .statusCode(401)
                        .header("WWW-Authenticate", startsWith("Basic")));
        assertThat(pele.loginAttempts(BOB)).isOne();
        alice().get(HELLO).then().statusCode(200);
    }

    @Test
    void thePasswordIsSeenByTheLoginOnly() {
        alice().get(HELLO);
        pele.expireTokens();
        alice().get(HELLO).then().statusCode(200);
        assertThat(pele.logins()).isEqualTo(2);
        assertThat(pele.passwordSeenOutsideLogin()).isFalse();
    }

    @Test
    void withoutCredentialsNobodyIsAnswered() {
        front.nobody().get(HELLO).then().statusCode(401).header("WWW-Authenticate", startsWith("Basic"));
        assertThat(pele.loginAttempts()).isZero();
    }

    @Test
    void aNetrcFileAnswersEverybodyAndItsNewPasswordIsUsed(@TempDir Path folder) throws Exception {
        var netrc = Files.writeString(folder.resolve(".netrc"), "machine 127.0.0.1 login " + BOB + " password builder");
        var account = Credentials.netrc(netrc, "127.0.0.1");
        try (var service =
                WrappedFront.of(new Pele(Backend.at(pele.url()).timing(timing).credentials(account)))) {
            service.nobody().get(HELLO).then().statusCode(200);
            pele.addUser(BOB, "architect");
            pele.expireTokens();
            Files.writeString(netrc, "machine 127.0.0.1 login " + BOB + " password architect");
            Files.setLastModifiedTime(netrc, FileTime.from(Instant.now().minusSeconds(10)));
            service.nobody().get(HELLO).then().statusCode(200);
        }
        assertThat(pele.logins(BOB)).isEqualTo(2);
        assertThat(pele.loginAttempts(BOB)).isEqualTo(2);
    }

    @Test
    void otherPathsBelowItAreStillJobsAndMetrics() {
        for (var path : List.of("/pele/coverage", "/nightly/echo")) {
            front.nobody().get(path).then().statusCode(502);
        }
        assertThat(pele.count("/api/v0.1/test/echo")).isZero();
    }
}
