package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.Pages;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an author names is followed on a page with one thing of that name. */
class LoginChoicesTest {
    private static final String AT = "https://idp.test/auth?state=s";

    private static LoginPage page(String html, String choice, boolean mayChoose) {
        var allowed = new LoginOrigins("https://app.test", Set.of("https://idp.test"));
        var settings = new PageLogin.Settings(false, Optional.of(choice), Optional.empty());
        return LoginPage.of(
                new HtmlPage(Address.of(AT), html, Optional.empty()),
                new LoginPage.Situation(allowed, settings, mayChoose, false, Optional.empty(), Optional.empty()));
    }

    private static String chosen(String html, String choice) {
        var kind = page(html, choice, true);
        assertThat(kind).isInstanceOf(LoginPage.Chosen.class);
        var step = ((LoginPage.Chosen) kind).step();
        assertThat(step.hasCredentials()).isFalse();
        return step.method() + " " + step.address().target() + " " + step.form();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Log in with LDAP", "log in WITH  ldap", "LDAP", "/auth/ldap", "ldap", "/auth/ldap?client_id=app&state=s"})
    void aLinkIsNamedByItsTextOrItsPath(String choice) {
        assertThat(chosen(Pages.DEX_CHOICE, choice)).isEqualTo("GET /auth/ldap?client_id=app&state=s ");
    }

    @Test
    void allThatAPageOffersCanBeNamed() {
        assertThat(chosen(Pages.KEYCLOAK_PROVIDERS, "Corporate SSO"))
                .isEqualTo("GET /realms/demo/broker/corp/login?session_code=c ");
        assertThat(chosen(Pages.CHOICE_BY_RADIO, "local")).isEqualTo("POST /idp csrf=c&provider=local");
        assertThat(chosen(Pages.CHOICE_BY_SELECT, "Local accounts")).isEqualTo("GET /idp?idp=2 ");
        assertThat(chosen("<form action=/start><input type=hidden name=rd value=x><button>Sign in with OpenID</button></form>", "OpenID"))
                .isEqualTo("GET /start?rd=x ");
        assertThat(chosen("<a href=/saml><img src=x alt='Staff login'></a>", "staff login")).isEqualTo("GET /saml ");
        assertThat(chosen("<a href=/a title='Guests'></a><a href=/a>Guests</a>", "guests")).isEqualTo("GET /a ");
    }

    /** A page with a form to log in may offer other ways beside it. */
    @Test
    void aChoiceComesBeforeAForm() {
        assertThat(chosen(Pages.KEYCLOAK + Pages.KEYCLOAK_PROVIDERS, "GitHub"))
                .isEqualTo("GET /realms/demo/broker/github/login?session_code=c ");
        assertThat(page(Pages.KEYCLOAK + Pages.KEYCLOAK_PROVIDERS, "other", true)).isInstanceOf(LoginPage.PasswordForm.class);
        assertThat(page(Pages.KEYCLOAK + Pages.KEYCLOAK_PROVIDERS, "GitHub", false))
                .isInstanceOf(LoginPage.PasswordForm.class);
    }

    @ParameterizedTest
    @CsvSource({"/ldap, /ldap", "local, /local"})
    void oneOfSeveralFormsCanBeNamed(String choice, String action) {
        var kind = page(Pages.TWO_LOGINS, choice, true);

        assertThat(kind).isInstanceOf(LoginPage.PasswordForm.class);
        assertThat(((LoginPage.PasswordForm) kind).form().action().path()).isEqualTo(action);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Log in", "kerberos", "/auth", "/auth/", "", "login"})
    void noneOfTheNameIsAListOfWhatIsThere(String choice) {
        var kind = page(Pages.DEX_CHOICE, choice, true);

        assertThat(kind).isInstanceOf(LoginPage.Choices.class);
        assertThat(((LoginPage.Choices) kind).choices().names(new PageTexts("w0nderland"))).isEqualTo("ldap, local");
    }

    @Test
    void severalOfTheNameAreAListToo() {
        assertThat(page("<a href=/a>LDAP</a><a href=/b>LDAP</a>", "ldap", true)).isInstanceOf(LoginPage.Choices.class);
        assertThat(page("<a href=/login?connector=a>A</a><a href=/login?connector=b>B</a>", "/login", true))
                .isInstanceOf(LoginPage.Choices.class);
        assertThat(page("<a href=/x>First</a><a href=/y>Second</a>", "third", true)).isInstanceOf(LoginPage.Choices.class);
    }

    /** Its buttons are no choice, whatever the author has named. */
    @Test
    void whatIsUpToTheUserIsNotChosen() {
        assertThat(page(Pages.KEYCLOAK_CONSENT, "Yes", true)).isInstanceOf(LoginPage.Consent.class);
        assertThat(page(Pages.OIDC_PROVIDER_CONSENT, "Continue", true)).isInstanceOf(LoginPage.Consent.class);
        assertThat(page(Pages.TERMS.replace("<form", "<form action=/required-action"), "Accept", true))
                .isInstanceOf(LoginPage.AccountAction.class);
        assertThat(page(Pages.OTP + "<a href=/skip>Skip</a>", "Skip", true)).isInstanceOf(LoginPage.SecondFactor.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<a href='#x'>A</a>", "<a href='javascript:go()'>A</a>", "<a>A</a>", "<a hidden href=/a>A</a>", "<a href=http://[>A</a>"})
    void aLinkThatIsNoneCannotBeNamed(String html) {
        assertThat(page(html, "A", true)).isInstanceOf(LoginPage.Unexpected.class);
    }
}
