package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.Pages;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoginPageTest {
    private static final String BACKEND = "https://app.test";
    private static final String KEYCLOAK = "https://sso.test/realms/demo/protocol/openid-connect/auth";

    static LoginPage page(String at, String html) {
        var address = Address.of(at);
        var allowed = new LoginOrigins(BACKEND, Set.of(address.origin()));
        return LoginPage.of(new HtmlPage(address, html, Optional.empty()), allowed);
    }

    static Stream<Arguments> pages() {
        return Stream.of(
                kind("Keycloak", KEYCLOAK, LoginPage.PasswordForm.class, Pages.KEYCLOAK),
                kind("Keycloak with passkeys", KEYCLOAK, LoginPage.PasswordForm.class, Pages.KEYCLOAK_PASSKEYS),
                kind("Dex", "https://dex.test/auth/local/login", LoginPage.PasswordForm.class, Pages.DEX),
                kind("GitHub", "https://github.test/login", LoginPage.PasswordForm.class, Pages.GITHUB),
                kind("two-step", "https://idp.test/u", LoginPage.UserNameForm.class, Pages.USER_NAME_FIRST),
                kind(
                        "two-step with passkey",
                        "https://idp.test/u",
                        LoginPage.UserNameForm.class,
                        Pages.USER_NAME_PASSKEY),
                kind("second step", "https://idp.test/p", LoginPage.PasswordForm.class, Pages.PASSWORD_SECOND),
                kind("Keycloak OTP", KEYCLOAK, LoginPage.SecondFactor.class, Pages.OTP),
                kind(
                        "GitHub app code",
                        "https://github.test/sessions/two-factor/app",
                        LoginPage.SecondFactor.class,
                        Pages.APP_OTP),
                kind(
                        "password and code",
                        "https://idp.test/login",
                        LoginPage.SecondFactor.class,
                        Pages.PASSWORD_AND_CODE),
                kind("WebAuthn", KEYCLOAK, LoginPage.SecondFactor.class, Pages.WEBAUTHN),
                kind(
                        "verified device",
                        "https://github.test/sessions/verified-device",
                        LoginPage.SecondFactor.class,
                        Pages.DEVICE),
                kind("two-factor by title", "https://idp.test/next", LoginPage.SecondFactor.class, Pages.PUSH),
                kind("Dex approval", "https://dex.test/approval", LoginPage.Consent.class, Pages.DEX_APPROVAL),
                kind("Keycloak consent", KEYCLOAK, LoginPage.Consent.class, Pages.KEYCLOAK_CONSENT),
                kind(
                        "Keycloak consent, where 26 shows it",
                        "https://sso.test/realms/demo/login-actions/required-action?execution=OAUTH_GRANT",
                        LoginPage.Consent.class,
                        Pages.KEYCLOAK_CONSENT),
                kind(
                        "GitHub authorize",
                        "https://github.test/login/oauth/authorize",
                        LoginPage.Consent.class,
                        Pages.GITHUB_AUTHORIZE),
                kind(
                        "oidc-provider consent",
                        "https://idp.test/interaction/1",
                        LoginPage.Consent.class,
                        Pages.OIDC_PROVIDER_CONSENT),
                kind("change password", KEYCLOAK, LoginPage.AccountAction.class, Pages.CHANGE_PASSWORD),
                kind("one new password", "https://idp.test/x", LoginPage.PasswordForm.class, Pages.ONE_NEW_PASSWORD),
                kind(
                        "terms",
                        "https://sso.test/realms/demo/login-actions/required-action",
                        LoginPage.AccountAction.class,
                        Pages.TERMS),
                kind("profile", KEYCLOAK, LoginPage.AccountAction.class, Pages.PROFILE),
                kind("the proxy's own", "https://app.test/oauth2/sign_in", LoginPage.BackendPage.class, Pages.HTPASSWD),
                kind("the backend's login", "https://app.test/login", LoginPage.BackendPage.class, Pages.DEX),
                kind("form post", "https://idp.test/authorize", LoginPage.GoesOn.class, Pages.FORM_POST),
                kind(
                        "form post of an error",
                        "https://idp.test/authorize",
                        LoginPage.GoesOn.class,
                        Pages.FORM_POST_ERROR),
                kind(
                        "form post elsewhere",
                        "https://idp.test/authorize",
                        LoginPage.GoesOn.class,
                        Pages.FORM_POST_ELSEWHERE),
                kind(
                        "form post with a text field",
                        "https://idp.test/authorize",
                        LoginPage.Unexpected.class,
                        Pages.FORM_POST_VISIBLE),
                kind("two login forms", "https://idp.test/login", LoginPage.SeveralForms.class, Pages.TWO_LOGINS),
                kind("search only", "https://idp.test/oops", LoginPage.Unexpected.class, Pages.SEARCH),
                kind("newsletter only", "https://idp.test/oops", LoginPage.Unexpected.class, Pages.NEWSLETTER),
                kind(
                        "an error at /authorize",
                        "https://idp.test/oauth/authorize",
                        LoginPage.Unexpected.class,
                        Pages.ERROR),
                kind("nothing", "https://idp.test/", LoginPage.Unexpected.class, ""),
                kind("junk", "https://idp.test/", LoginPage.Unexpected.class, "<<<form><input type=password"));
    }

    private static Arguments kind(String name, String at, Class<?> kind, String html) {
        return Arguments.of(name, at, kind, html);
    }

    @ParameterizedTest(name = "{0} is a {2}")
    @MethodSource("pages")
    void aPageIsWhatItsFirstFittingSignSays(String name, String at, Class<?> kind, String html) {
        assertThat(page(at, html)).isInstanceOf(kind);
    }

    @Test
    void theUserNameFieldIsFoundByWhatItIsCalled() {
        assertThat(userField(Pages.KEYCLOAK)).isEqualTo("username");
        assertThat(userField(Pages.DEX)).isEqualTo("login");
        assertThat(userField(Pages.GITHUB)).isEqualTo("login");
        assertThat(userField("<form method=post><input name='user[login]'><input name=tenant>"
                        + "<input type=password name=p></form>"))
                .isEqualTo("user[login]");
    }

    @Test
    void anAnnouncedUserNameFieldWinsOverAUsualName() {
        assertThat(userField("<form method=post><input name=email><input name=x autocomplete='section-a username'>"
                        + "<input type=password name=p></form>"))
                .isEqualTo("x");
    }

    @Test
    void anOddlyNamedUserNameFieldIsTheLastTextBeforeThePassword() {
        assertThat(userField("<form method=post><input name=realm><input name=who>"
                        + "<input type=password name=p><input name=note></form>"))
                .isEqualTo("who");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<input name=username hidden>",
                "<input name=username type=hidden>",
                "<input name=username disabled>",
                "<input name=username aria-hidden=true>",
                "<input name=username class='x d-none'>",
                "<div hidden><p><input name=username></p></div>",
                "<span style='display : none'><input name=username></span>",
                "<input name=username style='opacity:0'>"
            })
    void aHoneypotIsNotTheUserNameField(String honeypot) {
        assertThat(userField("<form method=post>" + honeypot + "<input name=who><input type=password name=p></form>"))
                .isEqualTo("who");
    }

    @Test
    void consentIsGivenByTheButtonThatAgrees() {
        assertThat(agreement(Pages.DEX_APPROVAL)).isEqualTo("req=r&approval=approve");
        assertThat(agreement(Pages.KEYCLOAK_CONSENT)).isEqualTo("code=c&accept=Yes");
        assertThat(agreement(Pages.GITHUB_AUTHORIZE)).isEqualTo("authenticity_token=t&authorize=1");
        assertThat(agreement(Pages.OIDC_PROVIDER_CONSENT)).isEmpty();
    }

    private static String agreement(String html) {
        return ((LoginPage.Consent) page("https://idp.test/consent", html))
                .agree()
                .orElseThrow()
                .request()
                .form();
    }

    private static String userField(String html) {
        var form = (LoginPage.PasswordForm) page("https://idp.test/login", html);
        return form.userName().orElseThrow().name();
    }
}
