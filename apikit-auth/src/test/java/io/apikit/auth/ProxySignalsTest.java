package io.apikit.auth;

import static io.apikit.auth.ScriptedTransport.answer;
import static io.apikit.auth.ScriptedTransport.html;
import static io.apikit.auth.ScriptedTransport.redirect;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.Authenticator.Verdict;
import io.apikit.auth.OAuth2ProxyOptions.OAuth2ProxyAuthentication;
import io.apikit.http.BackendResponse;
import io.apikit.testkit.identityprovider.HostilePage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySignalsTest {
    private static final String ASK = "GET https://app.test/oauth2/auth";
    private static final String SIGN_IN =
            "<title>Sign In</title><form method=GET action=/oauth2/start><input type=hidden name=rd value=/></form>";
    private static final String OWN_LOGIN = "<form method=post><input name=user><input type=password name=p></form>";

    private final Authenticator mode = OAuth2ProxyAuthentication.with(options -> {});
    private final ScriptedTransport ask = new ScriptedTransport("https://app.test");
    private final Login login = Login.of(Map.of())
            .cookie("_oauth2_proxy_0", "a")
            .cookie("_oauth2_proxy_1", "b")
            .cookie("_oauth2_proxy_2", "c");

    private Verdict judged(BackendResponse response) {
        return mode.judge(response, login, ask);
    }

    private Verdict judgedWithoutAsking(BackendResponse response) {
        var verdict = judged(response);
        assertThat(ask.steps()).isEmpty();
        return verdict;
    }

    private static BackendResponse json(int status, String body, String... setCookies) {
        return answer(status, body, "Content-Type", "application/json", setCookies);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 304, 400, 404, 429, 500, 502, 503})
    void otherAnswersAreTheBackends(int status) {
        assertThat(judgedWithoutAsking(json(status, "{}"))).isEqualTo(Verdict.ACCEPTED);
        assertThat(judgedWithoutAsking(html(status, "<p>hello"))).isEqualTo(Verdict.ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", " {}\n"})
    void anEmptyJson401IsTheProxys(String body) {
        assertThat(judgedWithoutAsking(json(401, body))).isEqualTo(Verdict.EXPIRED);
    }

    @ParameterizedTest
    @CsvSource({
        "401, 202, DENIED", "401, 401, EXPIRED", "401, 403, DENIED", "401, 404, EXPIRED", "401, 500, EXPIRED",
        "403, 202, DENIED", "403, 401, EXPIRED", "403, 403, DENIED", "403, 404, DENIED", "403, 500, DENIED"
    })
    void whereInDoubtTheProxyIsAsked(int status, int auth, Verdict verdict) {
        ask.on(ASK, html(auth, ""));

        assertThat(judged(json(status, "{\"why\":\"no\"}"))).isEqualTo(verdict);
        assertThat(judged(html(status, "<p>no"))).isEqualTo(verdict);
        assertThat(ask.steps()).containsExactly(ASK, ASK);
        assertThat(ask.request(ASK).header("Cookie"))
                .contains("_oauth2_proxy_0=a; _oauth2_proxy_1=b; _oauth2_proxy_2=c");
    }

    @ParameterizedTest
    @CsvSource({"401, EXPIRED", "403, DENIED"})
    void aProxyThatCannotBeReachedLeavesTheLikelierCase(int status, Verdict verdict) {
        assertThat(judged(json(status, "{\"why\":\"no\"}"))).isEqualTo(verdict);
    }

    @Test
    void a401WithAChallengeIsAskedAbout() {
        ask.on(ASK, html(202, ""));
        var headers = Map.of("Content-Type", List.of("application/json"), "WWW-Authenticate", List.of("Bearer"));

        assertThat(judged(BackendResponse.of(401, headers, new byte[0]))).isEqualTo(Verdict.DENIED);
    }

    @Test
    void theSignInPageOfTheProxyIsExpiry() {
        assertThat(judgedWithoutAsking(html(403, SIGN_IN))).isEqualTo(Verdict.EXPIRED);
    }

    /** Some proxies send their page with 200. A page of a live session's backend may lead to the sign-in too. */
    @ParameterizedTest
    @CsvSource({"202, ACCEPTED", "401, EXPIRED", "404, EXPIRED"})
    void aSignInPageWithASuccessIsAskedAbout(int auth, Verdict verdict) {
        ask.on(ASK, html(auth, ""));

        assertThat(judged(html(200, SIGN_IN))).isEqualTo(verdict);
        assertThat(judged(html(200, SIGN_IN + " ".repeat(600_000)))).isEqualTo(verdict);
        assertThat(ask.steps()).containsExactly(ASK, ASK);
    }

    @Test
    void aSignInPageIsKnownByItsPrefix() {
        var moved = OAuth2ProxyAuthentication.with(options -> options.start("/gate/start"));

        assertThat(moved.judge(html(200, SIGN_IN), login, ask)).isEqualTo(Verdict.ACCEPTED);
        assertThat(moved.judge(html(403, SIGN_IN.replace("/oauth2", "/gate")), login, ask))
                .isEqualTo(Verdict.EXPIRED);
    }

    @Test
    void anAccountThatIsNotAdmittedIsDenied() {
        assertThat(judgedWithoutAsking(html(403, "The session failed authorization checks")))
                .isEqualTo(Verdict.DENIED);
    }

    @Test
    void onlyTheBeginningOfAPageSaysThatAnAccountIsNotAdmitted() {
        var said = "The session failed authorization checks";
        ask.on(ASK, html(401, ""));

        assertThat(judgedWithoutAsking(html(403, "\n".repeat(60_000) + said))).isEqualTo(Verdict.DENIED);
        assertThat(judged(html(403, "\n".repeat(70_000) + said))).isEqualTo(Verdict.EXPIRED);
        assertThat(ask.steps()).containsExactly(ASK);
    }

    /** As oauth2-proxy 7.15 answers: the page leads to the sign-in page, and the session is taken away. */
    @Test
    void anAccountThatIsNoLongerAdmittedIsDeniedThoughItsCookiesGo() {
        var page = "<title>403 Forbidden</title><p>You do not have permission to access this resource.</p>"
                + "<form method=GET action=/oauth2/sign_in><button>Sign in</button></form>";
        var gone = html(403, page, "_oauth2_proxy_0=; Path=/; Max-Age=0", "_oauth2_proxy_1=; Path=/; Max-Age=0");

        assertThat(judgedWithoutAsking(gone)).isEqualTo(Verdict.DENIED);
    }

    /** As it answers with {@code --force-json-errors}, where a dead session is 401. */
    @Test
    void anAccountThatIsNoLongerAdmittedIsDeniedInJsonToo() {
        var gone = "_oauth2_proxy=; Path=/; Max-Age=0";

        assertThat(judgedWithoutAsking(json(403, "{}", gone))).isEqualTo(Verdict.DENIED);
        assertThat(judgedWithoutAsking(json(401, "{}", gone))).isEqualTo(Verdict.EXPIRED);
    }

    @ParameterizedTest
    @CsvSource({
        "https://app.test/oauth2/start?rd=/, EXPIRED",
        "/oauth2/start, EXPIRED",
        "/oauth2/sign_in?rd=/x, EXPIRED",
        "/oauth2/started, ACCEPTED",
        "https://APP.test:443/next, ACCEPTED",
        "next?x=y, ACCEPTED",
        "ftp://x, ACCEPTED"
    })
    void redirectsToTheSignInAreExpiryAndOthersStay(String location, Verdict verdict) {
        assertThat(judgedWithoutAsking(redirect(302, location))).isEqualTo(verdict);
        assertThat(judgedWithoutAsking(redirect(307, location))).isEqualTo(verdict);
    }

    /** A live session's backend may redirect anywhere. */
    @ParameterizedTest
    @CsvSource({"202, ACCEPTED", "401, EXPIRED", "403, DENIED", "404, EXPIRED", "503, EXPIRED"})
    void aRedirectToAnotherOriginIsAskedAbout(int auth, Verdict verdict) {
        ask.on(ASK, html(auth, ""));

        for (var location : List.of("https://idp.test/auth?x=y", "//idp.test/auth", "http://app.test/")) {
            assertThat(judged(redirect(302, location))).isEqualTo(verdict);
            assertThat(judged(redirect(307, location))).isEqualTo(verdict);
        }
        assertThat(ask.steps()).hasSize(6).containsOnly(ASK);
    }

    @ParameterizedTest
    @CsvSource({"202, ACCEPTED", "401, EXPIRED", "404, EXPIRED"})
    void aPageWithAPasswordFieldIsAskedAbout(int auth, Verdict verdict) {
        ask.on(ASK, html(auth, ""));

        assertThat(judged(html(200, OWN_LOGIN))).isEqualTo(verdict);
    }

    @Test
    void aPageThatOnlySpeaksOfPasswordsIsTheBackends() {
        assertThat(judgedWithoutAsking(html(200, "<p>Choose a good password at /oauth2/start")))
                .isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void anOrdinaryTableThatMentionsAPasswordIsNotAskedAbout() {
        assertThat(judgedWithoutAsking(html(200, HostilePage.ORDINARY_TABLE.html(500_000))))
                .isEqualTo(Verdict.ACCEPTED);
    }

    @ParameterizedTest
    @CsvSource({"202, ACCEPTED", "401, EXPIRED", "404, EXPIRED"})
    void aFormBehindTheBeginningOfALongPageIsAskedAbout(int auth, Verdict verdict) {
        ask.on(ASK, html(auth, ""));

        assertThat(judged(html(200, " ".repeat(100_000) + OWN_LOGIN))).isEqualTo(verdict);
        assertThat(judged(html(200, " ".repeat(100_000) + SIGN_IN))).isEqualTo(verdict);
        assertThat(ask.steps()).containsExactly(ASK, ASK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_oauth2_proxy_csrf=x; Path=/",
                "_oauth2_proxy_1a2b3c4d_csrf=x",
                "_oauth2_proxy=; Max-Age=0",
                "_oauth2_proxy_0=gone; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
            })
    void aLoginBegunOrASessionTakenAwayIsExpiry(String cookie) {
        assertThat(judgedWithoutAsking(json(200, "{}", cookie))).isEqualTo(Verdict.EXPIRED);
        assertThat(judgedWithoutAsking(html(403, "", cookie))).isEqualTo(Verdict.EXPIRED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app_csrf=x",
                "_oauth2_proxy_csrf=; Max-Age=0",
                "_oauth2_proxy_x=; Max-Age=0",
                "JSESSIONID=x",
                "x=; Max-Age=0"
            })
    void otherCookiesSayNothing(String cookie) {
        assertThat(judgedWithoutAsking(json(200, "{}", cookie))).isEqualTo(Verdict.ACCEPTED);
        assertThat(mode.refreshed(login, json(200, "{}", cookie))).isSameAs(login);
    }

    @Test
    void anAnswerThatRenewsTheSessionIsTheBackends() {
        assertThat(judgedWithoutAsking(json(401, "{}", "_oauth2_proxy=new"))).isEqualTo(Verdict.DENIED);
        assertThat(judgedWithoutAsking(json(200, "{}", "_oauth2_proxy=new", "_oauth2_proxy_0=; Max-Age=0")))
                .isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void aRollingCookieReplacesAllTheOldParts() {
        var rolled = mode.refreshed(
                login, json(401, "{}", "_oauth2_proxy_0=x; Max-Age=60", "_oauth2_proxy_1=y; Max-Age=61"));

        assertThat(rolled.signature()).containsEntry("Cookie", "_oauth2_proxy_0=x; _oauth2_proxy_1=y");
        assertThat(rolled.life()).contains(Duration.ofMinutes(1));
        assertThat(mode.refreshed(rolled, json(200, "{}", "_oauth2_proxy=z", "other=1"))
                        .signature())
                .containsEntry("Cookie", "_oauth2_proxy=z");
    }

    @Test
    void aDeletionOrAMissingPartChangesNothing() {
        assertThat(mode.refreshed(login, json(200, "{}"))).isSameAs(login);
        assertThat(mode.refreshed(login, json(200, "{}", "_oauth2_proxy_0=; Max-Age=0")))
                .isSameAs(login);
        assertThat(mode.refreshed(login, json(200, "{}", "_oauth2_proxy_1=x"))).isSameAs(login);
        assertThat(mode.refreshed(login, json(200, "{}", "_oauth2_proxy_0=x", "_oauth2_proxy_2=z")))
                .isSameAs(login);
    }

    @Test
    void partsComeInTheirOrderWhateverOrderTheyWereSetIn() {
        var rolled = mode.refreshed(login, json(200, "{}", "_oauth2_proxy_1=y", "_oauth2_proxy_0=x"));

        assertThat(rolled.signature()).containsEntry("Cookie", "_oauth2_proxy_0=x; _oauth2_proxy_1=y");
    }

    @Test
    void anExpiryDateIsReadByTheServersClock() {
        var headers = Map.of(
                "Date", List.of("Thu, 01 Jan 2026 00:00:00 GMT"),
                "Set-Cookie", List.of("_oauth2_proxy=x; Expires=Thu, 08 Jan 2026 00:00:00 GMT"));

        assertThat(mode.refreshed(login, BackendResponse.of(200, headers, new byte[0]))
                        .life())
                .contains(Duration.ofDays(7));
    }
}
