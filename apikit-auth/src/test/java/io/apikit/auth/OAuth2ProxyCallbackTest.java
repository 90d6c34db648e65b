package io.apikit.auth;

import static io.apikit.auth.ScriptedTransport.html;
import static io.apikit.auth.ScriptedTransport.redirect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.auth.OAuth2ProxyOptions.OAuth2ProxyAuthentication;
import io.apikit.http.BackendResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of a login: the callback, and the question whether the proxy knows the session. */
class OAuth2ProxyCallbackTest {
    private static final String AUTH = "GET https://app.test/oauth2/auth";
    private static final String CALLBACK = "https://app.test/oauth2/callback?code=c0de&state=st4te";

    private final ScriptedTransport wire = new ScriptedTransport("https://app.test")
            .on(
                    "GET https://app.test/oauth2/start?rd=%2F",
                    redirect(302, "https://idp.test/in", "_oauth2_proxy_csrf=mark; Path=/; Secure; HttpOnly"))
            .on("GET https://idp.test/in", redirect(302, CALLBACK))
            .on("GET " + CALLBACK, redirect(302, "/", "_oauth2_proxy=s3ssion; Path=/; Secure; Max-Age=600"))
            .on(AUTH, html(202, ""));

    private Login login() throws LoginRefused {
        return OAuth2ProxyAuthentication.with(options -> {}).logIn(Credentials.password("alice", "w0nderland"), wire);
    }

    private BackendError broken() {
        var error = catchThrowableOfType(BackendError.class, this::login);
        assertThat(error).hasMessageNotContainingAny("c0de", "st4te", "w0nderland", "s3ssion", "s3cret", "rd=");
        return error;
    }

    private String refused() {
        return catchThrowableOfType(LoginRefused.class, this::login).reason();
    }

    @ParameterizedTest
    @CsvSource({
        "Unable to find a valid CSRF token. Please try again., ''",
        "http: named cookie not present, ''",
        "whatever, server_error"
    })
    void aCallbackThatLostTheStateIsBroken(String text, String error) {
        callback("&error=" + error, html(403, text));

        assertThat(broken()).hasMessageContaining("502");
    }

    @ParameterizedTest
    @CsvSource({"You do not have permission., ''", "whatever, access_denied", "csrf, consent_required"})
    void aCallbackThatDeniesIsARefusal(String text, String error) {
        callback("&error=" + error, html(403, text));

        assertThat(refused()).contains(error.isEmpty() ? "does not admit this account" : error);
    }

    @Test
    void aCodeThatCannotBeRedeemedIsBroken() {
        callback("", html(500, "Internal error"));

        assertThat(broken().statusCode()).isEqualTo(502);
        assertThat(broken()).hasMessageContaining("redeem").hasMessageContaining("/oauth2/callback");
    }

    private void callback(String more, BackendResponse answer) {
        wire.on("GET https://idp.test/in", redirect(302, CALLBACK + more)).on("GET " + CALLBACK + more, answer);
    }

    @Test
    void aCallbackWithoutTheSessionCookieNamesThoseItSet() {
        wire.on("GET " + CALLBACK, redirect(302, "/", "_other_proxy=s3cret", "gone=; Max-Age=0"));

        assertThat(broken()).hasMessageContaining("(_other_proxy)").hasMessageContaining("cookieName");
    }

    @Test
    void halfASessionIsNoSession() {
        wire.on("GET " + CALLBACK, redirect(302, "/", "_oauth2_proxy_0=a", "_oauth2_proxy_2=c"));

        assertThat(broken()).hasMessageContaining("whole session cookie");
    }

    @Test
    void aSessionThatTheProxyDoesNotKnowIsBroken() {
        wire.on(AUTH, html(401, ""));

        assertThat(broken()).hasMessageContaining("https://app.test/oauth2/auth answered 401");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 403, 404, 405})
    void whereTheQuestionIsBlockedItGoesUnasked(int status) throws LoginRefused {
        wire.on(AUTH, html(status, ""));

        assertThat(login().cookieNames()).containsExactly("_oauth2_proxy");
    }

    @Test
    void partsThatTheQuestionBringsReplaceTheSession() throws LoginRefused {
        wire.on(AUTH, html(202, "", "_oauth2_proxy_0=a; Path=/", "_oauth2_proxy_1=b; Path=/"));

        assertThat(login().cookieNames()).containsExactly("_oauth2_proxy_0", "_oauth2_proxy_1");
    }
}
