package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** References as the URL Standard, section 4.4, parses them. Chromium gives the same for each row of these tables. */
class AddressTest {
    private static final Address PAGE = Address.of("https://idp.test/a/b/page?q=1");

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "c,https://idp.test/a/b/c",
                "../c,https://idp.test/a/c",
                "../../../../c,https://idp.test/c",
                "..,https://idp.test/a/",
                ".,https://idp.test/a/b/",
                "./c:d,https://idp.test/a/b/c:d",
                ";x,https://idp.test/a/b/;x",
                "/c?x=y,https://idp.test/c?x=y",
                "?x=y,https://idp.test/a/b/page?x=y",
                "'',https://idp.test/a/b/page?q=1",
                "#top,https://idp.test/a/b/page?q=1",
                "#/login?next=/,https://idp.test/a/b/page?q=1",
                "c#top,https://idp.test/a/b/c",
                "c?x#y?z#,https://idp.test/a/b/c?x",
                "//other.test/c,https://other.test/c",
                "//other.test,https://other.test/",
                "//other.test?x,https://other.test/?x",
                "///other.test/c,https://other.test/c",
                "\\\\other.test\\c,https://other.test/c",
                "/\\other.test/c,https://other.test/c",
                "\\c\\..\\d?x=\\,https://idp.test/d?x=\\",
                "c\\d,https://idp.test/a/b/c/d",
                "https:c,https://idp.test/a/b/c",
                "https:/c,https://idp.test/c",
                "https:?x,https://idp.test/a/b/page?x",
                "https:///other.test/c,https://other.test/c",
                "https:\\\\other.test\\c,https://other.test/c",
                "http:other.test/c,http://other.test/c",
                "http:/other.test/c,http://other.test/c",
                "HTTPS://IDP.test:443/C,https://idp.test/C",
                "https://idp.test:0443/,https://idp.test/",
                "https://idp.test:/,https://idp.test/",
                "https://idp.test:80/,https://idp.test:80/",
                "http://idp.test:80/,http://idp.test/",
                "http://idp.test:443/,http://idp.test:443/",
                "https://idp.test:00008443/,https://idp.test:8443/",
                "https://idp.test,https://idp.test/",
                "https://idp.test\\@other.test/,https://idp.test/@other.test/",
                " \u0000\u001F/c \u0001,https://idp.test/c",
                "'/c\td\r\n',https://idp.test/cd",
                "'ht\ntps://ot\rher.te\tst/',https://other.test/",
                "/\t/other.test/,https://other.test/",
                "/c\u00A0,https://idp.test/c%C2%A0"
            })
    void referencesResolveAsInABrowser(String reference, String expected) {
        assertThat(text(PAGE.resolve(reference))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "/c//d, /c//d",
                "c//, /a/b/c//",
                "https://idp.test//c, //c",
                "/.//c, //c",
                "/a//../c, /a/c",
                "/a/..//c, //c",
                "/c/./d/../e/%2E%2e/f, /c/f",
                "/c/.%2e/d, /d",
                "/c/%2E, /c/",
                "/c/%2E%2E, /",
                "/c/..., /c/...",
                "/c/%2E%2E%2E, /c/%2E%2E%2E",
                "/c/%252e%252e/d, /c/%252e%252e/d",
                "/c%2F..%2Fd, /c%2F..%2Fd",
                "/%7Ea%2fb, /%7Ea%2fb",
                "/c%zz%, /c%zz%",
                "/a b<c>\"d`e{f}^g, /a%20b%3Cc%3E%22d%60e%7Bf%7D%5Eg",
                "/a|b[c]'d;e=f@:!$&()*+~, /a%7Cb[c]'d;e=f@:!$&()*+~",
                "/é%C3%A9, /%C3%A9%C3%A9",
                "/💩\u007F, /%F0%9F%92%A9%7F",
                "/c?q=100%&a[]=/../b\\, /c?q=100%&a[]=/../b\\",
                "/c?a b<c>\"d`e{f}|'^, /c?a%20b%3Cc%3E%22d`e{f}|%27^",
                "/c?é=%C3%A9, /c?%C3%A9=%C3%A9",
                "/c?d?e, /c?d?e"
            })
    void whatIsEncodedOnceStaysAndTheRestIsEncodedOnce(String reference, String expected) {
        assertThat(PAGE.resolve(reference).target()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "windows-1252, /é?é=€, /%C3%A9?%E9=%80",
        "windows-1252, ?中=%E4, /a/b/page?%26%2320013%3B=%E4",
        "Shift_JIS, ?表, /a/b/page?%95\\",
        "ISO-2022-JP, ?a中b, /a/b/page?a%1B$BCf%1B(Bb",
        "UTF-8, ?é, /a/b/page?%C3%A9"
    })
    void theQueryIsInThePagesEncoding(String charset, String reference, String expected) {
        assertThat(PAGE.resolve(reference, Charset.forName(charset)).target()).isEqualTo(expected);
    }

    @Test
    void halfACharacterIsReplaced() {
        assertThat(PAGE.resolve("/\uD83D?\uDCA9x").target()).isEqualTo("/%EF%BF%BD?%EF%BF%BDx");
        assertThat(PAGE.resolve("?\uD83D", Charset.forName("windows-1252")).target())
                .isEqualTo("/a/b/page?%26%2365533%3B");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "127.0.0.1., 127.0.0.1",
        "127.1, 127.0.0.1",
        "127.0.1, 127.0.0.1",
        "2130706433, 127.0.0.1",
        "0x7f000001, 127.0.0.1",
        "0X7F.1, 127.0.0.1",
        "0177.0.0.01, 127.0.0.1",
        "017700000001, 127.0.0.1",
        "000000000000000000177.1, 127.0.0.1",
        "0x.0x.0, 0.0.0.0",
        "4294967295, 255.255.255.255",
        "1.2.65535, 1.2.255.255",
        "%31%32%37.1, 127.0.0.1",
        "１２７.０.０.１, 127.0.0.1",
        "127。0。0。1, 127.0.0.1",
        "[::1], [::1]",
        "[0:0:0:0:0:0:0:1], [::1]",
        "[0000::0001], [::1]",
        "[1::], [1::]",
        "[::], [::]",
        "[1:0:0:2:0:0:0:3], [1:0:0:2::3]",
        "[1:0:0:2:3:0:0:4], [1::2:3:0:0:4]",
        "[1:0:2:3:4:5:6:7], [1:0:2:3:4:5:6:7]",
        "[1:2:3:4:5:6:7::], [1:2:3:4:5:6:7:0]",
        "[FE80::ABCD], [fe80::abcd]",
        "[::ffff:127.0.0.1], [::ffff:7f00:1]",
        "[1:2:3:4:5:6:1.2.3.4], [1:2:3:4:5:6:102:304]",
        "IDP.Test, idp.test",
        "idp.test., idp.test.",
        "id_p-1.test, id_p-1.test",
        "%69dp%2Etest, idp.test",
        "ｉｄｐ．ｔｅｓｔ, idp.test",
        "bücher.test, xn--bcher-kva.test",
        "BÜCHER.test, xn--bcher-kva.test",
        "b%C3%BCcher.test, xn--bcher-kva.test",
        "bu\u0308cher.test, xn--bcher-kva.test",
        "xn--bcher-kva.test, xn--bcher-kva.test",
        "XN--BCHER-KVA.test, xn--bcher-kva.test",
        "公司.cn, xn--55qx5d.cn",
        "☃.test, xn--n3h.test"
    })
    void aHostHasOneSpelling(String host, String expected) {
        assertThat(Address.of("https://" + host + "/").host()).isEqualTo(expected);
        assertThat(Address.of("https://" + host + ":8443").origin()).isEqualTo("https://" + expected + ":8443");
        assertThat(Address.of("https://" + expected + "/").isAt("https://" + host)).isTrue();
    }

    /** Those from the second row on are hosts for a browser, of which it is not certain which one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "256.256.256.256",
                "1.2.3.4.5",
                "1.2.3.256",
                "256.1",
                "1.2.65536",
                "4294967296",
                "99999999999999999999",
                "0x100000000",
                "08.1",
                "0xg.1",
                "idp.1",
                "a.0x1",
                "1..1",
                "[1]",
                "[::1",
                "::1",
                "[]",
                "[1::2::3]",
                "[:1]",
                "[1:]",
                "[1:2:3:4:5:6:7]",
                "[1:2:3:4:5:6:7:8:9]",
                "[1:2:3:4::5:6:7:8]",
                "[12345::]",
                "[::1.2.3]",
                "[::1.2.3.04]",
                "[::1.2.3.256]",
                "[::1.2.3.4:5]",
                "[fe80::1%25eth0]",
                "[::g]",
                "%",
                "%zz",
                "a%00b",
                "a%2Fb",
                "a%25",
                "a%40b",
                "a b",
                "a^b",
                "a|b",
                "a<b",
                "%FF",
                "℀.test",
                // Valid in a browser, which maps them by another standard, or no name of a host.
                "straße.test",
                "faς.test",
                "a\u200Db.test",
                "Ⅎ.test",
                "💩.test",
                "Ⴀ.test",
                "a..b",
                ".",
                "a!b",
                "a'b"
            })
    void aHostWithoutOneSpellingIsRefused(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PAGE.resolve("https://" + host + "/"))
                .withMessage("an address without a valid host")
                .withNoCause();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:secret@idp.test/",
                "//secret@idp.test/",
                "//@secret.test/",
                "ftp://idp.test/secret",
                "javascript:alert('secret')",
                "JavaScript:alert('secret')",
                "data:text/html,secret",
                "ws://idp.test/secret",
                "about:blank#secret",
                "https://se cret/",
                "https://idp.test:port/secret",
                "https://idp.test:0/secret",
                "https://idp.test:65536/secret",
                "https://idp.test:-1/secret",
                "https://idp.test: 1/secret",
                "https://idp.test:1:2/secret",
                "https://",
                "//",
                "///",
                "https://:443/secret",
                "https://?secret",
                "https://id_p:port/secret",
                "https://secret@id_p/"
            })
    void whatIsNoAddressIsRefusedWithoutRepeatingIt(String reference) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PAGE.resolve(reference))
                .withMessageNotContaining("secret")
                .withNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/secret", "idp.test/secret", "//idp.test/secret", "?secret", "idp.test:80/secret"})
    void withoutAPageAReferenceIsNoAddress(String reference) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Address.of(reference))
                .withMessageNotContaining("secret");
    }

    @Test
    void theQueryNeverPrints() {
        assertThat(PAGE).hasToString("https://idp.test/a/b/page");
        assertThat(PageRequest.post(PAGE, "password=secret", true).toString())
                .isEqualTo("POST https://idp.test/a/b/page");
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8080/, true",
        "http://127.1/, true",
        "http://0x7f.0.0.1/, true",
        "http://localhost/, true",
        "http://[::1]:1/, true",
        "http://[0::1]/, true",
        "http://127.evil.test/, false",
        "http://localhost.evil.test/, false",
        "http://10.0.0.1/, false"
    })
    void onlyThisMachineIsLoopback(String address, boolean loopback) {
        assertThat(Address.of(address).isLoopback()).isEqualTo(loopback);
    }

    private static String text(Address address) {
        return address.origin() + address.target();
    }
}
