package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.auth.LoginGeneration.State;
import io.apikit.auth.internal.browser.SetCookie;
import io.apikit.http.BackendRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoginTest {
    @Test
    void cookiesAreSignedInTheOrderTheyCame() {
        var login =
                Login.of(Map.of("X-Key", "k")).cookie("b", "2").cookie("a", "1").cookie("b", "3");

        assertThat(login.signature()).containsEntry("Cookie", "b=3; a=1").containsEntry("X-Key", "k");
        assertThat(login.withoutCookie("b").signature()).containsEntry("Cookie", "a=1");
        assertThat(login.cookieNames()).containsExactly("b", "a");
    }

    @Test
    void aBackendCannotPutALineBreakIntoOurRequests() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Login.of(Map.of("X-Key", "secret\r\nHost: evil")))
                .withMessageNotContaining("secret");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Login.of(Map.of()).cookie("sid", "secret\n"))
                .withMessageNotContaining("secret");
    }

    @Test
    void loginIsReadByItsMode() {
        var login = Login.of(Map.of("X-Token", "t1")).cookie("sid", "s1").secret("refresh", "r\n1");

        assertThat(login.header("x-token")).contains("t1");
        assertThat(login.header("cookie")).contains("sid=s1");
        assertThat(login.cookie("sid")).contains("s1");
        assertThat(login.secret("refresh")).contains("r\n1");
        assertThat(login.header("other").or(() -> login.cookie("SID")).or(() -> login.secret("sid")))
                .isEmpty();
    }

    @Test
    void headerIsReplacedInAnyCaseAndTheLifeStays() {
        var login = Login.of(Map.of("X-Token", "t1", "X-Other", "o"))
                .cookie("sid", "s1")
                .secret("refresh", "r1")
                .expiresIn(Duration.ofMinutes(1));

        var signedAgain = login.header("x-token", "t2");

        assertThat(signedAgain.signature())
                .containsOnly(Map.entry("x-token", "t2"), Map.entry("X-Other", "o"), Map.entry("Cookie", "sid=s1"));
        assertThat(signedAgain.hasTheLifeOf(login)).isTrue();
        assertThat(signedAgain.secret("refresh")).contains("r1");
        assertThat(login.header("X-Token")).contains("t1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> login.header("X-Token", "secret\r\nHost: evil"))
                .withMessageNotContaining("secret");
    }

    @Test
    void secretIsNeverSentAndMaskedInEverySpelling() {
        var login = Login.of(Map.of("X-Token", "t1")).secret("refresh", "r-1/\"ä\"");

        assertThat(login.signature()).containsOnlyKeys("X-Token");
        assertThat(login.sign(BackendRequest.get("/")).headers().names()).containsExactly("X-Token");
        assertThat(login.toString()).contains("refresh").doesNotContain("r-1");
        var mask = SecretMask.of(Credentials.none()).and(login.cookie("a", "b").expiresIn(Duration.ofHours(1)));
        assertThat(List.of("r-1/\"ä\"", "r-1/\\\"ä\\\"", "r-1%2F%22%C3%A4%22", "ci0xLyLDpCI=", "722d312f22c3a422"))
                .allSatisfy(spelling ->
                        assertThat(mask.masked("no " + spelling + "!")).isEqualTo("no ***!"));
    }

    @Test
    void aLifeMustBePositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Login.of(Map.of()).expiresIn(Duration.ZERO))
                .withMessageContaining("expiresIn");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Login.of(Map.of()).renewAhead(Duration.ofSeconds(-1)))
                .withMessageContaining("renewAhead");
    }

    @Test
    void theMarginIsATenthOfTheLifeUpToThirtySeconds() {
        assertThat(dueAfter(Login.of(Map.of()).expiresIn(Duration.ofSeconds(100)), 0))
                .isEqualTo(90);
        assertThat(dueAfter(Login.of(Map.of()).expiresIn(Duration.ofSeconds(1000)), 0))
                .isEqualTo(970);
    }

    @Test
    void aConfiguredMarginIsAtMostHalfTheLife() {
        var login = Login.of(Map.of()).expiresIn(Duration.ofSeconds(100));
        assertThat(dueAfter(login.renewAhead(Duration.ofSeconds(40)), 0)).isEqualTo(60);
        assertThat(dueAfter(login.renewAhead(Duration.ofSeconds(80)), 0)).isEqualTo(50);
    }

    @Test
    void jitterRenewsUpToATenthOfTheMarginEarlier() {
        var login = Login.of(Map.of()).expiresIn(Duration.ofSeconds(1000));
        assertThat(dueAfter(login, 0)).isEqualTo(970);
        assertThat(dueAfter(login, 0.5)).isEqualTo(969); // 968.5 s
        assertThat(dueAfter(login, 1)).isEqualTo(967);
        assertThat(dueAfter(login.renewAhead(Duration.ofSeconds(500)), 1)).isEqualTo(450);
    }

    @Test
    void aHugeLifeIsForEverAndNeverOverflows() {
        var timing = new FakeTiming();
        var generation = new LoginGeneration(
                1, Login.of(Map.of()).expiresIn(Duration.ofSeconds(Long.MAX_VALUE)), timing, () -> 1);

        assertThat(generation.state()).isEqualTo(State.FRESH);
        timing.pass(Duration.ofDays(30_000));
        assertThat(generation.state()).isEqualTo(State.FRESH);
    }

    /** The second after its login at which a generation asks to be renewed. */
    private static int dueAfter(Login login, double chance) {
        var timing = new FakeTiming();
        var generation = new LoginGeneration(1, login, timing, () -> chance);
        for (var second = 0; second <= 2000; second++) {
            if (generation.state() == State.STALE) {
                return second;
            }
            timing.pass(Duration.ofSeconds(1));
        }
        throw new AssertionError("never due");
    }

    @Test
    void aRollingCookieDoesNotMakeALoginLiveLonger() {
        var timing = new FakeTiming();
        var generation = new LoginGeneration(1, Login.of(Map.of()).expiresIn(Duration.ofSeconds(100)), timing, () -> 0);
        timing.pass(Duration.ofSeconds(80));

        generation.refresh(login -> login.cookie("sid", "new"));
        timing.pass(Duration.ofSeconds(15));
        assertThat(generation.state()).isEqualTo(State.STALE);

        generation.refresh(login -> login.expiresIn(Duration.ofSeconds(100)));
        assertThat(generation.state()).isEqualTo(State.FRESH);
    }

    @Test
    void whatNoHeaderCanCarryIsABrokenLoginAndNotTheCallersFault() {
        assertThatIllegalArgumentException().isThrownBy(() -> Login.of(Map.of("X-Token", "a \u2013 b")));
        assertThatIllegalArgumentException().isThrownBy(() -> Login.of(Map.of("X-Token", "a\u0085b")));
    }

    /** Headers of a response are read as ISO-8859-1. Other characters come from a transport of a user. */
    @Test
    void everyCookieThatIsParsedCanBeSent() {
        for (char character = 0; character < 0x3000; character++) {
            for (var line : List.of("k=a" + character + "b", "k" + character + "y=v", "k=v" + character)) {
                var parsed = SetCookie.in(ScriptedTransport.html(200, "", line));
                parsed.forEach(cookie -> {
                    var login = Login.of(Map.of()).cookie(cookie.name(), cookie.value());
                    assertThat(login.sign(BackendRequest.get("/")).header("Cookie"))
                            .contains(cookie.name() + "=" + cookie.value());
                });
                assertThat(parsed.isEmpty() || character >= ' ' || character == '\t')
                        .as("character %d", (int) character)
                        .isTrue();
            }
        }
    }
}
