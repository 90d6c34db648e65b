package io.apikit.auth;

import static io.apikit.auth.ScriptedTransport.html;
import static io.apikit.auth.ScriptedTransport.redirect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator.Verdict;
import io.apikit.auth.OAuth2ProxyOptions.OAuth2ProxyAuthentication;
import io.apikit.http.BackendResponse;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a login goes, step by step, if proxy, provider and backend are not where the defaults expect them. */
class OAuth2ProxyPlacesTest {
    private static final String CSRF = "_oauth2_proxy_csrf=mark; Path=/; Secure";
    private static final String FORM =
            "<form method=post action=do><input name=username><input type=password name=password></form>";
    private static final String SESSION = "_oauth2_proxy=s3ssion; Path=/; Secure";
    private static final String BACK = "/oauth2/callback?code=c0de&state=st4te";

    private final ScriptedTransport wire = new ScriptedTransport("https://app.corp.test");

    private Login login(Consumer<OAuth2ProxyOptions> options) throws LoginRefused {
        return mode(options).logIn(Credentials.password("alice", "w0nderland"), wire);
    }

    private static Authenticator mode(Consumer<OAuth2ProxyOptions> options) {
        return OAuth2ProxyAuthentication.with(options);
    }

    private BackendError broken(Consumer<OAuth2ProxyOptions> options) {
        var error = catchThrowableOfType(BackendError.class, () -> login(options));
        assertThat(error).hasMessageNotContainingAny("w0nderland", "c0de", "s3ssion", "rd=", "no script");
        return error;
    }

    /** A provider on the proxy's own origin, whose form is answered with this. */
    private void oneOrigin(String page, BackendResponse response) {
        var app = "https://app.corp.test";
        wire.on("GET " + app + "/oauth2/start?rd=%2F", redirect(302, "/dex/auth", CSRF))
                .on("GET " + app + "/dex/auth", html(200, page))
                .on("POST " + app + "/dex/do", response)
                .on("GET " + app + BACK, redirect(302, "/", SESSION))
                .on("GET " + app + "/oauth2/auth", html(202, ""));
    }

    @Test
    void aProviderOnTheProxysOriginGetsThePasswordOnlyIfItsPathWasNamed() throws LoginRefused {
        oneOrigin(FORM, redirect(302, BACK));

        assertThat(login(options -> options.loginPages("/dex/")).cookieNames()).containsExactly("_oauth2_proxy");
        assertThat(broken(options -> {}))
                .hasMessageContaining("a page of the backend itself")
                .hasMessageContaining("name its path with loginPages");
        assertThat(broken(options -> options.loginPages("/keycloak")))
                .hasMessageContaining("https://app.corp.test/dex/auth");
        assertThat(posts()).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/app/login",
                "../login",
                "../dex/../login",
                "%2e%2e/login",
                "..%2flogin",
                "/oauth2/sign_in",
                "https://app.corp.test:8443/dex/do",
                "https://broker.test/dex/do",
                "http://app.corp.test/dex/do"
            })
    void aFormThatLeavesTheLoginPagesGetsNoPassword(String action) {
        oneOrigin(FORM.replace("action=do", "action=" + action), redirect(302, BACK));

        var error = broken(options -> options.loginPages("/dex/").allowOrigin("https://broker.test"));

        assertThat(error).hasMessageContaining("https://app.corp.test/dex/auth");
        assertThat(posts()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"307, /app/login", "308, ../login", "307, https://broker.test/do", "308, /oauth2/sign_in"})
    void aRedirectOutOfTheLoginPagesDoesNotCarryThePassword(int status, String location) {
        oneOrigin(FORM, redirect(status, location));

        var error = broken(options -> options.loginPages("/dex/").allowOrigin("https://broker.test"));

        assertThat(error).hasMessageContaining("credentials").hasMessageContaining("https://app.corp.test/dex/do");
        assertThat(posts()).isOne();
    }

    /** Not even if the proxy's prefix is below a path that was named. */
    @ParameterizedTest
    @ValueSource(
            strings = {"/dex/oauth2/sign_in", "/dex//oauth2/sign_in", "/dex/oauth2%2Fsign_in", "/dex/%6Fauth2/sign_in"})
    void theProxysOwnSignInPageIsNeverFilledIn(String path) {
        var app = "https://app.corp.test";
        wire.on("GET " + app + "/dex/oauth2/start?rd=%2F", redirect(302, path, CSRF))
                .on("GET " + app + path, html(200, Pages.HTPASSWD));

        assertThat(broken(options -> options.loginPages("/dex/").start("/dex/oauth2/start")))
                .hasMessageContaining("a page of the backend itself");
        assertThat(posts()).isZero();
    }

    @Test
    void aFormMaySendThePasswordToAnotherOriginThatWasAllowedByName() throws LoginRefused {
        oneOrigin(FORM, redirect(302, BACK));
        wire.on("GET https://app.corp.test/oauth2/start?rd=%2F", redirect(302, "https://idp.test/in", CSRF))
                .on("GET https://idp.test/in", html(200, FORM.replace("action=do", "action=https://check.test/do")))
                .on("POST https://check.test/do", redirect(302, "https://app.corp.test" + BACK));

        assertThat(broken(options -> {}))
                .hasMessageContaining("https://check.test")
                .hasMessageContaining("allowOrigin");
        assertThat(posts()).isZero();
        assertThat(login(options -> options.allowOrigin("https://check.test")).cookieNames())
                .containsExactly("_oauth2_proxy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Log in with LDAP", "LDAP", "/dex/ldap", "ldap"})
    void aWayToLogInIsChosenByItsTextOrPath(String choice) throws LoginRefused {
        oneOrigin(
                "<a href=/dex/ldap?a=b>Log in with LDAP</a><a href=/dex/local>Log in with Email</a>",
                redirect(302, BACK));
        wire.on("GET https://app.corp.test/dex/ldap?a=b", html(200, FORM));

        assertThat(login(options -> options.loginPages("/dex/").choose(choice)).cookieNames())
                .containsExactly("_oauth2_proxy");
        assertThat(broken(options -> options.loginPages("/dex/")))
                .hasMessageContaining("asks which way to log in: ldap, local");
    }

    @Test
    void aPageThatWasNotAllowedMayNotSendThePasswordToAnOriginThatWas() {
        oneOrigin(FORM.replace("action=do", "action=https://check.test/do"), redirect(302, BACK));

        assertThat(broken(options -> options.allowOrigin("https://check.test")))
                .hasMessageContaining("a page of the backend itself");
        assertThat(posts()).isZero();
    }

    private long posts() {
        return wire.steps().stream().filter(step -> step.startsWith("POST")).count();
    }

    /** A central proxy, whose session cookie has these attributes. */
    private void central(String rd, String attributes) {
        var auth = "https://auth.corp.test";
        wire.on("GET " + auth + "/oauth2/start?" + rd, redirect(302, "https://idp.test/in", CSRF))
                .on("GET https://idp.test/in", html(200, FORM))
                .on("POST https://idp.test/do", redirect(302, auth + BACK))
                .on("GET " + auth + BACK, redirect(302, "https://app.corp.test/", SESSION + attributes))
                .on("GET " + auth + "/oauth2/auth", html(202, ""))
                .on("GET " + auth + "/oauth2/sign_out", redirect(302, "/"));
    }

    private static void atAuthHost(OAuth2ProxyOptions options) {
        options.start("https://auth.corp.test/oauth2/start");
    }

    @ParameterizedTest
    @ValueSource(strings = {"corp.test", ".corp.test", "CORP.test"})
    void aCentralProxyIsAskedWhereItIs(String domain) throws LoginRefused {
        central("rd=https%3A%2F%2Fapp.corp.test%2F", "; Domain=" + domain);
        var mode = mode(OAuth2ProxyPlacesTest::atAuthHost);

        var login = login(OAuth2ProxyPlacesTest::atAuthHost);
        wire.steps().clear();

        assertThat(mode.judge(html(403, "no"), login, wire)).isEqualTo(Verdict.DENIED);
        assertThat(mode.judge(redirect(302, "https://auth.corp.test/oauth2/start?rd=x"), login, wire))
                .isEqualTo(Verdict.EXPIRED);
        assertThat(mode.judge(redirect(302, "https://auth.corp.test/oauth2/sign_in"), login, wire))
                .isEqualTo(Verdict.EXPIRED);
        assertThat(mode.judge(redirect(302, "https://auth.corp.test/elsewhere"), login, wire))
                .isEqualTo(Verdict.ACCEPTED);
        mode.logOut(login.header("X-Own", "of the author"), wire);
        var ask = "GET https://auth.corp.test/oauth2/auth";
        assertThat(wire.steps()).containsExactly(ask, ask, "GET https://auth.corp.test/oauth2/sign_out");
        assertThat(wire.request(ask).header("Cookie")).contains("_oauth2_proxy=s3ssion");
        assertThat(wire.request("GET https://auth.corp.test/oauth2/sign_out").header("X-Own"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', for the host auth.corp.test alone",
        "; Domain=auth.corp.test, for the domain auth.corp.test",
        "; Domain=, for the host auth.corp.test alone"
    })
    void aSessionCookieThatDoesNotOpenTheBackendIsNamed(String attributes, String where) {
        central("rd=https%3A%2F%2Fapp.corp.test%2F", attributes);

        assertThat(broken(OAuth2ProxyPlacesTest::atAuthHost))
                .hasMessageContaining("the session cookie _oauth2_proxy of https://auth.corp.test is " + where)
                .hasMessageContaining("it does not open the backend https://app.corp.test")
                .hasMessageContaining("cookie-domain");
    }

    /** A browser drops the cookie: its domain is not around the host that sets it, or is a public suffix. */
    @ParameterizedTest
    @ValueSource(strings = {"app.corp.test", "other.test", "auth.corp.test.evil.test"})
    void aSessionCookieForADomainOfOthersIsNone(String domain) {
        central("rd=https%3A%2F%2Fapp.corp.test%2F", "; Domain=" + domain);

        assertThat(broken(OAuth2ProxyPlacesTest::atAuthHost))
                .hasMessageContaining("without a whole session cookie")
                .hasMessageContaining("_oauth2_proxy for the domain of another host");
    }

    @Test
    void aSessionCookieForAPublicSuffixIsNone() {
        var suffixed = new ScriptedTransport("https://app.co.uk")
                .on(
                        "GET https://auth.co.uk/oauth2/start?rd=https%3A%2F%2Fapp.co.uk%2F",
                        redirect(302, "https://idp.test/in", CSRF))
                .on("GET https://idp.test/in", redirect(302, "https://auth.co.uk" + BACK))
                .on("GET https://auth.co.uk" + BACK, redirect(302, "/", SESSION + "; Domain=co.uk"));
        var mode = mode(options -> options.start("https://auth.co.uk/oauth2/start"));

        assertThat(catchThrowableOfType(
                        BackendError.class, () -> mode.logIn(Credentials.password("alice", "w"), suffixed)))
                .hasMessageContaining("without a whole session cookie");
    }

    @ParameterizedTest
    @CsvSource({
        "http://auth.corp.test, https://app.corp.test, plain http",
        "http://auth.corp.test, http://app.corp.test, allow it with allowOrigin",
        "http://127.0.0.1:1, https://app.corp.test, plain http"
    })
    void aCentralProxyOverPlainHttpIsRefusedBeforeARequest(String start, String backend, String reason) {
        var plain = new ScriptedTransport(backend);
        var mode = mode(options -> options.start(start + "/oauth2/start"));

        assertThat(catchThrowableOfType(
                        BackendError.class, () -> mode.logIn(Credentials.password("alice", "w"), plain)))
                .hasMessageContaining("the start " + start + "/oauth2/start")
                .hasMessageContaining(reason);
        assertThat(plain.steps()).isEmpty();
    }

    @Test
    void aSecureSessionCookieForABackendOverPlainHttpAsksForItsPublicAddress() throws LoginRefused {
        central("rd=http%3A%2F%2Fapp.corp.test%2F", "; Domain=corp.test");
        central("rd=https%3A%2F%2Fapp.corp.test%2F", "; Domain=corp.test");
        var internal = wire.at("http://app.corp.test");
        var alice = Credentials.password("alice", "w");

        var error = catchThrowableOfType(
                BackendError.class,
                () -> mode(OAuth2ProxyPlacesTest::atAuthHost).logIn(alice, internal));
        assertThat(error).hasMessageContaining("is Secure").hasMessageContaining("publicUrl");
        assertThat(mode(options -> {
                            atAuthHost(options);
                            options.publicUrl("https://app.corp.test");
                        })
                        .logIn(alice, internal)
                        .cookieNames())
                .containsExactly("_oauth2_proxy");
    }

    /** The base address is an internal one, and the redirect URL of the proxy is public. */
    @Test
    void whatALoginSendsToThePublicAddressGoesToTheBase() throws LoginRefused {
        var base = "http://app.internal:8080";
        var internal = new ScriptedTransport(base)
                .on(
                        "GET " + base + "/oauth2/start?rd=%2F",
                        redirect(302, "https://idp.test/in", CSRF + "; Domain=app.corp.test"))
                .on("GET https://idp.test/in", html(200, FORM))
                .on("POST https://idp.test/do", redirect(302, "https://app.corp.test" + BACK))
                .on("GET " + base + BACK, redirect(302, "/", SESSION + "; Domain=corp.test"))
                .on("GET " + base + "/oauth2/auth", html(202, ""))
                .on("GET " + base + "/oauth2/sign_out", redirect(302, "/"));
        var mode = mode(options -> options.publicUrl("https://app.corp.test"));

        var login = mode.logIn(Credentials.password("alice", "w"), internal);

        assertThat(internal.request("GET " + base + BACK).header("Cookie")).contains("_oauth2_proxy_csrf=mark");
        assertThat(login.cookieNames()).containsExactly("_oauth2_proxy");
        internal.steps().clear();
        assertThat(mode.judge(redirect(302, "https://app.corp.test/next"), login, internal))
                .isEqualTo(Verdict.ACCEPTED);
        assertThat(mode.judge(redirect(302, base + "/next"), login, internal)).isEqualTo(Verdict.ACCEPTED);
        assertThat(mode.judge(redirect(302, "https://app.corp.test/oauth2/start"), login, internal))
                .isEqualTo(Verdict.EXPIRED);
        assertThat(internal.steps()).isEmpty();
        assertThat(mode.refreshed(login, html(200, "", "_oauth2_proxy=next; Path=/; Domain=corp.test"))
                        .cookie("_oauth2_proxy"))
                .contains("next");
        mode.logOut(login, internal);
        assertThat(internal.steps()).containsExactly("GET " + base + "/oauth2/sign_out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://app.corp.test/oauth2/sign_in", "http://app.internal:8080/oauth2/sign_in"})
    void neitherThePublicAddressNorTheBaseGetsAPassword(String page) {
        var base = "http://app.internal:8080";
        var internal = new ScriptedTransport(base)
                .on("GET " + base + "/oauth2/start?rd=%2F", redirect(302, page, CSRF))
                .on("GET " + base + "/oauth2/sign_in", html(200, Pages.HTPASSWD));
        var mode = mode(options -> options.publicUrl("https://app.corp.test").loginPages("/dex/"));

        assertThat(catchThrowableOfType(
                        BackendError.class, () -> mode.logIn(Credentials.password("alice", "w"), internal)))
                .hasMessageContaining("a page of the backend itself");
        assertThat(internal.steps()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "connector_id=ldap, connector_id=ldap&rd=%2F",
        "kc_idp_hint=corp&prompt=login, kc_idp_hint=corp&prompt=login&rd=%2F",
        "rd=%2Fx, rd=%2Fx",
        "rd=/x&connector_id=ldap, rd=/x&connector_id=ldap",
        "xrd=1, xrd=1&rd=%2F",
        "a=1&a=1, a=1&a=1&rd=%2F"
    })
    void aStartKeepsItsQuery(String query, String sent) {
        wire.on("GET https://app.corp.test/oauth2/start?" + sent, html(200, ""));

        assertThat(broken(options -> options.start("/oauth2/start?" + query)))
                .hasMessageContaining("not an oauth2-proxy: https://app.corp.test/oauth2/start answered");
    }

    /** A session of a login at {@code idp.test}, and a proxy that responds with this status to the question. */
    private Login asked(int status) throws LoginRefused {
        central("rd=https%3A%2F%2Fapp.corp.test%2F", "; Domain=corp.test");
        var login = login(OAuth2ProxyPlacesTest::atAuthHost);
        wire.on("GET https://auth.corp.test/oauth2/auth", html(status, ""));
        wire.steps().clear();
        return login;
    }

    /** A session may die between two redirects to one origin, which may have the login page of a portal too. */
    @Test
    void eachRedirectToAnotherOriginIsAskedAbout() throws LoginRefused {
        var login = asked(202);
        var mode = mode(OAuth2ProxyPlacesTest::atAuthHost);
        var elsewhere = redirect(302, "https://portal.test/a");

        assertThat(mode.judge(elsewhere, login, wire)).isEqualTo(Verdict.ACCEPTED);
        assertThat(mode.judge(elsewhere, login, wire)).isEqualTo(Verdict.ACCEPTED);
        assertThat(wire.steps()).hasSize(2);
        wire.on("GET https://auth.corp.test/oauth2/auth", html(401, ""));
        assertThat(mode.judge(elsewhere, login, wire)).isEqualTo(Verdict.EXPIRED);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404})
    void aRedirectOfADeadSessionIsItsEnd(int status) throws LoginRefused {
        var login = asked(status);
        var mode = mode(OAuth2ProxyPlacesTest::atAuthHost);

        for (var i = 0; i < 3; i++) {
            assertThat(mode.judge(redirect(302, "https://files.test/"), login, wire))
                    .isEqualTo(Verdict.EXPIRED);
        }
        assertThat(wire.steps()).hasSize(3);
    }
}
