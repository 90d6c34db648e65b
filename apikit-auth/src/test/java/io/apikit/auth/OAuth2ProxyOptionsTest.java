package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.auth.OAuth2ProxyOptions.OAuth2ProxyAuthentication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OAuth2ProxyOptionsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "oauth2/start",
                "/oauth2",
                "/oauth2/?rd=/start",
                "/oauth2/start#x",
                "//evil.test/oauth2/start",
                "https://me:s3cret@app.test/oauth2/start",
                "ftp://app.test/start"
            })
    void aStartThatIsNoneIsRefusedByName(String start) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OAuth2ProxyAuthentication.with(options -> options.start(start)))
                .withMessageContaining("start of oauth2-proxy")
                .withMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a=b", "a;b", "\u00e9"})
    void aCookieNameThatIsNoneIsRefusedByName(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OAuth2ProxyAuthentication.with(options -> options.cookieName(name)))
                .withMessageContaining("cookieName");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "idp.test", "https://idp.test/realms", "https://u:s3cret@idp.test", "https://idp.test/?x"})
    void anOriginThatIsNoneIsRefusedByName(String origin) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OAuth2ProxyAuthentication.with(options -> options.allowOrigin(origin)))
                .withMessageContaining("allowOrigin")
                .withMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "app.test", "https://app.test/base", "https://u:s3cret@app.test", "/"})
    void aPublicUrlThatIsNoOriginIsRefusedByName(String origin) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OAuth2ProxyAuthentication.with(options -> options.publicUrl(origin)))
                .withMessageContaining("publicUrl of oauth2-proxy")
                .withMessageNotContaining("s3cret");
    }

    /** Each with its reason: {@code LoginPathsTest}. */
    @Test
    void loginPagesThatAreNoneAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OAuth2ProxyAuthentication.with(options -> options.loginPages("/dex/", "/")))
                .withMessageContaining("loginPages of oauth2-proxy: '/': the root is the whole origin");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OAuth2ProxyAuthentication.with(options -> options.loginPages()))
                .withMessageContaining("loginPages of oauth2-proxy names no path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sso/", "/sso", "/sso/sign_in", "/sso/dex/"})
    void pagesOfTheProxyItselfAreNoLoginPages(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OAuth2ProxyAuthentication.with(
                        options -> options.loginPages("/dex/", path).start("https://auth.test/sso/start?a=/b/")))
                .withMessageContaining("is the proxy's own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void aBlankChoiceIsRefusedByName(String choice) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OAuth2ProxyAuthentication.with(options -> options.choose(choice)))
                .withMessageContaining("choose of oauth2-proxy");
    }

    @Test
    void theModeIsCalledByItsNameAndAsksForBasicCredentials() {
        var mode = OAuth2ProxyAuthentication.with(options -> {});

        assertThat(mode.name()).isEqualTo("oauth2-proxy");
        assertThat(mode.challenge())
                .hasValueSatisfying(challenge ->
                        assertThat(challenge).startsWith("Basic realm=\"").endsWith(", charset=\"UTF-8\""));
    }

    @Test
    void whatCannotBeTypedIntoAFormIsRefusedWithoutARequest() {
        assertThat(refused(Credentials.none())).contains("needs a user name and a password");
        assertThat(refused(Credentials.bearer("s3cret"))).contains("needs a user name and a password");
        assertThat(refused(Credentials.password("alice", ""))).contains("needs a user name and a password");
        assertThat(refused(Credentials.password("", "s3cret"))).contains("needs a user name and a password");
    }

    private static String refused(Credentials credentials) {
        var wire = new ScriptedTransport("https://app.test");
        var mode = OAuth2ProxyAuthentication.with(options -> {});
        var refused = catchThrowableOfType(LoginRefused.class, () -> mode.logIn(credentials, wire));
        assertThat(wire.steps()).isEmpty();
        assertThat(refused.reason()).doesNotContain("s3cret").doesNotContain("\n");
        return refused.reason();
    }
}
