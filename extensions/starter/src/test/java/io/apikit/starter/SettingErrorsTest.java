package io.apikit.starter;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the messages about settings that cannot be used. */
class SettingErrorsTest {
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
                "AUTH_MODE          | BACKEND_URL=http://h AUTH_MODE=kerberos                     | unknown mode 'kerberos'; there are none, basic, bearer, oauth2-proxy, form-login",
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
                "BACKEND_URL        | GRACE=3                                                     | is not set, and the service has no other backend",
                "BACKEND_CERTIFICATES | BACKEND_CERTIFICATES=/f                                   | BACKEND_URL is not",
                "BACKEND_CERTIFICATES | BACKEND_URL=https://h BACKEND_CERTIFICATES=/no/such/file  | no such file",
                "BACKEND_PROXY      | BACKEND_URL=http://h BACKEND_PROXY=ftp://u:s3cr3t-value@h   | http",
                "AUTH_NETRC         | BACKEND_URL=http://h AUTH_MODE=basic AUTH_NETRC=/no/such/file | no such file",
                "AUTH_NETRC         | BACKEND_URL=http://h AUTH_MODE=basic AUTH_NETRC=/f AUTH_USERNAME=u | AUTH_USERNAME too: set one of them",
                "AUTH_USERNAME      | BACKEND_URL=http://h AUTH_MODE=bearer AUTH_USERNAME=u AUTH_PASSWORD=s3cr3t-value | AUTH_MODE is bearer",
                "AUTH_SIGN          | BACKEND_URL=http://h AUTH_MODE=basic AUTH_SIGN=X            | AUTH_MODE is basic",
                "AUTH_SIGN          | BACKEND_URL=http://h AUTH_MODE=token-login AUTH_SIGN=X-KEY  | must be a header and its value",
                "AUTH_SIGN          | BACKEND_URL=http://h AUTH_MODE=token-login AUTH_SIGN=X-KEY: fixed | template",
                "AUTH_FIELDS        | BACKEND_URL=http://h AUTH_MODE=token-login AUTH_FIELDS=xml  | must be basic, form:user,password",
                "AUTH_FIELDS        | BACKEND_URL=http://h AUTH_MODE=token-login AUTH_FIELDS=form:user | two names",
                "AUTH_FIELDS        | BACKEND_URL=http://h AUTH_MODE=form-login AUTH_FIELDS=user,, | two names",
                "AUTH_ENDPOINT      | BACKEND_URL=http://h AUTH_MODE=form-login AUTH_ENDPOINT=login | origin of BACKEND_URL",
                "AUTH_MODE          | BACKEND_URL=http://h AUTH_MODE=client-credentials           | AUTH_ENDPOINT is not",
                "AUTH_ENDPOINT      | BACKEND_URL=http://h AUTH_MODE=client-credentials AUTH_ENDPOINT=/token | tokenUri must be an http",
                "AUTH_SCOPE         | BACKEND_URL=http://h AUTH_MODE=form-login AUTH_SCOPE=read   | AUTH_MODE is form-login",
                "PELE_USERNAME      | PELE_URL=http://h PELE_USERNAME=u                           | neither PELE_PASSWORD nor PELE_PASSWORD_FILE",
                "PELE_PASSWORD      | PELE_PASSWORD=s3cr3t-value                                  | PELE_URL is not",
                "NASA_PROXY         | NASA_URL=http://h NASA_PROXY=ftp://u:s3cr3t-value@h         | http",
                "PAGE_SIZE          | BACKEND_URL=http://h PAGE_SIZE=many                         | many",
                "API_KEY            | BACKEND_URL=http://h API_KEY=s3cr3t-value                   | the key *** is too short",
                "CALLERS_KEYS_FILE  | BACKEND_URL=http://h CALLERS_KEYS_FILE=/no/such/file        | no such file",
                "CALLERS_ISSUER     | BACKEND_URL=http://h CALLERS_ISSUER=http://h                | CALLERS_AUDIENCE is not",
                "CALLERS_AUDIENCE   | BACKEND_URL=http://h CALLERS_AUDIENCE=me                    | CALLERS_ISSUER is not",
                "CALLERS_ISSUER     | BACKEND_URL=http://h CALLERS_ISSUER=issuer CALLERS_AUDIENCE=me | issuer",
                "PROT               | PROT=8080                                                   | there is no such setting",
            })
    void badSettingIsNamedInOneLine(String variable, String settings, String problem) {
        assertThatThrownBy(() -> read(settings(settings)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(variable + ": ")
                .hasMessageContaining(problem)
                .message()
                .doesNotContain(SECRET)
                .doesNotContainPattern("\\R");
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

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "two\nlines\n"})
    void passwordFileWithoutAPasswordIsRejected(String content, @TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("password"), content);
        assertThatThrownBy(() -> account(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("AUTH_PASSWORD_FILE: ");
    }

    @Test
    void netrcFileWithoutTheHostIsRejected(@TempDir Path folder) throws Exception {
        var netrc = Files.writeString(folder.resolve("netrc"), "machine other login u password " + SECRET);
        var settings = Map.of("PELE_URL", "https://pele.example.org/api/v0.1", "PELE_NETRC", netrc.toString());
        assertThatThrownBy(() -> read(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("PELE_NETRC: " + netrc + ": there is no entry for machine pele.example.org");
    }

    @Test
    void folderIsNoPasswordFile(@TempDir Path folder) {
        assertThatThrownBy(() -> account(folder))
                .hasMessage("AUTH_PASSWORD_FILE: " + folder + ": the file is not readable");
    }

    private static void account(Path file) {
        var settings = new HashMap<>(settings("BACKEND_URL=http://h AUTH_MODE=basic AUTH_USERNAME=u"));
        settings.put("AUTH_PASSWORD_FILE", file.toString());
        read(settings);
    }

    /** Makes a service with these settings. Those of the further backends need no backend of the service in a demo. */
    private static void read(Map<String, String> settings) {
        TestServices.checked(settings);
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
