package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.ScriptedTransport;
import io.apikit.auth.internal.sharing.RecordReader;
import io.apikit.auth.internal.sharing.RecordWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cookies as RFC 6265, sections 5.3 and 5.4, has them, and RFC 6265bis, sections 5.7 and 5.8. */
class CookieSetTest {
    private static final long START = Long.MAX_VALUE - 5;

    private CookieSet cookies = CookieSet.none();
    private long now = START;

    private void set(String from, String... lines) {
        cookies = cookies.with(Address.of(from), ScriptedTransport.html(200, "", lines), now);
    }

    private Optional<String> sent(String to) {
        return cookies.header(Address.of(to), now);
    }

    @ParameterizedTest
    @CsvSource({
        "k=v, https://a.corp.test/, true",
        "k=v, https://a.corp.test:8443/, true",
        "k=v, http://a.corp.test/, true",
        "k=v, https://sub.a.corp.test/, false",
        "k=v, https://b.corp.test/, false",
        "k=v; Domain=, https://a.corp.test/, true",
        "k=v; Domain=corp.test; Domain=, https://b.corp.test/, false",
        "k=v; Domain=a.corp.test, https://sub.a.corp.test/, true",
        "k=v; Domain=corp.test, https://b.corp.test/, true",
        "k=v; Domain=.Corp.Test, https://b.corp.test:8443/, true",
        "k=v; Domain=..corp.test, https://a.corp.test/, false",
        "k=v; Domain=corp.test., https://a.corp.test/, false",
        "k=v; Domain=corp.test, https://corp.test/, true",
        "k=v; Domain=corp.test, https://xcorp.test/, false",
        "k=v; Domain=corp.test, https://corp.test.evil.test/, false",
        "k=v; Domain=b.corp.test, https://a.corp.test/, false",
        "k=v; Domain=b.corp.test, https://b.corp.test/, false",
        "k=v; Domain=sub.a.corp.test, https://sub.a.corp.test/, false",
        "k=v; Secure, http://a.corp.test/, false",
        "k=v; Secure, https://a.corp.test/, true"
    })
    void aCookieGoesToItsHostAndToThoseInItsDomain(String line, String to, boolean isSent) {
        set("https://a.corp.test/", line);

        assertThat(sent(to)).isEqualTo(isSent ? Optional.of("k=v") : Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 0.0.1, 10.0.0.1, false",
        "10.0.0.1, 1, 10.0.0.1, false",
        "10.0.0.1, 10.0.0.1, 10.0.0.1, true",
        "10.0.0.1, 10.0.0.1, 110.0.0.1, false",
        "[::1], 1], [::1], false",
        "[::1], [::1], [::1], true",
        "sso-1.lab-2.test, lab-2.test, sso-1.lab-2.test, true"
    })
    void noDomainIsAroundAnAddress(String host, String domain, String to, boolean isSent) {
        set("https://" + host + "/", "k=v; Domain=" + domain);

        assertThat(sent("https://" + to + "/").isPresent()).isEqualTo(isSent);
    }

    @ParameterizedTest
    @CsvSource({
        "a.co.uk, co.uk, a.co.uk, false",
        "a.b.co.uk, b.co.uk, b.co.uk, true",
        "a.github.io, github.io, a.github.io, false",
        "a.github.io, github.io, b.github.io, false",
        "github.io, github.io, github.io, true",
        "github.io, github.io, b.github.io, false",
        "sso.cluster1, cluster1, sso.cluster1, false",
        "a.co.uk., co.uk., a.co.uk., false",
        "a.co.uk., co.uk., b.co.uk., false",
        "localhost, localhost, localhost, true",
        "a.b.kobe.jp, b.kobe.jp, a.b.kobe.jp, false",
        "a.city.kobe.jp, city.kobe.jp, b.city.kobe.jp, true"
    })
    void noDomainIsAPublicSuffix(String host, String domain, String to, boolean isSent) {
        set("https://" + host + "/", "k=v; Domain=" + domain);

        assertThat(sent("https://" + to + "/").isPresent()).isEqualTo(isSent);
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.test/, __Host-k=v; Secure; Path=/, true",
        "https://a.test/, __Host-k=v; Secure; Path=/x, false",
        "https://a.test/, __Host-k=v; Secure, false",
        "https://a.test/, __Host-k=v; Path=/, false",
        "https://a.b.test/, __Host-k=v; Secure; Path=/; Domain=a.b.test, false",
        "https://a.test/, __hOST-k=v; Path=/, false",
        "https://a.test/, __Secure-k=v; Secure, true",
        "https://a.test/, __Secure-k=v, false",
        "https://a.test/, __SecureX=v, true",
        "http://a.test/, __Secure-k=v; Secure, false",
        "http://a.test/, __Secure-k=v, false",
        "http://a.test/, k=v; Secure, false",
        "http://127.0.0.1:9/, k=v; Secure, true",
        "http://localhost:9/, __Host-k=v; Secure; Path=/, true",
        "https://a.test/, =__Host-k=v; Secure; Path=/, false",
        "https://a.test/, __Secure-k, false"
    })
    void prefixesOfNamesAndSecureNeedASafeOrigin(String from, String line, boolean isKept) {
        set(from, line);

        assertThat(sent(from).isPresent()).isEqualTo(isKept);
    }

    @ParameterizedTest
    @CsvSource({
        "k=new, k=old",
        "k=new; Max-Age=0, k=old",
        "k=new; Domain=corp.test, k=old",
        "k=new; Path=/deep, k=old",
        "other=new, k=old; other=new"
    })
    void plainHttpLeavesSecureCookiesAlone(String line, String expected) {
        set("https://a.corp.test/", "k=old; Secure; Path=/");
        set("http://a.corp.test/", line);

        assertThat(sent("https://a.corp.test/deep")).contains(expected);
    }

    @Test
    void plainHttpMaySetACookieAboveTheSecureOnesPath() {
        set("https://a.corp.test/x", "k=old; Secure; Path=/deep");
        set("http://a.corp.test/", "k=new; Path=/");

        assertThat(sent("https://a.corp.test/deep")).contains("k=old; k=new");
    }

    @ParameterizedTest
    @CsvSource({
        "k=v; Path=/realms/demo, /realms/demo, true",
        "k=v; Path=/realms/demo, /realms/demo/, true",
        "k=v; Path=/realms/demo, /realms/demo/auth, true",
        "k=v; Path=/realms/demo, /realms/demo2, false",
        "k=v; Path=/realms/demo, /, false",
        "k=v; Path=/realms/, /realms/demo, true",
        "k=v; Path=/realms/, /realms, false",
        "k=v; Path=/x; Path=/realms, /realms, true",
        "k=v; Path=/realms; Path=, /realms, false",
        "k=v; Path=realms, /realms, false",
        "k=v, /login/other, true",
        "k=v, /login, true",
        "k=v, /elsewhere, false"
    })
    void aPathCoversItselfAndWhatIsBelow(String line, String to, boolean isSent) {
        set("https://a.test/login/form?x=/1/2", line);

        assertThat(sent("https://a.test" + to).isPresent()).isEqualTo(isSent);
    }

    @Test
    void theLongerPathComesFirstThenTheEarlierCreation() {
        set("https://a.test/b/c", "one=1; Path=/", "two=2; Path=/b", "three=3; Path=/");
        set("https://a.test/b/c", "one=4; Path=/", "five=5; Path=/b");

        assertThat(sent("https://a.test/b/c")).contains("two=2; five=5; one=4; three=3");
        assertThat(cookies.value("three", Address.of("https://a.test/"), now)).contains("3");
        assertThat(cookies.value("two", Address.of("https://a.test/"), now)).isEmpty();
        assertThat(cookies.names()).containsExactlyInAnyOrder("one", "two", "three", "five");
    }

    @Test
    void cookiesOfOneNameDifferByDomainPathAndHostOnly() {
        set("https://a.corp.test/b", "k=1; Path=/", "k=2; Path=/b", "k=3; Domain=a.corp.test; Path=/");

        assertThat(sent("https://a.corp.test/b")).contains("k=2; k=1; k=3");
        assertThat(sent("https://x.a.corp.test/b")).contains("k=3");
    }

    @ParameterizedTest
    @CsvSource({
        "k=v; Max-Age=60, 60",
        "k=v; Max-Age=60; Max-Age=x, 60",
        "k=v; Max-Age=x; Max-Age=-; Max-Age=60, 60",
        "'k=v; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 60",
        "'k=v; Expires=Thu, 01 Jan 1970 00:00:00 GMT; max-age=60', 60",
        "k=v; Max-Age=99999999999999999999, 34560000"
    })
    void aCookieEndsWithItsLife(String line, long seconds) {
        set("https://a.test/", line, "other=1");

        now = START + Duration.ofSeconds(seconds).toNanos() - 1;
        assertThat(sent("https://a.test/")).contains("k=v; other=1");
        now++;
        assertThat(sent("https://a.test/")).contains("other=1");
        set("https://a.test/", "third=1");
        assertThat(cookies.names()).containsExactlyInAnyOrder("other", "third");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k=v; Max-Age=0", "k=v; max-age=-1", "k=; Expires=Thu, 01 Jan 1970 00:00:01 GMT"})
    void aDeletedCookieIsGone(String deletion) {
        set("https://a.test/", "k=v", "other=1");
        set("https://a.test/x", deletion);

        assertThat(sent("https://a.test/")).contains("other=1");
    }

    @ParameterizedTest
    @CsvSource({"k=, k=", "=v, v", "v, v", "' k = a b \t; Path=/', k=a b", "'k=\"a,b\"', 'k=\"a,b\"'", "k=a=b, k=a=b"})
    void nameAndValueAreKeptAsTheyCame(String line, String expected) {
        set("https://a.test/", line);

        assertThat(sent("https://a.test/")).contains(expected);
    }

    @Test
    void moreThan50CookiesOfADomainPushTheLeastRecentlySetOut() {
        set("https://a.test/", "secure=1; Secure", "first=1", "second=1", "again=1");
        set("https://a.test/", "first=2");
        IntStream.range(0, 47).forEach(i -> set("https://a.test/", "n" + i + "=1"));
        IntStream.range(0, 3).forEach(i -> set("https://b.test/", "b" + i + "=1"));

        assertThat(cookies.names())
                .hasSize(53)
                .contains("secure", "first", "again")
                .doesNotContain("second");
        assertThat(sent("https://a.test/").orElseThrow()).startsWith("secure=1; first=2; again=1; n0=1; ");
    }

    @Test
    void at200CookiesTheOldestOfAnyDomainGoes() {
        IntStream.range(0, 202).forEach(i -> set("https://h" + i % 9 + ".test/", "n" + i + "=1"));

        assertThat(cookies.names()).hasSize(200).contains("n2", "n201").doesNotContain("n0", "n1");
    }

    @ParameterizedTest
    @CsvSource({"4094, true", "4095, false"})
    void aCookieHas4KiBAtMost(int length, boolean isKept) {
        set("https://a.test/", "k=old", "s=" + "v".repeat(length));

        assertThat(sent("https://a.test/").orElseThrow().length()).isEqualTo(isKept ? 4_103 : 5);
        assertThat(cookies.excess().orElse("none"))
                .isEqualTo(isKept ? "none" : "the cookie s of 4097 bytes, not at most 4096");
        set("https://a.test/");
        assertThat(cookies.excess()).isEmpty();
    }

    @Test
    void cookiesOfADomainHave16KiBAtMostTogether() {
        IntStream.range(0, 4).forEach(i -> set("https://a.test/", i + "=" + "v".repeat(4_092)));
        assertThat(cookies.excess()).isEmpty();

        set("https://a.test/", "other=v");

        assertThat(cookies.excess()).contains("cookies of 16393 bytes together, not at most 16384");
        assertThat(cookies.names()).hasSize(4);
        set("https://a.test/", "0=short");
        set("https://a.test/", "other=v");
        assertThat(cookies.names()).hasSize(5);
    }

    @Test
    void aResponseWithoutCookiesChangesNothing() {
        set("https://a.test/", "k=v");
        var before = cookies;

        set("https://a.test/");

        assertThat(cookies).isSameAs(before);
    }

    @Test
    void noValueIsPrinted() {
        set("https://a.test/", "k=secret; Path=/x");

        assertThat(cookies).hasToString("CookieSet[k]");
    }

    /** Each process has a clock of its own. The end of a cookie moves to that of the reader. */
    @Test
    void cookiesThatWereWrittenAndReadAreSentAsBefore() {
        set("https://a.corp.test/app/", "session=1; Max-Age=60; Path=/", "b=2; Path=/app", "c=3; Domain=corp.test");
        set("https://a.corp.test/app/", "session=4; Max-Age=60; Path=/; Secure");
        var addresses = List.of("https://a.corp.test/", "https://a.corp.test/app/x", "https://b.corp.test/app/");
        var before = addresses.stream().map(this::sent).toList();
        now += Duration.ofSeconds(10).toNanos();
        var record = new RecordWriter(now);
        cookies.writeTo(record);
        now = 42;

        var reader = new RecordReader(record.bytes().orElseThrow(), now, Duration.ofSeconds(20));
        cookies = CookieSet.readFrom(reader);
        reader.end();

        assertThat(addresses.stream().map(this::sent)).containsExactlyElementsOf(before);
        now += Duration.ofSeconds(30).toNanos() - 1;
        assertThat(sent("https://a.corp.test/")).hasValue("session=4");
        now += 1;
        assertThat(sent("https://a.corp.test/")).isEmpty();
        assertThat(sent("https://a.corp.test/app/x")).hasValue("b=2; c=3");
    }
}
