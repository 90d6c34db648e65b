package io.apikit.auth;

import static io.apikit.auth.ScriptedTransport.answer;
import static io.apikit.auth.ScriptedTransport.html;
import static io.apikit.auth.ScriptedTransport.redirect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.auth.OAuth2ProxyOptions.OAuth2ProxyAuthentication;
import io.apikit.http.BackendResponse;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each refusal of a login by pages names what the page asked for, and each password is posted once at most. */
class LoginRefusalsTest {
    private static final String LOGIN = "https://idp.test/login";
    private static final String POST = "POST https://idp.test/do";
    private static final String CALLBACK = "https://app.test/oauth2/callback?code=c&state=s";
    private static final String FORM = "<title>Log in</title><form method=post action=/do?code=c0de>"
            + "<input type=hidden name=csrf value=1><input name=username><input type=password name=password></form>";

    private final ScriptedTransport wire = new ScriptedTransport("https://app.test")
            .on(
                    "GET https://app.test/oauth2/start?rd=%2F",
                    redirect(302, LOGIN + "?nonce=n0nce", "_oauth2_proxy_csrf=mark; Path=/; Secure"))
            .on("GET " + LOGIN + "?nonce=n0nce", html(200, FORM))
            .on(POST + "?code=c0de", redirect(302, CALLBACK))
            .on("GET " + CALLBACK, redirect(302, "/", "_oauth2_proxy=s3ssion; Path=/; Secure"))
            .on("GET https://app.test/oauth2/auth", BackendResponse.of(202, Map.of(), new byte[0]));

    private Login login() throws LoginRefused {
        return OAuth2ProxyAuthentication.with(options -> {})
                .logIn(Credentials.password("alice", "w0nderland <&>"), wire);
    }

    private String broken() {
        return shown(String.valueOf(
                catchThrowableOfType(BackendError.class, this::login).getMessage()));
    }

    private String refused() {
        return shown(catchThrowableOfType(LoginRefused.class, this::login).reason());
    }

    private String shown(String message) {
        assertThat(message)
                .doesNotContain("n0nce", "c0de", "w0nderland", "s3cret", "\n")
                .hasSizeLessThan(600);
        assertThat(wire.steps().stream().filter(step -> step.startsWith("POST")))
                .hasSizeLessThanOrEqualTo(1);
        return message;
    }

    private LoginRefusalsTest first(String page) {
        wire.on("GET " + LOGIN + "?nonce=n0nce", html(200, page));
        return this;
    }

    private LoginRefusalsTest afterwards(int status, String page) {
        wire.on(POST + "?code=c0de", html(status, page));
        return this;
    }

    static Stream<Arguments> broken502() {
        return Stream.of(
                asks(Pages.DEX_CHOICE, "https://idp.test/login asks which way to log in: ldap, local; set choose"),
                asks(Pages.KEYCLOAK_PROVIDERS, "asks which way to log in: GitHub, Corporate SSO; set choose"),
                asks(Pages.CHOICE_BY_RADIO, "asks which way to log in: ldap, local; set choose"),
                asks(Pages.CHOICE_BY_SELECT, "asks which way to log in: LDAP, Local accounts; set choose"),
                asks(
                        "<a href='/hub/oauth_login?next='>Sign in with GitHub</a><a href=/forgot>Forgot?</a>",
                        "asks which way to log in: GitHub; set choose"),
                asks(
                        Pages.TWO_LOGINS.replace("/ldap", "/ldap?s3cret=1"),
                        "https://idp.test/login has two login forms: https://idp.test/ldap, https://idp.test/local"),
                asks(
                        "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>",
                        "unexpected page: https://idp.test/login answered 200 (text/html), titled \"\". It needs JavaScript"),
                asks("<title>App</title><div id=root></div><script src=/app.js></script>", "It needs JavaScript"),
                asks("<input name=user><input type=password>", "its password field is in no form"),
                asks(
                        FORM.replace("<form", "<form style='display:none'"),
                        "It has a login form that is hidden until JavaScript shows it"),
                asks("<frameset><frame src='/in?s3cret'></frameset>", "It shows another page in a frame"),
                asks(Pages.SEARCH, "titled \"Not found\". It has a form for another purpose"),
                asks(
                        "<form method=post action=/t><input name=tenant><select name=region><option>x</select></form>",
                        "It asks for fields that are no user name and no password: tenant, region"),
                asks(
                        "<form method=post action=/t><button>Yes, stay signed in</button><button>Later</button></form>",
                        "It asks to press a button: Yes, stay signed in, Later"),
                asks(
                        "<title>Log\nin w0nderland &lt;&amp;&gt; " + "x".repeat(300) + "</title>",
                        "titled \"Log in *** xxx"));
    }

    static Stream<Arguments> refused401() {
        return Stream.of(
                asks(
                        Pages.OTP,
                        "https://idp.test asks for a second factor, which a program cannot give: a one-time code"),
                asks(Pages.WEBAUTHN, "a second factor, which a program cannot give: a security key or a passkey"),
                asks(
                        "<form method=post><input name=sms_otp><button>Verify</button></form>",
                        "which a program cannot give: a code sent by SMS"),
                asks(
                        "<title>Enter the code from your e-mail</title><form method=post><input name=otp></form>",
                        "which a program cannot give: a code sent by e-mail"),
                asks(Pages.PUSH, "which a program cannot give: an approval on another device"),
                asks(
                        "<form method=post><input name=recovery_code></form>",
                        "which a program cannot give: a recovery code"),
                asks(
                        Pages.PROFILE,
                        "needs its owner's attention at https://idp.test: verify profile (\"Update Account Information\")"),
                asks(
                        Pages.CHANGE_PASSWORD,
                        "owner's attention at https://idp.test: a new password (\"Update password\")"),
                asks(
                        Pages.DEX_APPROVAL,
                        "https://idp.test asks for the user's consent (\"Grant Access Cancel Grant Access\"): give it with a"
                                + " browser once, or set acceptConsent"),
                asks(
                        "<h1>Authorize w0nderland &lt;&amp;&gt;</h1>"
                                + "<p>Demo would like to read your mail.</p>".repeat(20)
                                + "<form method=post><button>Allow</button></form>",
                        "asks for the user's consent (\"Authorize *** Demo would like to read your mail."),
                asks(
                        FORM.replace("</form>", "<button>Log in and authorize</button><button>Cancel</button></form>"),
                        "https://idp.test asks for the user's consent"),
                asks(
                        FORM.replace("</form>", "<div class=h-captcha data-sitekey=k></div></form>"),
                        "https://idp.test asks for a captcha, which a program cannot solve"),
                asks(
                        FORM.replace("</form>", "<img src=/captcha.png><input name=answer></form>"),
                        "asks for a captcha"));
    }

    private static Arguments asks(String page, String message) {
        return Arguments.of(page, message);
    }

    @ParameterizedTest
    @MethodSource("broken502")
    void aPageThatIsNotFilledInIsNamed(String page, String message) {
        assertThat(first(page).broken()).contains(message);
    }

    @ParameterizedTest
    @MethodSource("refused401")
    void aPageThatItsOwnerMustAnswerIsNamed(String page, String message) {
        assertThat(first(page).refused()).contains(message);
    }

    @Test
    void aPageOfAnErrorIsNamedByItsTitle() {
        assertThat(afterwards(400, Pages.ERROR).broken())
                .contains("unexpected page, of an error: https://idp.test/do answered 400")
                .contains("titled \"We are sorry\"");
    }

    /** Codes in its address and hidden fields differ from page to page. */
    @ParameterizedTest
    @ValueSource(ints = {200, 401, 403})
    void theSameFormOnceMoreIsAWrongPassword(int status) {
        var again = FORM.replace("c0de", "c0de2")
                .replace("<input type=hidden name=csrf value=1>", "<input type=hidden name=x>");

        assertThat(afterwards(status, again).refused()).isEqualTo("wrong user name or password at https://idp.test");
    }

    @Test
    void theSameFormAfterARedirectIsAWrongPassword() {
        wire.on(POST + "?code=c0de", redirect(303, "/login?failed"))
                .on("GET https://idp.test/login?failed", html(200, FORM));

        assertThat(refused()).contains("wrong user name or password");
    }

    @ParameterizedTest
    @CsvSource({"/do, /other", "name=username, name=email", "<input name=username>, ''", "name=password, name=pw"})
    void anotherFormForThePasswordIsNoWrongPassword(String part, String other) {
        assertThat(afterwards(200, FORM.replace(part, other)).refused())
                .isEqualTo(
                        "asks for the password again at https://idp.test/do, in another form than the one that got it");
    }

    @Test
    void aFormForTheUserNameAfterThePasswordIsNoWrongPassword() {
        assertThat(afterwards(200, Pages.USER_NAME_FIRST).refused()).contains("asks for the user name again");
    }

    @Test
    void theFirstOfTwoStepsAfterThePasswordIsAWrongPassword() {
        wire.on("GET " + LOGIN + "?nonce=n0nce", html(200, Pages.USER_NAME_FIRST))
                .on("POST https://idp.test/identifier", html(200, Pages.PASSWORD_SECOND))
                .on("POST https://idp.test/password", html(200, Pages.USER_NAME_FIRST));

        assertThat(catchThrowableOfType(LoginRefused.class, this::login).reason())
                .isEqualTo("wrong user name or password at https://idp.test");
    }

    /** A broker asks for the name to find the provider, which asks for both. */
    @Test
    void twoFormsForTheUserNameAreFilledInOnceEach() throws LoginRefused {
        wire.on("GET " + LOGIN + "?nonce=n0nce", html(200, Pages.USER_NAME_FIRST))
                .on(
                        "POST https://idp.test/identifier",
                        html(200, Pages.USER_NAME_FIRST.replace("/identifier", "/second")))
                .on("POST https://idp.test/second", html(200, FORM));

        assertThat(login().cookieNames()).containsExactly("_oauth2_proxy");
    }

    @Test
    void anUnreadable401ToThePasswordIsARefusal() {
        wire.on(POST + "?code=c0de", answer(401, "{}", "Content-Type", "application/json"));

        assertThat(refused()).contains("https://idp.test/do does not accept the user name and password: status 401");
    }

    @Test
    void aFieldForANewPasswordIsNoSignBeforeTheCredentialsWereSent() {
        var renewed = FORM.replace("type=password", "type=password autocomplete=new-password");

        assertThat(first(renewed).afterwards(200, renewed).refused()).contains("wrong user name or password");
    }

    @Test
    void aFieldForANewPasswordIsOneAfterTheCredentialsWereSent() {
        var renewed = FORM.replace("type=password name=password", "type=password name=p autocomplete=new-password");

        assertThat(afterwards(200, renewed).refused())
                .contains("owner's attention")
                .contains("a new password");
    }

    /** The provider puts what it got into a form that a script would send on. */
    @Test
    void aPageThatGoesOnNeverCarriesThePassword() {
        var page = "<form method=post action=/next><input type=hidden name=SAMLResponse value=r>"
                + "<input type=hidden name=back value='w0nderland &lt;&amp;&gt;'></form>";

        assertThat(afterwards(200, page).broken())
                .contains("https://idp.test/do goes on to https://idp.test with the password");
    }

    /** The provider puts what it got into an address, which stands in the logs of servers and in Referer headers. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/login?failed&p=w0nderland%20%3C%26%3E",
                "/login?p=w0nderland+<%26>",
                "/login?w0nderland%20<%26>"
            })
    void aRedirectNeverCarriesThePassword(String location) {
        wire.on(POST + "?code=c0de", redirect(302, location));

        assertThat(broken())
                .contains("https://idp.test/do goes on to https://idp.test with the password in the address");
    }

    /** Each further try could lock the account. What the page says is quoted, and not taken for more than it says. */
    @ParameterizedTest
    @CsvSource({
        "401, <h1>Sorry</h1>, 'status 401, \"Sorry\"'",
        "200, <h1>Invalid user name or password.</h1>, 'status 200, \"Invalid user name or password.\"'",
        "400, <p>The password you entered is incorrect.</p>, 'status 400, \"The password you entered is incorrect.\"'",
        "403, <p>Wrong credentials: w0nderland &lt;&amp;&gt;</p>, 'status 403, \"Wrong credentials: ***\"'"
    })
    void aPageWithoutAFormThatRejectsTheCredentialsIsARefusal(int status, String page, String message) {
        assertThat(afterwards(status, page).refused())
                .isEqualTo("https://idp.test/do does not accept the user name and password: " + message);
    }

    @ParameterizedTest
    @CsvSource({
        "200, <h1>Something is wrong</h1>",
        "400, <h1>Your session is invalid. Change the password in the portal.</h1>",
        "403, <h1>CSRF verification failed</h1>"
    })
    void aPageWithoutAFormThatSaysNothingOfTheCredentialsIsNoRefusal(int status, String page) {
        assertThat(afterwards(status, page).broken()).contains("unexpected page");
    }

    @Test
    void theSameFormBesideAnotherOneIsAWrongPassword() {
        var other = FORM.replace("/do", "/other").replace("=username", "=user");

        assertThat(afterwards(200, other + FORM).refused())
                .isEqualTo("wrong user name or password at https://idp.test");
    }

    @ParameterizedTest
    @CsvSource({
        "<p>By going on you agree to our terms, the page seems to ask for the user's consent too",
        "<p>Log in with local or LDAP, 'a login chooses once, and before the password is sent'"
    })
    void aChoiceThatIsNotMadeIsNamedWithTheReason(String text, String reason) {
        var page = html(200, "<title>Log in</title><a href=/auth/local>Log in with local</a>" + text);
        wire.on("GET " + LOGIN + "?nonce=n0nce", page).on("GET https://idp.test/auth/local", page);

        var error = catchThrowableOfType(
                BackendError.class,
                () -> OAuth2ProxyAuthentication.with(options -> options.choose("local"))
                        .logIn(Credentials.password("alice", "w0nderland <&>"), wire));

        assertThat(shown(String.valueOf(error.getMessage())))
                .contains("asks which way to log in: local; \"local\" is not chosen, since " + reason);
    }

    @ParameterizedTest
    @CsvSource({
        "'<meta http-equiv=refresh content=\"0;url=https://evil.test/x?s3cret\">', leads to https://evil.test",
        "'<script>location=\"http://idp.test/x\"</script>', leads from https to plain http",
        "'<form method=post action=//evil.test/><input type=hidden name=SAMLRequest></form>', leads to https://evil.test",
        "'<form method=post action=https://u:s3cret@idp.test/><input type=hidden name=SAMLRequest></form>', an address with user info",
        "'<meta http-equiv=refresh content=0>', a redirect loop: more than 20 hops"
    })
    void aPageThatGoesOnIsARedirectUnderTheSameRules(String page, String message) {
        assertThat(first(page).broken()).contains(message);
    }

    /** A provider hands over by POST to a broker, and the broker by a refresh to the callback. */
    @Test
    void aLoginGoesThroughPagesThatGoOn() throws LoginRefused {
        wire.on("GET " + LOGIN + "?nonce=n0nce", answer(401, Pages.KERBEROS, "Content-Type", "text/html"))
                .on("POST https://idp.test/next", html(200, FORM))
                .on(
                        POST + "?code=c0de",
                        html(
                                200,
                                "<body onload='document.forms[0].submit()'><form method=post action=/saml>"
                                        + "<input type=hidden name=SAMLResponse value=r></form>"))
                .on(
                        "POST https://idp.test/saml",
                        html(200, "<meta http-equiv=refresh content='0;url=" + CALLBACK + "'>"));

        assertThat(login().cookieNames()).containsExactly("_oauth2_proxy");
        assertThat(wire.steps()).hasSize(7);
    }
}
