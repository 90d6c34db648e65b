package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.ScriptedTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CookieJarTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final CookieJar jar = new CookieJar();

    private void set(String from, String... cookies) {
        jar.store(Address.of(from), ScriptedTransport.html(200, "", cookies));
    }

    private Optional<String> sent(String to) {
        return jar.header(Address.of(to));
    }

    @Test
    void aCookieGoesBackToItsOriginOnly() {
        set("https://a.test/", "k=v; Domain=test; Path=/");

        assertThat(sent("https://a.test/x")).contains("k=v");
        assertThat(sent("https://b.test/x")).isEmpty();
        assertThat(sent("https://a.test:8443/x")).isEmpty();
        assertThat(sent("http://a.test/x")).isEmpty();
        assertThat(sent("https://sub.a.test/x")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "sso.cluster1, cluster1, true",
        "sso.cluster1, .Cluster1, true",
        "1.sso.lab-2, lab-2, true",
        "10.0.0.1, 0.0.1, false",
        "10.0.0.1, 1, false",
        "[::1], 1], false",
        "cluster1, sso.cluster1, false",
        "xcluster1, cluster1, false"
    })
    void aDomainIsAroundHostNamesAndNeverAroundAddresses(String host, String domain, boolean isKept) {
        set("https://" + host + "/", "k=v; Domain=" + domain);

        assertThat(sent("https://" + host + "/").isPresent()).isEqualTo(isKept);
    }

    @Test
    void aSecureCookieIsKeptOnThisMachineButNotOverPlainHttp() {
        set("http://127.0.0.1:9/", "k=v; Secure");
        set("http://a.test/", "k=v; Secure", "open=1");

        assertThat(sent("http://127.0.0.1:9/")).contains("k=v");
        assertThat(sent("http://a.test/")).contains("open=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k=v; Max-Age=0", "k=v; max-age=-1", "k=v; Expires=Thu, 01 Jan 1970 00:00:01 GMT", "k="})
    void aDeletedCookieIsGone(String deletion) {
        set("https://a.test/", "k=v", "other=1");
        set("https://a.test/", deletion);

        assertThat(sent("https://a.test/")).contains("other=1");
    }

    @Test
    void theLaterValueOfACookieWins() {
        set("https://a.test/", "k=old");
        set("https://a.test/", "k=new");

        assertThat(sent("https://a.test/")).contains("k=new");
    }

    @ParameterizedTest
    @CsvSource({
        "/realms/demo, true",
        "/realms/demo/, true",
        "/realms/demo/auth, true",
        "/realms/demo2, false",
        "/, false"
    })
    void aPathCoversItselfAndWhatIsBelow(String path, boolean covered) {
        set("https://a.test/x", "k=v; Path=/realms/demo");

        assertThat(sent("https://a.test" + path).isPresent()).isEqualTo(covered);
    }

    @Test
    void withoutAPathTheFolderCounts() {
        set("https://a.test/login/form?x=1", "k=v");

        assertThat(sent("https://a.test/login/other")).contains("k=v");
        assertThat(sent("https://a.test/elsewhere")).isEmpty();
    }

    @Test
    void theLongerPathComesFirst() {
        set("https://a.test/b/c", "k=root; Path=/", "k=deep; Path=/b");

        assertThat(sent("https://a.test/b/c")).contains("k=deep; k=root");
    }

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
        "'k=v;\tMax-Age=60\t;\tPath=/', PT1M",
        "k=v; Max-Age=99999999999999999999, PT9600H"
    })
    void aLifeIsToldByMaxAgeElseByExpires(String line, Duration life) {
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
                "1 Jan 2026"
            })
    void aDateThatIsNoneIsNoEnd(String date) {
        assertThat(SetCookie.parse("k=v; Expires=" + date, Optional.of(NOW))
                        .orElseThrow()
                        .life())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";", "=v", "novalue", "k\ta=v", "k=v; Path=/\u0007", "k=a\u0001b", "k=a\tb"})
    void aMalformedCookieIsNoCookie(String line) {
        assertThat(SetCookie.parse(line, Optional.of(NOW))).isEmpty();
    }

    @Test
    void aCookieNeverPrintsItsValue() {
        assertThat(SetCookie.parse("k=secret", Optional.of(NOW)).orElseThrow().toString())
                .doesNotContain("secret");
    }
}
