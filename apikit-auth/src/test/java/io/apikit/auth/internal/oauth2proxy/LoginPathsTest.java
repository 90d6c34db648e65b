package io.apikit.auth.internal.oauth2proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.LoginOrigins;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginPathsTest {
    private static final LoginPaths DEX = LoginPaths.NONE.and("/dex/");
    private static final String APP = "https://app.test";

    @ParameterizedTest
    @CsvSource({
        "/dex, true",
        "/dex/, true",
        "/dex/auth/ldap?x=/../y, true",
        "/dex/a/../auth, true",
        "/x/../dex/auth, true",
        "/dex//auth, true",
        "/dex/a..b/.well-known, true",
        "/dex/%C3%A9/%2525, true",
        "/, false",
        "/dexter, false",
        "/DEX/auth, false",
        "/%64ex/auth, false",
        "//dex/auth, false",
        "/app/dex/auth, false",
        "/dex/../admin, false",
        "/dex/%2e%2e/admin, false",
        "/dex/.%2E/admin, false",
        "/dex/..%2fadmin, false",
        "/dex/..%5cadmin, false",
        "/dex/..\\admin, false",
        "/dex/%252e%252e/admin, false",
        "/dex/%25252e%25252e%25252fadmin, false",
        "/dex/%252525252525252e, false",
        "/dex/..;/admin, false",
        "/dex/..;a=b/admin, false",
        "/dex/%2e%2e%3bx/admin, false",
        "/dex/%zz/..%2fadmin, false",
        "/dex/%zz/%252e%252e%252fadmin, false",
        "/dex/%2e, true"
    })
    void onlyWhatNoServerReadsAsAnotherPathLiesBelow(String path, boolean isBelow) {
        assertThat(DEX.cover(Address.of(APP).resolve(APP + path))).isEqualTo(isBelow);
    }

    @Test
    void eachOfSeveralPathsCounts() {
        var both = DEX.and("/auth/realms");

        assertThat(both.cover(Address.of(APP + "/auth/realms/x"))).isTrue();
        assertThat(both.cover(Address.of(APP + "/dex/x"))).isTrue();
        assertThat(both.cover(Address.of(APP + "/auth/admin"))).isFalse();
        assertThat(LoginPaths.NONE.cover(Address.of(APP + "/"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'', starts with one slash",
        "dex/, starts with one slash",
        "//dex/, starts with one slash",
        "https://app.test/dex/, starts with one slash",
        "/, the root is the whole origin",
        "/dex/?a=b, no query",
        "/dex/#a, no query",
        "/dex/../x, no dot segment",
        "/./, no dot segment",
        "/dex/%2e%2e/, no dot segment",
        "/dex//x, no empty segment",
        "/dex/%41, would have to be encoded",
        "/dex/a b, would have to be encoded",
        "/dex/;x, would have to be encoded",
        "/dex\\x, would have to be encoded"
    })
    void aPathThatIsNoneIsRefusedWithItsReason(String path, String reason) {
        assertThatIllegalArgumentException().isThrownBy(() -> DEX.and(path)).withMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({
        // page, action, whether the page may be filled in, whether its form may be sent there
        "https://idp.test/in, https://idp.test/do, true, true",
        "https://idp.test/in, https://broker.test/do, true, true",
        "https://idp.test/in, https://idp.test:8443/do, true, false",
        "https://broker.test/in, https://idp.test/do, true, false",
        "https://evil.test/in, https://broker.test/do, false, true",
        "https://idp.test/in, https://app.test/do, true, false",
        "https://idp.test/in, https://app.test/dex/do, true, false",
        "https://app.test/dex/in, https://app.test/dex/do, true, true",
        "https://app.test/dex/in, http://10.0.0.1/dex/do, true, true",
        "https://app.test/dex/in, https://app.test/do, true, false",
        "https://app.test/dex/in, https://app.test/dex/../do, true, false",
        "https://app.test/dex/in, https://broker.test/do, true, false",
        "https://app.test/in, https://app.test/dex/do, false, false",
        "https://app.test/in, https://broker.test/do, false, false"
    })
    void aPasswordGoesOnlyWhereItWasAllowed(String page, String action, boolean fill, boolean submit) {
        var origins = new LoginOrigins(new OwnHost(), Set.of("https://broker.test"));
        origins.allowProvider(Address.of("https://idp.test/"));
        var at = Address.of(page);

        assertThat(origins.mayBeFilled(at)).isEqualTo(fill);
        assertThat(origins.maySubmit(at, Address.of(action))).isEqualTo(submit);
    }

    /** A backend that is called by an internal address. */
    private static final class OwnHost implements LoginOrigins.Own {
        @Override
        public boolean has(Address address) {
            return address.isAt(APP) || address.isAt("http://10.0.0.1");
        }

        @Override
        public boolean isLoginPage(Address address) {
            return address.isAt(APP) && DEX.cover(address);
        }

        @Override
        public Address known(Address address) {
            return has(address) ? address.on(APP) : address;
        }
    }
}
