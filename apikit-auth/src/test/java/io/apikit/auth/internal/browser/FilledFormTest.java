package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.BackendError;
import io.apikit.auth.Pages;
import org.junit.jupiter.api.Test;

class FilledFormTest {
    private static PageRequest filled(String at, String html) {
        var page = (LoginPage.PasswordForm) LoginPageTest.page(at, html);
        var form = new FilledForm(page.form()).fill(page.password(), "p&ss wörd");
        page.userName().ifPresent(field -> form.fill(field, "alice"));
        return form.request();
    }

    @Test
    void hiddenFieldsAreKeptTheHoneypotStaysEmptyAndOneButtonIsPressed() {
        var request = filled("https://github.test/login", Pages.GITHUB);

        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.address()).hasToString("https://github.test/session");
        assertThat(request.form().split("&"))
                .containsExactly(
                        "authenticity_token=tok%2B%2F%3D",
                        "login=alice",
                        "password=p%26ss+w%C3%B6rd",
                        "webauthn-conditional=undefined",
                        "webauthn-support=unknown",
                        "required_field_0a1b=",
                        "timestamp=1700000000000",
                        "commit=Sign+in");
        assertThat(request.hasCredentials()).isTrue();
    }

    @Test
    void anUncheckedBoxIsNotSentAndTheActionKeepsItsQuery() {
        var request = filled("https://sso.test/realms/demo/auth", Pages.KEYCLOAK);

        assertThat(request.address().target())
                .isEqualTo("/realms/demo/login-actions/authenticate?session_code=abc&execution=1");
        assertThat(request.form()).isEqualTo("username=alice&password=p%26ss+w%C3%B6rd&credentialId=&login=Sign+In");
    }

    @Test
    void theBaseOfThePageCounts() {
        var request = filled(
                "https://idp.test/a/b/login?x=1",
                "<base href='/other/'><form method=post action=do><input name=user><input type=password name=p></form>");

        assertThat(request.address().target()).isEqualTo("/other/do");
    }

    @Test
    void aFormWithoutAnActionGoesToItsPage() {
        var request = filled(
                "https://idp.test/a/login?x=1",
                "<base href='/other/'><form method=post><input name=user><input type=password name=p></form>");

        assertThat(request.address().target()).isEqualTo("/a/login?x=1");
    }

    @Test
    void cancelIsNotTheButtonToPress() {
        var request = filled("https://idp.test/login", """
                <form method=post><button name=do value=cancel>Cancel</button><input name=user>
                <input type=password name=p><button name=do value=go>Log in</button></form>""");

        assertThat(request.form()).endsWith("do=go").doesNotContain("cancel");
    }

    @Test
    void controlsElsewhereOnThePageBelongToTheFormTheyName() {
        var request = filled("https://idp.test/login", """
                <form id=f method=post><input name=user><input type=password name=p><input form=g name=no></form>
                <form id=g></form><input type=hidden form=f name=extra value=1>""");

        assertThat(request.form()).contains("extra=1").doesNotContain("no=");
    }

    /** A parser closes such a form at once. Its controls belong to it until its end tag. */
    @Test
    void aFormInATableOwnsTheControlsInTheCells() {
        var request = filled("https://idp.test/login", """
                <table><form method=post action=/do><tr><td><input name=user></td><td><input type=password name=p>
                </td></tr><tr><td><button name=go value=1>Log in</button></td></tr></form></table><input name=apart>""");

        assertThat(request.address().path()).isEqualTo("/do");
        assertThat(request.form()).isEqualTo("user=alice&p=p%26ss+w%C3%B6rd&go=1");
    }

    @Test
    void aFormInAFormOwnsItsOwnControls() {
        var request = filled("https://idp.test/login", """
                <form action=/search><div><input name=q></form><form method=post action=/do><input name=user>
                <input type=password name=p></form></div>""");

        assertThat(request.address().path()).isEqualTo("/do");
        assertThat(request.form()).isEqualTo("user=alice&p=p%26ss+w%C3%B6rd");
    }

    @Test
    void anOptionWithoutAValueIsSentAsItsText() {
        var request = filled("https://idp.test/login", """
                <form method=post><select name=realm><option> A
                 realm <option value=b>B</select><input name=user><input type=password name=p></form>""");

        assertThat(request.form()).startsWith("realm=A+realm&user=alice");
    }

    @Test
    void selectsTextareasAndDisabledControlsAreSentAsABrowserDoes() {
        var request = filled("https://idp.test/login", """
                <form method=post><select name=realm><option value=a>A<option value=b selected>B</select>
                <textarea name=note>n</textarea><input type=hidden name=off value=1 disabled>
                <input type=checkbox name=stay checked><input name=user><input type=password name=p></form>""");

        assertThat(request.form())
                .startsWith("realm=b&note=n&stay=on&user=alice")
                .doesNotContain("off=");
    }

    /** jsoup sends {@code m=1}, {@code empty=on}, {@code r=R} and {@code off=1} too. */
    @Test
    void untouchedControlsAreSentAsABrowserDoes() {
        var request = filled("https://idp.test/login", """
                <form method=post><select name=m multiple><option value=1>1</select>
                <input type=checkbox name=empty value='' checked><input type=reset name=r value=R>
                <input type=file name=f><fieldset disabled><input name=off value=1></fieldset>
                <input name=user><input type=password name=p></form>""");

        assertThat(request.form()).isEqualTo("empty=&f=&user=alice&p=p%26ss+w%C3%B6rd");
    }

    @Test
    void aPasswordIsNeverPutIntoAUrl() {
        assertThatThrownBy(() -> filled(
                        "https://idp.test/login?x=1", "<form><input name=user><input type=password name=p></form>"))
                .isInstanceOf(BackendError.class)
                .hasMessageContaining("https://idp.test/login")
                .hasMessageContaining("GET")
                .hasMessageNotContaining("ss w")
                .hasMessageNotContaining("x=1");
    }

    @Test
    void anActionWithUserInfoIsRefused() {
        assertThatThrownBy(() -> filled("https://idp.test/login", """
                        <form method=post action="https://u:secret@idp.test/"><input name=user>
                        <input type=password name=p></form>"""))
                .isInstanceOf(BackendError.class)
                .hasMessageContaining("user info")
                .hasMessageNotContaining("secret");
    }
}
