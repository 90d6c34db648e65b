package io.apikit.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The options that say which way connections go. */
class OutboundOptionsTest {
    private static final String PROXY = "http://proxy.example.org:3128";

    @ParameterizedTest
    @CsvSource(textBlock = """
                    https_proxy=http://a:1, https://backend.example.org, http://a:1
                    HTTPS_PROXY=http://a:1, https://backend.example.org, http://a:1
                    HTTPS_PROXY=http://a:1, http://backend.example.org, none
                    HTTP_PROXY=http://a:1, http://backend.example.org, http://a:1
                    HTTPS_PROXY=http://b:1 https_proxy=http://a:1, https://backend.example.org, http://a:1
                    ALL_PROXY=http://b:1 https_proxy=http://a:1, http://backend.example.org, http://b:1
                    ALL_PROXY=http://b:1 https_proxy=http://a:1, https://backend.example.org, http://a:1
                    HTTPS_PROXY=a:3128, https://backend.example.org, http://a:3128
                    HTTPS_PROXY=, https://backend.example.org, none
                    HTTPS_PROXY=http://a:1 NO_PROXY=*, https://backend.example.org, none
                    HTTPS_PROXY=http://a:1 NO_PROXY=example.org, https://backend.example.org, none
                    HTTPS_PROXY=http://a:1 NO_PROXY=.example.org, https://backend.example.org, none
                    HTTPS_PROXY=http://a:1 NO_PROXY=*.example.org, https://backend.example.org, none
                    HTTPS_PROXY=http://a:1 NO_PROXY=Backend.Example.ORG, https://backend.example.org, none
                    HTTPS_PROXY=http://a:1 no_proxy=x;NO_PROXY=example.org, https://backend.example.org, http://a:1
                    HTTPS_PROXY=http://a:1 NO_PROXY=ample.org, https://backend.example.org, http://a:1
                    HTTPS_PROXY=http://a:1 NO_PROXY=other.org;;;example.org, https://backend.example.org, none
                    HTTPS_PROXY=http://a:1 NO_PROXY=example.org:8443, https://backend.example.org, http://a:1
                    HTTPS_PROXY=http://a:1 NO_PROXY=example.org:8443, https://backend.example.org:8443, none
                    HTTPS_PROXY=http://a:1 NO_PROXY=10.0.0.0/8, https://10.20.30.40, none
                    HTTPS_PROXY=http://a:1 NO_PROXY=10.0.0.0/8, https://11.20.30.40, http://a:1
                    HTTPS_PROXY=http://a:1 NO_PROXY=10.1.2.3, https://10.1.2.3:8443, none
                    HTTPS_PROXY=http://a:1 NO_PROXY=10.1.2.3:443, https://10.1.2.3:8443, http://a:1
                    HTTPS_PROXY=http://a:1 NO_PROXY=fd00::/8, https://[fd00::1], none
                    HTTPS_PROXY=http://a:1 NO_PROXY=[fd00::1]:443, https://[fd00::1], none
                    HTTPS_PROXY=http://a:1 NO_PROXY=fd00::1, https://[fd00::1]:8443, none
                    HTTPS_PROXY=http://a:1 NO_PROXY=example.org., https://backend.example.org, none
                    HTTPS_PROXY=http://a:1 NO_PROXY=example.org, https://backend.example.org.:8443, none
                    HTTPS_PROXY=http://a:1 NO_PROXY=.;*.;:443;..;[];[;/8, https://backend.example.org, http://a:1
                    HTTPS_PROXY=http://a:1 NO_PROXY=backend, https://backend, none
                    HTTPS_PROXY=http://a:1 NO_PROXY=10.0.0.0/8, https://ten.example.org, http://a:1
                    HTTPS_PROXY=http://a:1 NO_PROXY=10.0.0.0/8, https://[::ffff:10.1.2.3], none
                    HTTPS_PROXY=http://a:1 NO_PROXY=10.1.2, https://10.1.2.3, http://a:1
                    HTTPS_PROXY=http://a:1 NO_PROXY=no/such/entry, https://backend.example.org, http://a:1
                    HTTPS_PROXY=http://a:1, https://localhost:8443, none
                    HTTPS_PROXY=http://a:1, https://127.0.0.2, none
                    HTTPS_PROXY=http://a:1, https://[::1]:8443, none
                    """)
    void environmentChoosesTheProxy(String variables, String origin, String proxy) {
        var environment = new HashMap<String, String>();
        for (var variable : variables.split(" ", -1)) {
            var parts = variable.split("=", 2);
            for (var also : parts[1].split(";(?=[A-Z_]+=)", -1)) {
                var nested = also.split("=", 2);
                environment.put(nested.length == 2 ? nested[0] : parts[0], nested[nested.length - 1].replace(';', ','));
            }
        }
        var options = HttpOptions.builder().proxyFrom(environment).build();
        assertThat(options.proxy(origin).orElse("none")).isEqualTo(proxy);
    }

    @Test
    void environmentIsNotReadUnasked() {
        assertThat(HttpOptions.defaults().proxy("https://backend.example.org")).isEmpty();
    }

    @Test
    void proxyOfTheAuthorIsForThisMachineToo() {
        var options = HttpOptions.builder().proxy(PROXY).build();
        assertThat(options.proxy("http://127.0.0.1:8080")).contains(PROXY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "socks5://u:geheim@proxy:1080",
                "https://u:geheim@proxy:3128",
                "http://u:geheim@proxy:3128/path",
                "http://u:geheim@proxy:99999",
                "http://u:geheim@",
                "http://u%zz:geheim@proxy",
                "u:geheim@proxy:port"
            })
    void whatIsNoProxyIsRefused(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpOptions.builder().proxy(url))
                .withMessageStartingWith("proxy must be the URL of an HTTP proxy")
                .withMessageNotContaining("geheim")
                .withNoCause();
        if (!url.isEmpty()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HttpOptions.builder().proxyFrom(Map.of("ALL_PROXY", url)))
                    .withMessageStartingWith("ALL_PROXY must be")
                    .withMessageNotContaining("geheim");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "host:80", "http://host", "user@host", "host/path", "[::1"})
    void whatIsNoHostToConnectToIsRefused(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpOptions.builder().connectTo(host, 80))
                .withMessageStartingWith("connectTo needs a host");
    }

    @Test
    void whatIsNoPortOrOriginToConnectToIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpOptions.builder().connectTo("host", 0))
                .withMessageContaining("connectTo: the port must be 1 to 65535");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpOptions.builder().connectTo("login.example.org", "host", 80))
                .withMessageContaining("connectTo needs an origin");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpOptions.builder().connectTo("https://login.example.org/path", "host", 80));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "[::1]"})
    void addressMayBeIpv6(String host) {
        var address = HttpOptions.builder().connectTo(host, 8080).build().connectTo();
        assertThat(address.orElseThrow().getHostString()).isEqualTo("::1");
    }

    @Test
    void originsHaveAddressesOfTheirOwn() {
        var options = HttpOptions.builder()
                .connectTo("10.0.0.1", 8080)
                .connectTo("https://Login.example.org", "10.0.0.2", 8443)
                .build();
        assertThat(options.connectTo().orElseThrow()).hasToString("10.0.0.1/<unresolved>:8080");
        assertThat(options.connectTo("https://login.example.org:443").orElseThrow())
                .hasToString("10.0.0.2/<unresolved>:8443");
        assertThat(options.connectTo("https://other.example.org")).isEmpty();
    }

    @Test
    void proxyAndAddressExcludeEachOther() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpOptions.builder()
                        .connectTo("10.0.0.1", 8080)
                        .proxy(PROXY)
                        .build())
                .withMessageContaining("proxy and connectTo exclude each other");
    }
}
