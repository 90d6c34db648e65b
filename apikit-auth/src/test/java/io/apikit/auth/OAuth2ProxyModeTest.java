package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator.Verdict;
import io.apikit.auth.OAuth2ProxyOptions.OAuth2ProxyAuthentication;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Headers;
import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.identityprovider.LoginPageKind;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.apikit.testkit.oauth2proxy.Unauthenticated;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole mode over real HTTP, against the fakes of proxy and identity provider. */
class OAuth2ProxyModeTest {
    private static final String PASSWORD = "w0nder & länd+%";
    private static final AtomicInteger USERS = new AtomicInteger();

    // One pair for most tests, each with a user of its own; a test with other needs starts its own pair.
    /** Left open: a test that fails is run once more in the same process. */
    private static final FakeIdentityProvider SHARED_IDP = provider(200);

    private static final FakeOAuth2Proxy SHARED_PROXY = proxy(SHARED_IDP, builder -> builder);

    private final String user = "alice" + USERS.incrementAndGet();
    private FakeIdentityProvider idp = SHARED_IDP;
    private FakeOAuth2Proxy proxy = SHARED_PROXY;
    private WireLoginTransport wire = WireLoginTransport.to(proxy.url());
    private Authenticator mode = OAuth2ProxyAuthentication.with(options -> {});

    @BeforeEach
    void addUser() {
        idp.addUser(user, PASSWORD);
    }

    private static FakeIdentityProvider provider(int wrongPasswordStatus) {
        return FakeIdentityProvider.builder()
                .wrongPasswordStatus(wrongPasswordStatus)
                .start();
    }

    private static FakeOAuth2Proxy proxy(FakeIdentityProvider idp, UnaryOperator<FakeOAuth2Proxy.Builder> settings) {
        return settings.apply(FakeOAuth2Proxy.inFrontOf(ctx -> {
                            if (ctx.path().startsWith("/status/")) {
                                ctx.status(Integer.parseInt(ctx.path().substring(8)));
                            }
                            ctx.result("hello " + ctx.header("X-Forwarded-User"));
                        })
                        .identityProvider(idp))
                .start();
    }

    private void start(int wrongPasswordStatus, UnaryOperator<FakeOAuth2Proxy.Builder> settings) {
        idp = provider(wrongPasswordStatus);
        proxy = proxy(idp, settings);
        wire.close();
        wire = WireLoginTransport.to(proxy.url());
        addUser();
    }

    @AfterEach
    void leaveAsFound() {
        wire.close();
        if (proxy == SHARED_PROXY) {
            idp.loginPage(LoginPageKind.STANDARD);
            idp.failLogins(0);
            idp.refuseCodes(false);
            proxy.authEndpoint(0);
        } else {
            proxy.close();
            idp.close();
        }
    }

    private Login login() throws LoginRefused {
        return mode.logIn(Credentials.password(user, PASSWORD), wire);
    }

    private BackendResponse call(Login login, String path) {
        return wire.send(BackendRequest.get(path).replaceHeaders(Headers.of(login.signature())));
    }

    private String refused() {
        var refused = catchThrowableOfType(LoginRefused.class, this::login);
        assertThat(refused.reason()).doesNotContain("w0nder");
        return refused.reason();
    }

    private BackendError broken() {
        var error = catchThrowableOfType(BackendError.class, this::login);
        assertThat(error).hasMessageNotContainingAny("w0nder", "state=", "code=", "?");
        return error;
    }

    private void options(Consumer<OAuth2ProxyOptions> options) {
        mode = OAuth2ProxyAuthentication.with(options);
    }

    @Test
    void aLoginOpensTheBackendToItsUser() throws LoginRefused {
        start(200, builder -> builder);
        var login = login();

        assertThat(call(login, "/x").text()).isEqualTo("hello " + user);
        assertThat(login.cookieNames()).containsExactly("_oauth2_proxy");
        assertThat(login.life().orElseThrow()).isBetween(Duration.ofHours(167), Duration.ofHours(168));
        assertThat(idp.loginAttempts(user)).isEqualTo(1);
        assertThat(proxy.count("/oauth2/start")).isEqualTo(1);
        assertThat(proxy.count("/oauth2/auth")).isEqualTo(1);
        assertThat(proxy.backendRequests()).isEqualTo(1);
        assertThat(mode.judge(call(login, "/x"), login, wire)).isEqualTo(Verdict.ACCEPTED);
    }

    @ParameterizedTest
    @EnumSource(
            value = LoginPageKind.class,
            names = {"STANDARD", "USERNAME_FIRST", "WITH_HONEYPOT", "FORM_POST"})
    void everyKindOfLoginPageIsFilledIn(LoginPageKind page) throws LoginRefused {
        idp.loginPage(page);

        assertThat(call(login(), "/x").text()).isEqualTo("hello " + user);
    }

    @Test
    void aSplitSessionIsKeptWhole() throws LoginRefused {
        start(200, builder -> builder.splitCookies(3_000));

        var login = login();
        assertThat(login.cookieNames()).containsExactly("_oauth2_proxy_0", "_oauth2_proxy_1");
        assertThat(call(login, "/x").text()).isEqualTo("hello " + user);
    }

    @Test
    void aProxyWithOtherNamesIsLoggedInToo() throws LoginRefused {
        start(200, builder -> builder.cookieName("gate").prefix("/gate").csrfPerRequest(true));
        options(options -> options.start(proxy.url() + "/gate/start").cookieName("gate"));

        assertThat(login().cookieNames()).containsExactly("gate");
    }

    @Test
    void theWrongCookieNameIsToldWithTheRightOne() {
        options(options -> options.cookieName("other"));

        assertThat(broken()).hasMessageContaining("_oauth2_proxy").hasMessageContaining("cookieName");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 401})
    void aWrongPasswordIsPostedOnce(int status) {
        start(status, builder -> builder);
        idp.changePassword(user, "other");

        assertThat(refused()).contains("wrong user name or password").contains(idp.url());
        assertThat(idp.loginAttempts(user)).isEqualTo(1);
    }

    @Test
    void aSecondFactorIsRefused() {
        idp.requireTotp(user);

        assertThat(refused()).contains("second factor");
        assertThat(idp.loginAttempts(user)).isEqualTo(1);
    }

    @Test
    void aPasswordToChangeIsRefusedAndNotChanged() {
        idp.requirePasswordChange(user);

        assertThat(refused()).contains("owner");
        // Still asked for: nobody changed it.
        assertThat(refused()).contains("owner");
    }

    @Test
    void aConsentIsRefusedUnlessTheModeWasToldToAgree() throws LoginRefused {
        idp.requireConsent(user);

        assertThat(refused()).contains("consent").contains("acceptConsent");
        options(options -> options.acceptConsent(true));
        assertThat(call(login(), "/x").text()).isEqualTo("hello " + user);
    }

    @Test
    void anAccountThatTheProxyDoesNotAdmitIsRefused() {
        proxy.forbidLogin(user);

        assertThat(refused()).contains("does not admit");
    }

    @Test
    void pagesThatAreNoLoginPageAreBroken() {
        idp.loginPage(LoginPageKind.NO_FORM);
        assertThat(broken()).hasMessageContaining("unexpected page").hasMessageContaining("\"Welcome\"");
        idp.loginPage(LoginPageKind.HUGE);
        assertThat(broken()).hasMessageContaining("too long");
        idp.loginPage(LoginPageKind.CSRF_FIELD_MISSING);
        assertThat(broken()).hasMessageContaining("unexpected page").hasMessageContaining("400");
    }

    @Test
    void aCodeThatIsNotRedeemedIsBroken() {
        idp.refuseCodes(true);

        assertThat(broken()).hasMessageContaining("redeem");
    }

    @Test
    void anIdentityProviderThatFailsIsUnavailable() {
        idp.failLogins(503, Duration.ofSeconds(9));
        assertThat(broken().headers()).containsEntry("Retry-After", "9");
        idp.failLogins(429);
        assertThat(broken().statusCode()).isEqualTo(503);
        idp.failLogins(500);
        assertThat(broken().statusCode()).isEqualTo(502);
    }

    @Test
    void anIdentityProviderThatIsDownIsBroken() {
        start(200, builder -> builder);
        idp.close();

        assertThat(broken().statusCode()).isEqualTo(502);
    }

    @Test
    void aBlockedAuthEndpointDoesNotStopALogin() throws LoginRefused {
        proxy.authEndpoint(404);

        assertThat(call(login(), "/x").text()).isEqualTo("hello " + user);
    }

    @ParameterizedTest
    @EnumSource(Unauthenticated.class)
    void aDeadSessionIsKnownHoweverTheProxyShowsIt(Unauthenticated how) throws LoginRefused {
        start(200, builder -> builder.unauthenticated(how).clearDeadCookies(false));
        var login = login();
        proxy.expireAllSessions();

        assertThat(mode.judge(call(login, "/x"), login, wire)).isEqualTo(Verdict.EXPIRED);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void theBackendsOwnRefusalIsNotADeadSession(int status) throws LoginRefused {
        var login = login();
        var answer = call(login, "/status/" + status);

        assertThat(mode.judge(answer, login, wire)).isEqualTo(Verdict.DENIED);
        proxy.expireAllSessions();
        assertThat(mode.judge(answer, login, wire)).isEqualTo(Verdict.EXPIRED);
    }

    @ParameterizedTest
    @EnumSource(Unauthenticated.class)
    void anAccountWithoutItsGroupIsDeniedAndNotLoggedInAgain(Unauthenticated how) throws LoginRefused {
        start(200, builder -> builder.unauthenticated(how));
        var login = login();
        proxy.forbid(user);

        assertThat(mode.judge(call(login, "/x"), login, wire)).isEqualTo(Verdict.DENIED);
    }

    @Test
    void aRollingCookieTakesThePlaceOfTheOldParts() throws LoginRefused {
        start(200, builder -> builder.splitCookies(3_000));
        var login = login();
        proxy.rotateCookies(1);
        proxy.refreshNow();

        var rolled = mode.refreshed(login, call(login, "/status/401"));
        assertThat(rolled.cookieNames()).containsExactly("_oauth2_proxy");
        assertThat(call(rolled, "/x").text()).isEqualTo("hello " + user);
        assertThat(mode.refreshed(rolled, call(rolled, "/x"))).isSameAs(rolled);
    }

    @Test
    void eachLoginBeginsWithFreshCookiesAndAFreshForm() throws LoginRefused {
        var first = login();
        var second = login();

        assertThat(second.signature()).isNotEqualTo(first.signature());
        assertThat(idp.logins(user)).isEqualTo(2);
        assertThat(idp.loginAttempts(user)).isEqualTo(2);
    }

    @Test
    void aBackendThatIsNoOAuth2ProxyIsToldApart() {
        wire.close();
        wire = WireLoginTransport.to(idp.url());

        assertThat(broken()).hasMessageContaining("not an oauth2-proxy").hasMessageContaining("404");
    }

    @Test
    void aBackendBelowAPathIsLoggedInAtTheRootOfItsOrigin() throws LoginRefused {
        wire.close();
        wire = WireLoginTransport.to(proxy.url() + "/deep/down");

        assertThat(login().cookieNames()).containsExactly("_oauth2_proxy");
    }
}
