package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The best form of a page is filled in. */
class LoginFormsTest {
    private static final String LOGIN =
            "<form method=post action=/login><input name=user><input type=password name=p></form>";
    private static final String OTHER =
            "<form method=post action=/other><input name=user><input type=password name=p></form>";

    private static LoginPage page(String html, Optional<PageLogin.Fields> fields) {
        var allowed = new LoginOrigins("https://app.test", Set.of("https://idp.test"));
        var settings = new PageLogin.Settings(false, Optional.empty(), fields);
        return LoginPage.of(
                new HtmlPage(Address.of("https://idp.test/in"), html, Optional.empty()),
                new LoginPage.Situation(allowed, settings, true, false, Optional.empty(), Optional.empty()));
    }

    private static String action(String html) {
        var kind = page(html, Optional.empty());
        assertThat(kind).isInstanceOf(LoginPage.PasswordForm.class);
        return ((LoginPage.PasswordForm) kind).form().action().target();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<form method=post action=/other><input type=password name=p></form>",
                "<form method=post action=/other><input name=user><input type=password name=p><input type=password name=q></form>",
                "<form action=/other><input name=user><input type=password name=p></form>",
                "<form method=post action='javascript:go()'><input name=user><input type=password name=p></form>",
                "<form method=post action=/register><input name=user><input type=password name=p></form>",
                "<form method=post action=/other id=signup-form><input name=user><input type=password name=p></form>",
                "<form method=post action=/other class=password-reset><input name=user><input type=password name=p></form>",
                "<form method=post action=/other><input name=user><input type=password name=p><button>Sign up</button></form>",
                "<form method=post action=/other><input name=user><input type=password name=p>"
                        + "<input type=submit value='Create an account'></form>",
                "<form method=post action=/newsletter><input name=email><input type=password name=p></form>",
                "<form method=post action=/other hidden><input name=user><input type=password name=p></form>",
                "<div style='display: none'><form method=post action=/other><input name=user><input type=password name=p>"
                        + "</form></div>",
                "<div class=d-none><form method=post action=/other><input name=user><input type=password name=p></form></div>",
                "<div class='tab-pane fade'><form method=post action=/other><input name=user><input type=password name=p>"
                        + "</form></div>",
                "<div class=modal><form method=post action=/other><input name=user><input type=password name=p></form></div>",
                "<dialog><form method=post action=/other><input name=user><input type=password name=p></form></dialog>",
                "<div class=sr-only><form method=post action=/other><input name=user><input type=password name=p></form></div>",
                "<div style='height:0; overflow:hidden'><form method=post action=/other><input name=user>"
                        + "<input type=password name=p></form></div>",
                "<section aria-hidden=true><form method=post action=/other><input name=user><input type=password name=p></form>"
                        + "</section>",
                "<div inert><form method=post action=/other><input name=user><input type=password name=p></form></div>",
                "<template><form method=post action=/other><input name=user><input type=password name=p></form></template>",
                "<noscript><form method=post action=/other><input name=user><input type=password name=p></form></noscript>",
                "<form method=post action=/other><fieldset disabled><input name=user><input type=password name=p></fieldset>"
                        + "</form>",
                "<form method=post action=/other><input name=user><input type=password name=p disabled></form>",
            })
    void anotherFormScoresLessOnEitherSide(String other) {
        assertThat(action(other + LOGIN)).isEqualTo("/login");
        assertThat(action(LOGIN + other)).isEqualTo("/login");
    }

    /** Such a form is still taken if there is no better one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<noscript>%s</noscript>",
                "<div class='tab-pane'>%s</div>",
                "<div class='hidden md:block'>%s</div>",
                "<div class='d-none d-lg-flex'>%s</div>",
                "<div class='tab-pane active'>%s</div>",
                "<dialog open>%s</dialog>"
            })
    void aFormThatMayBeHiddenIsBetterThanNone(String around) {
        assertThat(action(around.replace("%s", LOGIN))).isEqualTo("/login");
    }

    @Test
    void identicalFormsCountAsOne() {
        assertThat(action(LOGIN + "<hr>" + LOGIN)).isEqualTo("/login");
        assertThat(page(LOGIN + LOGIN.replace("/login", "/login?kind=ldap"), Optional.empty()))
                .isInstanceOf(LoginPage.SeveralForms.class);
        assertThat(page(LOGIN + LOGIN.replace("name=user", "name=email"), Optional.empty()))
                .isInstanceOf(LoginPage.SeveralForms.class);
    }

    @Test
    void twoOfEqualScoreAreNotGuessedAt() {
        var kind = page(LOGIN + OTHER, Optional.empty());

        assertThat(kind).isInstanceOf(LoginPage.SeveralForms.class);
        assertThat(((LoginPage.SeveralForms) kind).forms())
                .extracting(form -> form.action().path())
                .containsExactly("/login", "/other");
    }

    /** What the page has chosen beforehand is sent with the credentials. What nobody has chosen is not. */
    @ParameterizedTest
    @CsvSource({
        "<input type=checkbox name=consent value=yes checked>, Consent",
        "<input type=checkbox name=consent value=yes>, PasswordForm",
        "<input type=radio name=approval value=yes checked>, Consent",
        "<input type=radio name=approval value=yes>, PasswordForm",
        "<select name=consent><option>Yes</select>, Consent",
        "<select name=consent><option value=''>Choose<option>Yes</select>, PasswordForm",
        "<input type=hidden name=consent value=yes>, Consent",
        "<input type=checkbox name=remember checked>, PasswordForm"
    })
    void aFormThatAgreesByWhatIsChosenBeforehandIsNotFilledIn(String field, String kind) {
        assertThat(page(LOGIN.replace("</form>", field + "</form>"), Optional.empty())
                        .getClass()
                        .getSimpleName())
                .isEqualTo(kind);
    }

    @Test
    void aFormToRegisterIsNeverFilledIn() {
        var register = "<form method=post action=/register><input name=user>"
                + "<input type=password name=p autocomplete=new-password><button>Register</button></form>";

        assertThat(page(register, Optional.empty())).isInstanceOf(LoginPage.Unexpected.class);
        assertThat(action(register + LOGIN)).isEqualTo("/login");
    }

    @Test
    void theFormForTheUserNameIsTheOneThatIsShown() {
        var first = "<form method=post action=/first><input name=username></form>";
        var kind = page(
                "<div class=modal>" + first.replace("/first", "/x") + "</div>" + first + "<div class=collapse>" + LOGIN
                        + "</div>",
                Optional.empty());

        assertThat(kind).isInstanceOf(LoginPage.UserNameForm.class);
        assertThat(((LoginPage.UserNameForm) kind).form().action().path()).isEqualTo("/first");
        assertThat(page(first + first.replace("/first", "/second"), Optional.empty()))
                .isInstanceOf(LoginPage.SeveralForms.class);
    }

    /** Where the author names the fields, nothing else counts. */
    @Test
    void namedFieldsAreTheForm() {
        var odd = "<form method=post action=/odd><input name=a><input name=b><input name=c></form>";
        var fields = Optional.of(new PageLogin.Fields("c", "a"));

        var kind = page(LOGIN + odd + OTHER, fields);

        assertThat(kind).isInstanceOf(LoginPage.PasswordForm.class);
        var form = (LoginPage.PasswordForm) kind;
        assertThat(form.password().name()).isEqualTo("a");
        assertThat(form.userName().orElseThrow().name()).isEqualTo("c");
        assertThat(page("<form method=post><input name=c></form>", fields)).isInstanceOf(LoginPage.UserNameForm.class);
        assertThat(page(odd + odd.replace("/odd", "/odder"), fields)).isInstanceOf(LoginPage.SeveralForms.class);
    }
}
