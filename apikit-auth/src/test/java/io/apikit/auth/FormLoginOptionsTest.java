package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.auth.internal.formlogin.CsrfSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FormLoginOptionsTest {
    @Test
    void mistakesAreNamed() {
        assertMistake("page", login -> login.page("login"));
        assertMistake("page", login -> login.page("//evil.example.org/login"));
        assertMistake("page", login -> login.page("https://user:pass@example.org/login"));
        assertMistake("probe", login -> login.probe("ftp://example.org/"));
        assertMistake("fields", login -> login.fields("user", " "));
        assertMistake("csrfCookie", login -> login.csrfCookie("a b"));
        assertMistake("csrfHeader", login -> login.csrfHeader("X-CSRF:"));
        assertMistake("csrfHeader", login -> login.csrfHeader("Cookie"));
        assertMistake("csrfHeader", login -> login.csrfHeader("Content-Length"));
        assertMistake("csrfFrom", login -> login.csrfFrom("/crumb", "field", ""));
        assertMistake("one source", login -> login.csrfCookie("csrftoken").csrfField("/", "csrf_token"));
        assertMistake("logout", login -> login.logout("PATCH", "/logout"));
        assertMistake("renewOn", login -> login.renewOn(42));
    }

    @Test
    void headerMayBeSetBeforeAndAfterItsSource() {
        for (var options : List.<Consumer<FormLoginOptions>>of(
                login -> login.csrfCookie("_xsrf").csrfHeader("X-XSRFToken"),
                login -> login.csrfHeader("X-XSRFToken").csrfCookie("_xsrf"))) {
            var login = new FormLoginOptions();
            options.accept(login);

            assertThat(login.settings().csrf()).isEqualTo(new CsrfSource.Cookie("_xsrf", "X-XSRFToken"));
        }
    }

    @Test
    void endpointWithoutAFieldForTheHeaderUsesTheOption() {
        var login = new FormLoginOptions();
        login.csrfFrom("/csrf_token/", "result");

        assertThat(login.settings().csrf())
                .isEqualTo(new CsrfSource.Endpoint("/csrf_token/", Optional.empty(), "result", "X-CSRFToken"));
    }

    private static void assertMistake(String named, Consumer<FormLoginOptions> options) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Authenticator.formLogin(options))
                .withMessageContaining(named)
                .withMessageNotContaining("user:pass");
    }
}
