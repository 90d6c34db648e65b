package io.apikit.auth;

import static io.apikit.auth.ScriptedTransport.answer;
import static io.apikit.auth.ScriptedTransport.html;
import static io.apikit.auth.ScriptedTransport.redirect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.auth.OAuth2ProxyOptions.OAuth2ProxyAuthentication;
import io.apikit.auth.internal.browser.HtmlPage;
import io.apikit.auth.internal.logins.LoginCap;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.internal.limits.Rate;
import io.apikit.internal.limits.TokenBucket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OAuth2ProxyHopsTest {
    private static final String START = "GET https://app.test/oauth2/start?rd=%2F";
    private static final String AUTH = "GET https://app.test/oauth2/auth";
    private static final String CALLBACK = "https://app.test/oauth2/callback?code=c0de&state=st4te";
    private static final String CSRF = "_oauth2_proxy_csrf=mark; Path=/; Secure; HttpOnly";
    private static final String FORM =
            "<title>Log in</title><form method=post action=/do><input name=username><input type=password name=password></form>";

    private final ScriptedTransport wire = new ScriptedTransport("https://app.test")
            .on(START, redirect(302, "https://idp.test/login?nonce=n0nce", CSRF))
            .on("GET https://idp.test/login?nonce=n0nce", html(200, FORM, "idp=1"))
            .on("POST https://idp.test/do", redirect(302, CALLBACK))
            .on("GET " + CALLBACK, redirect(302, "/", "_oauth2_proxy=s3ssion; Path=/; Secure; Max-Age=600"))
            .on(AUTH, BackendResponse.of(202, java.util.Map.of(), new byte[0]));

    private Login login(Consumer<OAuth2ProxyOptions> options) throws LoginRefused {
        return OAuth2ProxyAuthentication.with(options).logIn(Credentials.password("alice", "w0nderland"), wire);
    }

    private Login login() throws LoginRefused {
        return login(options -> {});
    }

    private BackendError broken(Consumer<OAuth2ProxyOptions> options) {
        var error = catchThrowableOfType(BackendError.class, () -> login(options));
        assertThat(error)
                .hasMessageNotContainingAny("n0nce", "c0de", "st4te", "w0nderland", "s3ssion", "s3cret", "rd=");
        return error;
    }

    private BackendError broken() {
        return broken(options -> {});
    }

    private String refused() {
        return catchThrowableOfType(LoginRefused.class, this::login).reason();
    }

    @Test
    void aLoginGoesFromStartToSessionAndCarriesNoCookieAcrossOrigins() throws LoginRefused {
        var login = login();

        assertThat(login.signature()).containsExactly(java.util.Map.entry("Cookie", "_oauth2_proxy=s3ssion"));
        assertThat(login.life()).contains(java.time.Duration.ofMinutes(10));
        assertThat(wire.steps())
                .containsExactly(
                        START,
                        "GET https://idp.test/login?nonce=n0nce",
                        "POST https://idp.test/do",
                        "GET " + CALLBACK,
                        AUTH);
        assertThat(cookieOf("GET https://idp.test/login?nonce=n0nce")).isEmpty();
        assertThat(cookieOf("POST https://idp.test/do")).isEqualTo("idp=1");
        assertThat(cookieOf("GET " + CALLBACK)).isEqualTo("_oauth2_proxy_csrf=mark");
        assertThat(cookieOf(AUTH)).isEqualTo("_oauth2_proxy=s3ssion");
        assertThat(wire.request(START).header("Accept")).contains("text/html");
    }

    @Test
    void aProviderThatChecksTheOriginOfItsFormIsContent() throws LoginRefused {
        login();

        var start = wire.request("GET https://idp.test/login?nonce=n0nce");
        assertThat(start.header("Referer").or(() -> start.header("Origin"))).isEmpty();
        var form = wire.request("POST https://idp.test/do");
        assertThat(form.header("Origin")).contains("https://idp.test");
        assertThat(form.header("Referer")).contains("https://idp.test/login?nonce=n0nce");
        var callback = wire.request("GET " + CALLBACK);
        assertThat(callback.header("Origin")).isEmpty();
        assertThat(callback.header("Referer")).contains("https://idp.test/");
    }

    private String cookieOf(String step) {
        return wire.request(step).header("Cookie").orElse("");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 403, 404})
    void whatStartsWithoutTheMarkIsNoOAuth2Proxy(int status) {
        wire.on(START, answer(status, "", "Location", "https://idp.test/login?s3cret"));

        assertThat(broken())
                .hasMessageContaining("502")
                .hasMessageContaining("not an oauth2-proxy")
                .hasMessageContaining("https://app.test/oauth2/start")
                .hasMessageContaining(String.valueOf(status));
        assertThat(wire.steps()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"500, 502", "502, 502", "503, 503", "504, 504", "429, 503"})
    void aProxyThatIsDownIsUnavailable(int status, int told) {
        wire.on(START, answer(status, "", "Retry-After", "7"));

        assertThat(broken().statusCode()).isEqualTo(told);
        assertThat(broken().headers().containsKey("Retry-After")).isEqualTo(told == 503);
    }

    @Test
    void anIdentityProviderThatIsDownIsUnavailable() {
        wire.on("GET https://idp.test/login?nonce=n0nce", html(503, FORM));

        assertThat(broken().statusCode()).isEqualTo(503);
        assertThat(broken()).hasMessageContaining("https://idp.test/login");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://evil.test/login", "https://idp.test:8443/", "https://sub.idp.test/", "//evil.test/x"})
    void anotherOriginIsNotGoneTo(String location) {
        wire.on("POST https://idp.test/do", redirect(302, location + "?s3cret=1"));

        assertThat(broken()).hasMessageContaining("not allowed").hasMessageContaining("allowOrigin");
        assertThat(wire.steps()).hasSize(3);
    }

    @Test
    void anAllowedOriginIsGoneTo() throws LoginRefused {
        wire.on("POST https://idp.test/do", redirect(302, "https://broker.test/back"))
                .on("GET https://broker.test/back", redirect(303, CALLBACK));

        assertThat(login(options -> options.allowOrigin("https://BROKER.test:443/"))
                        .cookieNames())
                .containsExactly("_oauth2_proxy");
    }

    @Test
    void httpsDoesNotLeadToPlainHttpEvenWhereAllowed() {
        wire.on("POST https://idp.test/do", redirect(302, "http://127.0.0.1:1/x"));

        assertThat(broken(options -> options.allowOrigin("http://127.0.0.1:1"))).hasMessageContaining("plain http");
        assertThat(wire.steps()).hasSize(3);
    }

    @Test
    void anIdentityProviderOverPlainHttpMustBeAllowedByName() throws LoginRefused {
        var plain = new ScriptedTransport("http://app.test")
                .on(
                        "GET http://app.test/oauth2/start?rd=%2F",
                        redirect(302, "http://idp.test/in", "_oauth2_proxy_csrf=m"))
                .on("GET http://idp.test/in", redirect(302, "http://app.test/oauth2/callback?code=c&state=s"))
                .on("GET http://app.test/oauth2/callback?code=c&state=s", redirect(302, "/", "_oauth2_proxy=v"))
                .on("GET http://app.test/oauth2/auth", html(202, ""));
        var alice = Credentials.password("alice", "w");

        var error = catchThrowableOfType(
                BackendError.class,
                () -> OAuth2ProxyAuthentication.with(o -> {}).logIn(alice, plain));
        assertThat(error).hasMessageContaining("http://idp.test").hasMessageContaining("allowOrigin");
        assertThat(OAuth2ProxyAuthentication.with(o -> o.allowOrigin("http://idp.test"))
                        .logIn(alice, plain)
                        .cookieNames())
                .containsExactly("_oauth2_proxy");
    }

    @Test
    void secureCookiesOverPlainHttpAreNamedAsTheTrouble() {
        var plain = new ScriptedTransport("http://app.test")
                .on("GET http://app.test/oauth2/start?rd=%2F", redirect(302, "https://idp.test/in", CSRF));

        var error = catchThrowableOfType(
                BackendError.class,
                () -> OAuth2ProxyAuthentication.with(o -> {}).logIn(Credentials.password("alice", "w"), plain));
        assertThat(error).hasMessageContaining("Secure").hasMessageContaining("http://app.test");
    }

    /** As with a cookie-domain of the public name, where the service calls the proxy by its name in the cluster. */
    @Test
    void cookiesForTheDomainOfAnotherHostAreNamedAsTheTrouble() {
        wire.on(START, redirect(302, "https://idp.test/login?nonce=n0nce", CSRF + "; Domain=public.test"));

        assertThat(broken())
                .hasMessageContaining("_oauth2_proxy_csrf for the domain public.test")
                .hasMessageContaining("https://app.test is not in it");
        assertThat(wire.steps()).containsExactly(START);
    }

    @Test
    void userInfoInARedirectIsRefused() {
        wire.on("POST https://idp.test/do", redirect(302, "https://s3cret:s3cret@idp.test/x"));

        assertThat(broken()).hasMessageContaining("user info").hasMessageContaining("https://idp.test/do");
    }

    @Test
    void a307KeepsTheFormWithinItsOrigin() throws LoginRefused {
        wire.on("POST https://idp.test/do", redirect(307, "/really"))
                .on("POST https://idp.test/really", redirect(302, CALLBACK));

        assertThat(login().cookieNames()).containsExactly("_oauth2_proxy");
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 308})
    void a307NeverCarriesThePasswordToAnotherOrigin(int status) {
        wire.on("POST https://idp.test/do", redirect(status, "https://broker.test/do"));

        assertThat(broken(options -> options.allowOrigin("https://broker.test")))
                .hasMessageContaining("credentials")
                .hasMessageContaining("https://broker.test");
        assertThat(wire.steps()).hasSize(3);
    }

    @Test
    void a307LoopDoesNotLookLikeGuessing() {
        wire.on("POST https://idp.test/do", redirect(307, "/do"));

        assertThat(broken()).hasMessageContaining("again and again");
        assertThat(wire.steps().stream().filter(step -> step.startsWith("POST")))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303})
    void otherRedirectsOfAPostAreGets(int status) throws LoginRefused {
        wire.on("POST https://idp.test/do", redirect(status, "https://broker.test/do"))
                .on("GET https://broker.test/do", redirect(302, CALLBACK));

        assertThat(login(options -> options.allowOrigin("https://broker.test")).cookieNames())
                .hasSize(1);
    }

    @Test
    void twentyHopsAreFollowed() throws LoginRefused {
        chain(20);

        assertThat(login().cookieNames()).containsExactly("_oauth2_proxy");
    }

    @Test
    void twentyOneHopsAreALoop() {
        chain(21);

        assertThat(broken()).hasMessageContaining("redirect loop").hasMessageContaining("https://idp.test/hop");
    }

    /** So many hops from the start to the callback, without a form. */
    private void chain(int hops) {
        wire.on(START, redirect(302, "https://idp.test/hop?1", CSRF));
        for (var i = 1; i < hops; i++) {
            var next = i == hops - 1 ? CALLBACK : "/hop?" + (i + 1);
            wire.on("GET https://idp.test/hop?" + i, redirect(302, next));
        }
    }

    @Test
    void aRedirectToItselfEnds() {
        wire.on("POST https://idp.test/do", redirect(302, "/loop"))
                .on("GET https://idp.test/loop", redirect(302, "/loop"));

        assertThat(broken()).hasMessageContaining("redirect loop");
        assertThat(wire.steps()).hasSize(21);
    }

    @Test
    void aDotSegmentInDisguiseIsTheServersFault() {
        wire.on("POST https://idp.test/do", redirect(302, "/a/%2e%2e/b"));

        assertThat(broken().statusCode()).isEqualTo(502);
    }

    @Test
    void aPageThatIsTooLongIsNoLoginPage() {
        wire.on(
                "GET https://idp.test/login?nonce=n0nce",
                html(200, FORM + " ".repeat(HtmlPage.MAX_LENGTH - FORM.length() + 1)));

        assertThat(broken()).hasMessageContaining("too long").hasMessageContaining("https://idp.test/login");
    }

    @Test
    void aPageOfTheLongestLengthIsRead() throws LoginRefused {
        wire.on(
                "GET https://idp.test/login?nonce=n0nce",
                html(200, FORM + " ".repeat(HtmlPage.MAX_LENGTH - FORM.length())));

        assertThat(login().cookieNames()).containsExactly("_oauth2_proxy");
    }

    @Test
    void aPageThatHasTooMuchIsNamedWithWhatItHas() {
        wire.on("GET https://idp.test/login?nonce=n0nce", html(200, "<div>".repeat(200) + FORM));

        assertThat(broken())
                .hasMessageContaining("the page at https://idp.test/login is no login page")
                .hasMessageContaining("elements nested deeper than 128");
    }

    @Test
    void theDeadlineEndsTheReadingOfAPage() {
        var timing = new FakeTiming();
        var page = BackendResponse.open(200, null, Map.of("Content-Type", List.of("text/html")), () -> {
            timing.pass(Duration.ofSeconds(6));
            return FORM.getBytes(StandardCharsets.UTF_8);
        });
        wire.on("GET https://idp.test/login?nonce=n0nce", page);
        var deadline = Deadline.after(Duration.ofSeconds(5), timing);
        var logins = new TokenBucket(new Rate("logins", 9, Duration.ofSeconds(1), false), timing::nanoTime);
        var timed = new LoginHttpTransport(wire, LoginCap.of(logins, timing), deadline, timing);

        var error = catchThrowableOfType(
                BackendError.class,
                () -> OAuth2ProxyAuthentication.with(o -> {}).logIn(Credentials.password("alice", "w"), timed));

        assertThat(error.statusCode()).isEqualTo(504);
        assertThat(error).hasMessageContaining("the time ended while the page at https://idp.test/login was read");
        assertThat(wire.steps()).hasSize(2);
    }

    @Test
    void anAnswerThatIsNoPageIsNamed() {
        wire.on(
                "GET https://idp.test/login?nonce=n0nce",
                answer(200, "{}", "Content-Type", "application/json; charset=x"));

        assertThat(broken()).hasMessageContaining("https://idp.test/login answered 200 (application/json)");
    }

    @Test
    void anUnexpectedPageIsNamedByItsTitleWithSecretsMasked() {
        wire.on("POST https://idp.test/do", html(400, "<title>Hello\nw0nderland</title>"));

        assertThat(broken()).hasMessageContaining("\"Hello ***\"").hasMessageContaining("https://idp.test/do");
    }

    @Test
    void theBackendsOwnFormGetsNoCredentials() {
        wire.on(START, redirect(302, "/oauth2/sign_in", CSRF))
                .on("GET https://app.test/oauth2/sign_in", html(200, Pages.HTPASSWD));

        assertThat(broken()).hasMessageContaining("of the backend itself").hasMessageContaining("\"Sign In\"");
    }

    @Test
    void theFormOnceMoreMeansAWrongPassword() {
        wire.on("POST https://idp.test/do", html(401, FORM));

        assertThat(refused()).contains("wrong user name or password").contains("https://idp.test");
        assertThat(wire.steps()).hasSize(3);
    }

    @Test
    void theUserNameFormOnceMoreMeansAnUnknownUser() {
        wire.on("GET https://idp.test/login?nonce=n0nce", html(200, Pages.USER_NAME_FIRST))
                .on("POST https://idp.test/identifier", html(200, Pages.USER_NAME_FIRST));

        assertThat(refused()).contains("wrong user name or password");
        assertThat(wire.steps()).hasSize(3);
    }

    @Test
    void aConsentThatIsNeverEnoughEnds() {
        wire.on("GET https://idp.test/login?nonce=n0nce", html(200, Pages.OIDC_PROVIDER_CONSENT))
                .on("POST https://idp.test/interaction/1/confirm", html(200, Pages.OIDC_PROVIDER_CONSENT));

        assertThat(broken(options -> options.acceptConsent(true))).hasMessageContaining("loop");
    }

    @Test
    void aFormWithoutAUserNameFieldIsBroken() {
        wire.on("GET https://idp.test/login?nonce=n0nce", html(200, FORM.replace("<input name=username>", "")));

        assertThat(broken()).hasMessageContaining("user name");
    }

    @Test
    void anAbsoluteStartOnTheBackendsOriginIsFine() throws LoginRefused {
        assertThat(login(options -> options.start("https://APP.test:443/oauth2/start"))
                        .cookieNames())
                .hasSize(1);
    }
}
