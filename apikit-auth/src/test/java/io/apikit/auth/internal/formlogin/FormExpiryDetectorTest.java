package io.apikit.auth.internal.formlogin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.internal.browser.CookieSet;
import io.apikit.auth.internal.browser.PageLogin;
import io.apikit.auth.internal.formlogin.FormExpiryDetector.SessionState;
import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.http.BackendResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a response to a request of {@code /app/x} says of a session whose login page is {@code /app/login}. */
class FormExpiryDetectorTest {
    private static final String FORM =
            "<form method=post action=/x><input name=user><input name=secret type=password></form>";

    private static FormSession session(Optional<String> probe) {
        return session("/login", probe);
    }

    private static FormSession session(String loginPage, Optional<String> probe) {
        return session(loginPage, probe, Optional.empty());
    }

    private static FormSession session(String loginPage, Optional<String> probe, Optional<RenewalSigns> loggedOut) {
        var settings = new FormSettings(
                loginPage,
                Optional.empty(),
                probe,
                new CsrfSource.None(),
                loggedOut,
                RenewalSigns.NONE,
                false,
                Optional.empty());
        return new FormSession(
                FormSite.of(settings, "http://localhost", "/app"),
                CookieSet.none(),
                Set.of("sid"),
                Optional.of(new PageLogin.Fields("user", "secret")),
                () -> 0);
    }

    private static SessionState judge(BackendResponse response) {
        return FormExpiryDetector.judge(session(Optional.empty()), response, "/app/x", request -> {
            throw new AssertionError("nothing is asked without a probe");
        });
    }

    private static BackendResponse page(int status, String text) {
        return BackendResponse.of(status, Map.of("Content-Type", List.of("text/html")), text.getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "/app/login, EXPIRED", "/app/login/, EXPIRED", "login?next=/app/x, EXPIRED",
                "http://localhost/app/login#x, EXPIRED",
        "/login, ALIVE", "/app/login/help, ALIVE", "/app/y, ALIVE", "https://localhost/app/login, ALIVE",
        "http://elsewhere/app/login, ALIVE", "http://[, ALIVE"
    })
    void redirectToTheLoginPageIsTheEnd(String location, SessionState state) {
        for (var status : new int[] {301, 302, 303, 307, 308}) {
            assertThat(judge(BackendResponse.of(status, Map.of("Location", List.of(location)), new byte[0])))
                    .isEqualTo(state);
        }
    }

    @ParameterizedTest
    @CsvSource({"200, UNKNOWN", "403, EXPIRED", "404, ALIVE", "500, ALIVE", "201, ALIVE"})
    void loginPageIsTheEnd(int status, SessionState state) {
        assertThat(judge(page(status, "<html>" + FORM))).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "<form><input name=user><input name=secret type=password><input name=again type=password></form>",
                "<form><input name=user><input name=other type=password></form>",
                "<form><input name=secret type=password></form>",
                "<form><input name=user><input name=secret></form>",
                "<meta http-equiv=refresh content='5;url=/app/x'>",
                "<meta http-equiv=refresh content='1800;url=/app/login'>",
                "<meta http-equiv=refresh content='11; URL=/app/login'>",
                "<script>var page = '<input type=password name=secret>';</script>",
                "<p>your password is /app/login</p>",
            })
    void otherPagesAreTheBackendsOwn(String text) {
        assertThat(judge(page(200, text))).isEqualTo(SessionState.ALIVE);
        assertThat(judge(page(403, text))).isEqualTo(SessionState.DENIED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "<meta http-equiv='refresh' content='1;url=/app/login?from=%2F'/>",
                "<META HTTP-EQUIV=Refresh CONTENT=\"0; URL='login'\">",
            })
    void pageThatGoesOnToTheLoginPageIsTheEnd(String text) {
        assertThat(judge(page(200, text))).isEqualTo(SessionState.UNKNOWN);
        assertThat(judge(page(403, text))).isEqualTo(SessionState.EXPIRED);
    }

    @ParameterizedTest
    @CsvSource({
        "200, UNKNOWN",
        "201, UNKNOWN",
        "302, EXPIRED",
        "400, EXPIRED",
        "404, EXPIRED",
        "500, UNKNOWN",
        "503, UNKNOWN"
    })
    void signOfTheAuthorInAnErrorOfTheServerLeavesOpenWhatWasDone(int status, SessionState state) {
        var session = session("/login", Optional.empty(), Optional.of(RenewalSigns.NONE.renewWhen(response -> true)));

        assertThat(FormExpiryDetector.judge(session, page(status, "x"), "/app/x", request -> page(200, "")))
                .isEqualTo(state);
    }

    @Test
    void pathOfThePageMayHaveLettersBeyondAscii() {
        var location = new String("/app/anmeldung-f\u00fcr".getBytes(UTF_8), ISO_8859_1);
        var session = session("/anmeldung-f\u00fcr", Optional.empty());
        var response = BackendResponse.of(302, Map.of("Location", List.of(location)), new byte[0]);

        assertThat(FormExpiryDetector.judge(session, response, "/app/x", request -> response))
                .isEqualTo(SessionState.EXPIRED);
    }

    @ParameterizedTest
    @CsvSource({
        "'0;url=/app/login', EXPIRED",
        "'1; URL=\"login?next=x\"', EXPIRED",
        "'5;url=/app/x', DENIED",
        "5, DENIED",
        "1800;url=/app/login, DENIED"
    })
    void headerThatGoesOnToTheLoginPageIsTheEnd(String refresh, SessionState state) {
        var headers = Map.of("Content-Type", List.of("text/html"), "Refresh", List.of(refresh));

        assertThat(judge(BackendResponse.of(403, headers, new byte[0]))).isEqualTo(state);
    }

    @Test
    void bodyThatIsNoPageIsNotRead() {
        var response = BackendResponse.open(200, null, Map.of("Content-Type", List.of("application/json")), () -> {
            throw new AssertionError("the body is read");
        });

        assertThat(judge(response)).isEqualTo(SessionState.ALIVE);
    }

    @ParameterizedTest
    @CsvSource({
        "sid=; Max-Age=0; Path=/, 200, ENDED", "sid=; Max-Age=0; Path=/, 403, EXPIRED", "sid=; Path=/, 200, ENDED",
        "sid=other; Path=/, 200, ALIVE", "sid=; Max-Age=0; Path=/y, 200, ALIVE", "other=; Max-Age=0; Path=/, 200, ALIVE"
    })
    void deletedCookieIsTheEnd(String cookie, int status, SessionState state) {
        var begun = session(Optional.empty())
                .after(
                        BackendResponse.of(200, Map.of("Set-Cookie", List.of("sid=1; Path=/")), new byte[0]),
                        "/app/login");
        var response = BackendResponse.of(status, Map.of("Set-Cookie", List.of(cookie)), new byte[0]);

        assertThat(FormExpiryDetector.judge(begun, response, "/app/x", request -> response))
                .isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({"200, DENIED", "401, EXPIRED", "403, EXPIRED", "302, EXPIRED", "500, DENIED"})
    void probeDecidesAboutARefusal(int status, SessionState state) {
        var probed = BackendResponse.of(status, Map.of("Location", List.of("/app/login")), new byte[0]);

        assertThat(FormExpiryDetector.judge(session(Optional.of("/me")), page(403, "no"), "/app/x", request -> probed))
                .isEqualTo(state);
    }

    @Test
    void deadSessionIsAskedAboutOnce() {
        var session = session(Optional.of("/me"));
        var dead = BackendResponse.of(401, Map.of(), new byte[0]);
        FormExpiryDetector.judge(session, page(403, "no"), "/app/x", request -> dead);

        assertThat(FormExpiryDetector.judge(session, page(403, "no"), "/app/x", request -> {
                    throw new AssertionError("it is asked again");
                }))
                .isEqualTo(SessionState.EXPIRED);
    }
}
