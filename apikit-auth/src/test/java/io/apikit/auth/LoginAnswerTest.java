package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a login endpoint may answer instead of a login, or along with one. */
class LoginAnswerTest extends FrontDoorTest {
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();

    /** The two modes that read a token from an answer, with a backend whose login endpoint answers this. */
    private Backend backend(String mode, String type, String body) {
        var url = backend(config -> {
            config.routes.post("/token", ctx -> {
                logins.incrementAndGet();
                ctx.contentType(type).result(body);
            });
            config.routes.get("/data", ctx -> {
                requests.incrementAndGet();
                ctx.result("data");
            });
        });
        var authenticator = mode.equals("token")
                ? Authenticator.tokenLogin(login -> login.post("/token").sign("Authorization", "Bearer {access_token}"))
                : Authenticator.clientCredentials(
                        options -> options.tokenUri(url + "/token").margin(Duration.ofHours(1)));
        return opened(
                Backend.at(url).auth(authenticator).retry(RetryPolicy.none()).timing(timing));
    }

    static Stream<Arguments> successesThatHoldNoToken() {
        return Stream.of("token", "client credentials")
                .flatMap(mode -> Stream.of(
                                "{}",
                                "{\"access_token\":\"\"}",
                                "{\"access_token\":null}",
                                "{\"access_token\":{\"a\":1}}",
                                "{\"expires_in\":300}",
                                "[]",
                                "null",
                                "<html><form><input type=password></form></html>",
                                "")
                        .map(body -> Arguments.of(mode, body)));
    }

    @ParameterizedTest
    @MethodSource("successesThatHoldNoToken")
    void aSuccessWithoutATokenIsABrokenLoginAndNothingIsSentUnsigned(String mode, String body) {
        var session = backend(mode, body.startsWith("<") ? "text/html" : "application/json", body)
                .session(ALICE);

        assertFails(502, () -> session.get("/data"));
        assertFails(502, () -> session.get("/data"));

        assertThat(requests).hasValue(0);
        assertThat(logins).hasValue(1);
    }

    static Stream<Arguments> livesThatTellNothing() {
        return Stream.of("token", "client credentials")
                .flatMap(mode -> Stream.of(
                                "0",
                                "-1",
                                "-1e99",
                                "absent",
                                "1e30",
                                "9223372036854775807",
                                "99999999999999999999999999999999999999",
                                "\"soon\"",
                                "\"\"",
                                "null",
                                "true",
                                "[]",
                                "{}",
                                "0.4")
                        .map(life -> Arguments.of(mode, life)));
    }

    @ParameterizedTest
    @MethodSource("livesThatTellNothing")
    void anEndThatIsNonsenseOrFarAwayCostsOneLogin(String mode, String life) {
        var expiresIn = life.equals("absent") ? "" : ",\"expires_in\":" + life;
        var backend = backend(mode, "application/json", "{\"access_token\":\"t\"" + expiresIn + "}");

        for (var minutes = 0; minutes < 60; minutes++) {
            assertThat(backend.session(ALICE).get("/data").status()).isEqualTo(200);
            timing.pass(Duration.ofMinutes(10));
        }

        assertThat(requests).hasValue(60);
        assertThat(logins).hasValue(1);
    }

    /** A margin of an hour, and a life of a second: half of it at most is the margin. */
    @ParameterizedTest
    @ValueSource(strings = {"token", "client credentials"})
    void anEndThatIsAlwaysNearCostsALoginASecondAtMost(String mode) {
        var backend = backend(mode, "application/json", "{\"access_token\":\"t\",\"expires_in\":1}");

        for (var i = 0; i < 100; i++) {
            assertThat(backend.session(ALICE).get("/data").status()).isEqualTo(200);
        }
        assertThat(logins).hasValue(1);
        for (var i = 0; i < 50; i++) {
            timing.pass(Duration.ofMillis(100));
            assertThat(backend.session(ALICE).get("/data").status()).isEqualTo(200);
        }

        assertThat(logins.get()).isBetween(5, 11);
    }

    @Test
    void aLoginThatAnswersWithARedirectOrNoContentIsBroken() {
        var url = backend(config -> {
            config.routes.post("/302", ctx -> ctx.redirect("/data"));
            config.routes.post("/204", ctx -> ctx.status(204));
            config.routes.get("/data", ctx -> requests.incrementAndGet());
        });
        for (var path : new String[] {"/302", "/204"}) {
            var mode = Authenticator.tokenLogin(login -> login.post(path).sign("X", "{token}"));
            assertFails(
                    502, () -> opened(Backend.at(url).auth(mode)).session(ALICE).get("/data"));
        }
        assertThat(requests).hasValue(0);
    }
}
