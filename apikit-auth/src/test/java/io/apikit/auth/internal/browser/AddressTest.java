package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    private static final Address PAGE = Address.of("https://idp.test/a/b/page?q=1");

    @ParameterizedTest
    @CsvSource({
        "c, https://idp.test/a/b/c",
        "../c, https://idp.test/a/c",
        "../../../../c, https://idp.test/c",
        "/c?x=y, https://idp.test/c?x=y",
        "?x=y, https://idp.test/a/b/page?x=y",
        "'', https://idp.test/a/b/page?q=1",
        "'#top', https://idp.test/a/b/page?q=1",
        "'#/login?next=/', https://idp.test/a/b/page?q=1",
        "'c#top', https://idp.test/a/b/c",
        "//other.test/c, https://other.test/c",
        "HTTPS://IDP.test:443/C, https://idp.test/C",
        "https://idp.test, https://idp.test/",
        "'/a b?c={d}|é', https://idp.test/a%20b?c=%7Bd%7D%7C%C3%A9",
        "/%7Ea%2Fb, https://idp.test/%7Ea%2Fb",
        "/c//d, https://idp.test/c//d",
        "c//, https://idp.test/a/b/c//",
        "https://idp.test//c, https://idp.test//c",
        "/.//c, https://idp.test//c",
        "/c/./d/../e/%2E%2e/f, https://idp.test/c/f",
        "/c/.., https://idp.test/",
        "., https://idp.test/a/b/",
        "?, https://idp.test/a/b/page",
        "/c?q=100%&a[]=/../b, https://idp.test/c?q=100%&a[]=/../b",
        "/c%zz, https://idp.test/c%zz",
        "'/c\td', https://idp.test/cd",
        "https://id_p.test/c, https://id_p.test/c",
        "HTTP://ID_P:8080, http://id_p:8080/",
        "//[::1]:8080/c, https://[::1]:8080/c"
    })
    void referencesResolveAsInABrowser(String reference, String expected) {
        var address = PAGE.resolve(reference);

        assertThat(address.origin() + address.target()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:secret@idp.test/",
                "//secret@idp.test/",
                "ftp://idp.test/secret",
                "javascript:alert('secret')",
                "https:secret",
                "https://se cret/",
                "https://idp.test:port/secret",
                "https:///secret",
                "///secret",
                "https://id_p:port/secret",
                "https://secret@id_p/",
                "https://idp.test\\@secret.test/"
            })
    void whatIsNoAddressIsRefusedWithoutRepeatingIt(String reference) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PAGE.resolve(reference))
                .withMessageNotContaining("secret")
                .withNoCause();
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
        "http://localhost/, true",
        "http://[::1]:1/, true",
        "http://127.evil.test/, false",
        "http://localhost.evil.test/, false",
        "http://10.0.0.1/, false"
    })
    void onlyThisMachineIsLoopback(String address, boolean loopback) {
        assertThat(Address.of(address).isLoopback()).isEqualTo(loopback);
    }
}
