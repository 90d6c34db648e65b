package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.auth.Credentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    private static final String SECRET = "s3cr3t-value";

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "PORT               | PORT=http                                                   | from 0 to 65535, not 'http'",
                "PORT               | PORT=65536                                                  | from 0 to 65535, not '65536'",
                "PORT               | PORT=-1                                                     | from 0 to 65535, not '-1'",
                "PORT               | PORT=99999999999                                            | from 0 to 65535",
                "STOP_DELAY         | STOP_DELAY=5s                                               | seconds from 0 to 3600, not '5s'",
                "STOP_DELAY         | STOP_DELAY=3601                                             | seconds from 0 to 3600",
                "GRACE              | GRACE=-1                                                    | seconds from 0 to 3600, not '-1'",
                "FORWARDED_FOR      | FORWARDED_FOR=10.1.0.0/16,ingress                           | forwardedFor must be addresses or blocks",
                "STATUS             | STATUS=status                                               | must be a literal one such as",
                "ROUTE_PREFIXES     | ROUTE_PREFIXES=/{x}                                         | \"/{x}\" must be a literal path",
                "ROUTE_PREFIXES     | ROUTE_PREFIXES=/,/pele                                      | the route prefix /pele is at or below /pele, which is reserved for a backend that is not configured",
                "ROUTE_PREFIXES     | ROUTE_PREFIXES=/a b                                         | must be a literal path",
                "AUTH_MODE          | AUTH_MODE=basic                                             | BACKEND_URL is not",
                "AUTH_ENDPOINT      | AUTH_ENDPOINT=http://h/oauth2/start                         | BACKEND_URL is not",
                "AUTH_USERNAME      | AUTH_USERNAME=u AUTH_PASSWORD=s3cr3t-value                  | BACKEND_URL is not",
                "AUTH_PASSWORD      | AUTH_PASSWORD=s3cr3t-value                                  | BACKEND_URL is not",
                "AUTH_MODE          | BACKEND_URL=http://h AUTH_MODE=kerberos                     | unknown mode 'kerberos'; there are none, basic, oauth2-proxy",
                "BACKEND_URL        | BACKEND_URL=h:80                                            | http",
                "BACKEND_URL        | BACKEND_URL=ftp://h                                         | http",
                "BACKEND_URL        | BACKEND_URL=http://u:s3cr3t-value@h                         | user info",
                "BACKEND_URL        | BACKEND_URL=http://h/?key=s3cr3t-value                      | query",
                "AUTH_ENDPOINT      | BACKEND_URL=http://h AUTH_MODE=basic AUTH_ENDPOINT=/oauth2/start | AUTH_MODE is basic",
                "AUTH_ENDPOINT      | BACKEND_URL=http://h AUTH_MODE=oauth2-proxy AUTH_ENDPOINT=http://other/oauth2/start | origin of BACKEND_URL",
                "AUTH_ENDPOINT      | BACKEND_URL=http://h AUTH_MODE=oauth2-proxy AUTH_ENDPOINT=https://h/oauth2/start | origin of BACKEND_URL",
                "AUTH_ENDPOINT      | BACKEND_URL=http://h AUTH_MODE=oauth2-proxy AUTH_ENDPOINT=/oauth2 | ends in /start",
                "AUTH_ENDPOINT      | BACKEND_URL=http://h AUTH_MODE=oauth2-proxy AUTH_ENDPOINT=http://u:s3cr3t-value@h/oauth2/start | user info",
                "AUTH_USERNAME      | BACKEND_URL=http://h AUTH_USERNAME=u AUTH_PASSWORD=s3cr3t-value | AUTH_MODE is none",
                "AUTH_USERNAME      | BACKEND_URL=http://h AUTH_MODE=basic AUTH_USERNAME=u        | neither AUTH_PASSWORD nor AUTH_PASSWORD_FILE",
                "AUTH_USERNAME      | BACKEND_URL=http://h AUTH_MODE=basic AUTH_USERNAME=u:v AUTH_PASSWORD=s3cr3t-value | colon",
                "AUTH_PASSWORD      | BACKEND_URL=http://h AUTH_MODE=basic AUTH_PASSWORD=s3cr3t-value | AUTH_USERNAME is not",
                "AUTH_PASSWORD_FILE | BACKEND_URL=http://h AUTH_MODE=basic AUTH_PASSWORD_FILE=/f  | AUTH_USERNAME is not",
                "AUTH_PASSWORD_FILE | BACKEND_URL=http://h AUTH_MODE=basic AUTH_USERNAME=u AUTH_PASSWORD=s3cr3t-value AUTH_PASSWORD_FILE=/f | set one of them",
                "AUTH_PASSWORD_FILE | BACKEND_URL=http://h AUTH_MODE=basic AUTH_USERNAME=u AUTH_PASSWORD_FILE=/no/such/file | no such file",
                "PELE_URL           | PELE_URL=h:80                                               | http",
                "PELE_URL           | PELE_URL=https://u:s3cr3t-value@h                           | user info",
                "PELE_NETRC         | PELE_NETRC=/f                                               | PELE_URL is not",
                "PELE_NETRC         | PELE_URL=http://h PELE_NETRC=/no/such/file                  | no such file",
                "FIRECREST_URL      | FIRECREST_URL=http://h                                      | FIRECREST_TOKEN_URL is not",
                "FIRECREST_TOKEN_URL | FIRECREST_TOKEN_URL=http://h/token                         | FIRECREST_URL is not",
                "FIRECREST_URL      | FIRECREST_URL=ftp://h FIRECREST_TOKEN_URL=http://h/token    | http",
                "FIRECREST_TOKEN_URL | FIRECREST_URL=http://h FIRECREST_TOKEN_URL=/token          | tokenUri must be an http",
                "FIRECREST_TOKEN_URL | FIRECREST_URL=http://h FIRECREST_TOKEN_URL=http://u:s3cr3t-value@h/token | user info",
                "FIRECREST_CLIENT_ID | FIRECREST_CLIENT_ID=c FIRECREST_CLIENT_SECRET=s3cr3t-value | FIRECREST_URL is not",
                "FIRECREST_CLIENT_ID | FIRECREST_URL=http://h FIRECREST_TOKEN_URL=http://h/token FIRECREST_CLIENT_ID=c | neither FIRECREST_CLIENT_SECRET nor FIRECREST_CLIENT_SECRET_FILE is",
                "FIRECREST_CLIENT_SECRET_FILE | FIRECREST_URL=http://h FIRECREST_TOKEN_URL=http://h/token FIRECREST_CLIENT_ID=c FIRECREST_CLIENT_SECRET_FILE=/no/such/file | no such file",
                "FIRECREST_CLIENT_SECRET | FIRECREST_URL=http://h FIRECREST_TOKEN_URL=http://h/token FIRECREST_CLIENT_SECRET=s3cr3t-value | FIRECREST_CLIENT_ID is not",
                "STORE_URL          | STORE_URL=redis://h STORE_KEY_FILE=/f                       | BACKEND_URL is not",
                "STORE_URL          | BACKEND_URL=http://h STORE_URL=redis://h                    | STORE_KEY_FILE is not",
                "STORE_URL          | BACKEND_URL=http://h STORE_URL=http://u:s3cr3t-value@h STORE_KEY_FILE=/f | redis",
                "STORE_KEY_FILE     | BACKEND_URL=http://h STORE_KEY_FILE=/f                      | STORE_URL is not",
                "STORE_KEY_FILE     | BACKEND_URL=http://h STORE_URL=redis://u:s3cr3t-value@h STORE_KEY_FILE=/no/such/file | no such file",
                "STORE_KEY_FILE     | BACKEND_URL=http://h STORE_URL=redis://h STORE_KEY_FILE=/f, | a comma with no file",
                "REPLICAS           | BACKEND_URL=http://h REPLICAS=3                             | STORE_URL is not",
                "REPLICAS           | BACKEND_URL=http://h STORE_URL=redis://h STORE_KEY_FILE=/f REPLICAS=0 | from 1 to 1000, not '0'",
                "REPLICAS           | BACKEND_URL=http://h STORE_URL=redis://h STORE_KEY_FILE=/f REPLICAS=1001 | from 1 to 1000",
                "REPLICAS           | BACKEND_URL=http://h STORE_URL=redis://h STORE_KEY_FILE=/f REPLICAS=many | from 1 to 1000, not 'many'",
                "NASA_URL           | NASA_URL=nasa                                               | http",
                "ACCELERATOR_URL    | ACCELERATOR_URL=http://h/?key=s3cr3t-value                  | query",
                "ACCELERATOR_CERTIFICATES | ACCELERATOR_CERTIFICATES=/f                           | ACCELERATOR_URL is not",
                "ACCELERATOR_CERTIFICATES | ACCELERATOR_URL=https://h ACCELERATOR_CERTIFICATES=/no/such/file | no such file",
            })
    void badSettingIsNamedInOneLine(String variable, String settings, String problem) {
        assertThatThrownBy(() -> read(settings(settings)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith(variable + ": ")
                .hasMessageContaining(problem)
                .message()
                .doesNotContain(SECRET)
                .doesNotContainPattern("\\R");
    }

    @Test
    void stopSettingsAreSeconds() {
        assertThat(read(Map.of("STOP_DELAY", " 0", "GRACE", "3600")).stopping())
                .isEqualTo(new Configuration.StopSettings(Optional.of(Duration.ZERO), Duration.ofHours(1)));
    }

    @Test
    void storeHasOneKeyFileOrTwo(@TempDir Path folder) throws Exception {
        var one = Files.writeString(folder.resolve("one"), "0f1e2d3c4b5a69788796a5b4c3d2e1f0".repeat(2));
        var two = Files.writeString(folder.resolve("two"), "102132435465768798a9bacbdcedfe0f".repeat(2));
        var settings = new HashMap<>(settings("BACKEND_URL=http://h STORE_URL=redis://h:6380"));
        settings.put("STORE_KEY_FILE", one.toString());
        assertThat(read(settings).store()).contains(new StoreSettings("redis://h:6380", List.of(one), 1));

        settings.put("STORE_KEY_FILE", one + ", " + two);
        settings.put("REPLICAS", "3");
        assertThat(read(settings).store()).contains(new StoreSettings("redis://h:6380", List.of(one, two), 3));
    }

    @Test
    void onlyTheDemoHasAStatusPageByDefault() {
        assertThat(read(Map.of()).status()).contains("/status");
        assertThat(read(Map.of("BACKEND_URL", "http://h")).status()).isEmpty();
        assertThat(read(Map.of("BACKEND_URL", "http://h", "STATUS", " /ops/page "))
                        .status())
                .contains("/ops/page");
    }

    @Test
    void valueCannotBreakTheLine() {
        assertThatThrownBy(() -> read(Map.of("AUTH_MODE", "a\nb", "BACKEND_URL", "http://h")))
                .hasMessageContaining("'a b'");
    }

    @Test
    void passwordWithAControlCharacterIsRejectedAndNotShown() {
        var settings = new HashMap<>(settings("BACKEND_URL=http://h AUTH_MODE=basic AUTH_USERNAME=u"));
        settings.put("AUTH_PASSWORD", SECRET + "\r\nX: y");
        assertThatThrownBy(() -> read(settings))
                .hasMessageStartingWith("AUTH_PASSWORD: ")
                .message()
                .doesNotContain(SECRET);
    }

    @Test
    void defaultIsADemoOnThisMachineOnly() {
        var defaults = read(Map.of());
        assertThat(defaults.backend()).isEmpty();
        assertThat(defaults.host()).isEqualTo("127.0.0.1");
        assertThat(defaults.port()).isEqualTo(8080);
        assertThat(defaults.prefixes()).containsExactly("/", "/mymicroservice");
        assertThat(defaults.forwardedFor()).isEmpty();
        assertThat(defaults.stopping())
                .isEqualTo(new Configuration.StopSettings(Optional.empty(), Duration.ofSeconds(10)));
    }

    @Test
    void blankIsNotSet() {
        var blank = new HashMap<String, String>();
        Stream.of(Variable.values()).forEach(variable -> blank.put(variable.name(), " "));
        assertThat(read(blank)).isEqualTo(read(Map.of()));
    }

    @ParameterizedTest
    @CsvSource({"none, none", "Basic, basic", "oauth2-proxy, oauth2-proxy", "bitly-proxy, oauth2-proxy"})
    void modesHaveTheirNamesAndAnOldOne(String name, String mode) {
        var settings = read(Map.of("BACKEND_URL", "http://h", "AUTH_MODE", name))
                .backend()
                .orElseThrow();
        assertThat(settings.mode()).hasToString(mode);
        assertThat(settings.account()).isEmpty();
        try (var backend = settings.open()) {
            assertThat(backend.name()).isEqualTo(mode);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://service.host/oauth2/start", "https://SERVICE.host:443/oauth2/start", "/sso/start"})
    void loginStartIsAPathOrAtTheBackend(String start) {
        var settings =
                Map.of("BACKEND_URL", "https://service.host", "AUTH_MODE", "bitly-proxy", "AUTH_ENDPOINT", start);
        assertThat(read(settings).backend().orElseThrow().start()).contains(start);
    }

    @Test
    void proxiesAreSeparatedByCommas() {
        assertThat(read(Map.of("FORWARDED_FOR", "10.1.2.3 , fd00::/8")).forwardedFor())
                .containsExactly("10.1.2.3", "fd00::/8");
    }

    @Test
    void prefixesAreSeparatedByCommas() {
        assertThat(read(Map.of("ROUTE_PREFIXES", "/a, b/ ,/")).prefixes()).isEqualTo(List.of("/a", "b/", "/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", ""})
    void passwordFileMayEndWithALineBreak(String end, @TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("password"), " pass word " + end);
        assertThat(account(file)).isEqualTo(Credentials.password("u", " pass word "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "two\nlines\n"})
    void passwordFileWithoutAPasswordIsRejected(String content, @TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("password"), content);
        assertThatThrownBy(() -> account(file))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("AUTH_PASSWORD_FILE: ");
    }

    @Test
    void netrcFileWithoutTheHostIsRejected(@TempDir Path folder) throws Exception {
        var netrc = Files.writeString(folder.resolve("netrc"), "machine other login u password " + SECRET);
        var settings = Map.of("PELE_URL", "https://pele.example.org/api/v0.1", "PELE_NETRC", netrc.toString());
        assertThatThrownBy(() -> read(settings))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("PELE_NETRC: " + netrc + ": there is no entry for machine pele.example.org");
    }

    @Test
    void folderIsNoPasswordFile(@TempDir Path folder) {
        assertThatThrownBy(() -> account(folder))
                .hasMessage("AUTH_PASSWORD_FILE: " + folder + ": the file is not readable");
    }

    private static Credentials account(Path file) {
        var settings = new HashMap<>(settings("BACKEND_URL=http://h AUTH_MODE=basic AUTH_USERNAME=u"));
        settings.put("AUTH_PASSWORD_FILE", file.toString());
        return read(settings).backend().orElseThrow().account().orElseThrow().get();
    }

    /** Reads the settings as the start does. The library checks some of them when the backend is built. */
    private static Configuration read(Map<String, String> environment) {
        var configuration = Configuration.from(environment);
        configuration.backend().ifPresent(settings -> settings.open().close());
        return configuration;
    }

    private static Map<String, String> settings(String line) {
        var settings = new HashMap<String, String>();
        // A prefix may contain a space: a setting begins with the name of a variable.
        for (var setting : line.split(" (?=[A-Z_]+=)", -1)) {
            var equals = setting.indexOf('=');
            settings.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return settings;
    }
}
