package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SetCookieTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "k=v; Max-Age=60, PT1M",
        "k=v; Max-Age=60; Expires=Thu; 01 Jan 2026 01:00:00 GMT, PT1M",
        "'k=v; Expires=Thu, 01 Jan 2026 01:00:00 GMT', PT1H",
        "'k=v; Expires=Thu, 01-Jan-2026 01:00:00 GMT', PT1H",
        "'k=v; Expires=Thu, 01-Jan-26 01:00:00 GMT', PT1H",
        "'k=v; Expires=Mon, 1 Jan 2026 01:00:00 UTC', PT1H",
        "'k=v; Expires=Thu Jan  1 01:00:00 2026', PT1H",
        "'k=v; Expires=2026 january 1st 1:0:0', PT1H",
        "'k=v; Expires=Thu, 01-Jan-70 00:00:01 GMT', PT-490895H-59M-59S",
        "'k=v; Expires=01-Jan-69 00:00:00', PT9600H",
        "'k=v; Expires=01-Jan-2026 01:00:00junk', PT1H",
        "'k=v; Expires=2026january 01 01:00:00 02:00:00 02 feb 2027', PT745H",
        "'k=v; Expires=(1)Janfoo~2026x [1:0:00]', PT1H",
        "'k=v; Expires=Thu, 01 Jan 2026 01:00:00 +0500', PT1H",
        "'k=v; Expires=01:00:00 1 1 Jan 2026', PT1H",
        "'k=v; Expires=1 Jan 2026 1:00:00; Expires=junk', PT1H",
        "'k=v;\tMax-Age=60\t;\tPath=/', PT1M",
        "k=v; Max-Age=99999999999999999999, PT9600H"
    })
    void aLifeIsGivenByMaxAgeElseByExpires(String line, Duration life) {
        assertThat(SetCookie.parse(line, Optional.of(NOW)).orElseThrow().life()).contains(life);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "never",
                "Thu, 32 Jan 2026 01:00:00 GMT",
                "Thu, 30 Feb 2026 01:00:00 GMT",
                "1 Jan 2026 24:00:00",
                "1 Jan 1600 01:00:00",
                "1 Jan 01:00:00",
                "2026-01-01T01:00:00Z",
                "1 Jan 2026",
                "0 1 Jan 2026 01:00:00",
                "1 Jan 2026 1:2:60",
                "1 Jan 2026 1:60:2",
                "1 Jan 2026 01:00",
                "1 Jan 20260 01:00:00",
                "1 Ja 2026 01:00:00",
                "1\u00A0Jan 2026 01:00:00"
            })
    void aDateThatIsNoneIsNoEnd(String date) {
        assertThat(SetCookie.parse("k=v; Expires=" + date, Optional.of(NOW))
                        .orElseThrow()
                        .life())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "=",
                " ; Path=/",
                "k\ta=v",
                "k=v; Path=/\u0007",
                "k=a\u0001b",
                "k=a\tb",
                "k=\u0000",
                "k=a\u007Fb",
                "=a=b",
                "=__Secure-a",
                "__host-a"
            })
    void aMalformedCookieIsNoCookie(String line) {
        assertThat(SetCookie.parse(line, Optional.of(NOW))).isEmpty();
    }

    @Test
    void anAttributeOfMoreThan1KiBIsNone() {
        var cookie = SetCookie.parse(
                        "k=v; Path=/" + "x".repeat(1_023) + "; Path=/" + "x".repeat(1_024), Optional.of(NOW))
                .orElseThrow();

        assertThat(cookie.path()).hasSize(1_024);
    }

    @Test
    void aCookieNeverPrintsItsValue() {
        assertThat(SetCookie.parse("k=secret", Optional.of(NOW)).orElseThrow().toString())
                .doesNotContain("secret");
    }
}
