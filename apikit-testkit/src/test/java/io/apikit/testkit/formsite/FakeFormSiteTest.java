package io.apikit.testkit.formsite;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.TestBrowser;
import io.apikit.testkit.support.TestClock;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FakeFormSiteTest {
    private final TestClock clock = new TestClock();
    private final FakeFormSite site = FakeFormSite.inFrontOf(ctx -> ctx.result(FakeFormSite.user(ctx)))
            .clock(clock)
            .sessionLife(Duration.ofMinutes(10))
            .start();
    private final TestBrowser browser = new TestBrowser();

    @BeforeEach
    void addUser() {
        site.addUser("alice", "wonderland");
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private BrowserPage get(String path) {
        return browser.get(site.url() + path);
    }

    private BrowserPage logIn(String password) {
        return get("/login").submit("user", "alice", "secret", password);
    }

    private String cookie(String name) {
        return String.valueOf(browser.cookies(site.url()).get(name));
    }

    @Test
    void loginBeginsAnotherSessionWithAnotherToken() {
        get("/login");
        String session = cookie("sessionid");
        String token = cookie("csrftoken");

        assertThat(logIn("wonderland").status()).isEqualTo(302);

        assertThat(get("/data").body()).isEqualTo("alice");
        assertThat(cookie("sessionid")).isNotEqualTo(session);
        assertThat(cookie("csrftoken")).isNotEqualTo(token);
        assertThat(new TestBrowser()
                        .get(site.url() + "/data", "Cookie", "sessionid=" + session)
                        .status())
                .isEqualTo(302);
        assertThat(site.logins("alice")).isOne();
        assertThat(site.handled()).isOne();
    }

    @Test
    void loginNeedsTheTokenOfItsPage() {
        BrowserPage page = get("/login");
        browser.post(site.url() + "/login", Map.of("user", "alice", "secret", "wonderland", "csrftoken", "forged"));

        assertThat(site.logins()).isZero();
        assertThat(page.submit("user", "alice", "secret", "wonderland").status())
                .isEqualTo(302);
    }

    @ParameterizedTest
    @CsvSource({
        "FORM_200, 200, true",
        "FORM_401, 401, true",
        "FORM_403, 403, true",
        "REDIRECT_TO_PAGE, 302, false",
        "REDIRECT_TO_ERROR, 302, false"
    })
    void wrongPasswordGetsTheFormOrARedirect(WrongPassword response, int status, boolean isForm) {
        site.wrongPassword(response);

        BrowserPage page = logIn("looking-glass");

        assertThat(page.status()).isEqualTo(status);
        assertThat(page.body().contains("type=\"password\"")).isEqualTo(isForm);
        assertThat(site.logins()).isZero();
        assertThat(site.loginAttempts("alice")).isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "REDIRECT, 302, ''", "STATUS_401, 401, not logged in", "PAGE_200, 200, type=\"password\"",
        "PAGE_403, 403, type=\"password\"", "REFRESH_403, 403, http-equiv", "STATUS_403, 403, Missing"
    })
    void endOfASessionShowsAsSet(EndedSession sign, int status, String body) {
        logIn("wonderland");
        site.endSessions();
        site.endedSession(sign);

        BrowserPage page = get("/data");

        assertThat(page.status()).isEqualTo(status);
        assertThat(page.body()).contains(body);
    }

    @Test
    void useProlongsASession() {
        logIn("wonderland");
        for (int i = 0; i < 3; i++) {
            clock.pass(Duration.ofMinutes(9));
            assertThat(get("/data").body()).isEqualTo("alice");
        }
        clock.pass(Duration.ofMinutes(10));

        assertThat(get("/data").status()).isEqualTo(302);
    }

    @ParameterizedTest
    @CsvSource({"DJANGO, 403", "FLASK_WTF, 400"})
    void requestThatChangesSomethingNeedsTheTokenOfNow(CsrfRefusal refusal, int status) {
        site.csrfRefusal(refusal);
        logIn("wonderland");
        String token = cookie("csrftoken");

        assertThat(post(token)).isEqualTo(200);
        assertThat(post("forged")).isEqualTo(status);
        site.rotateTokens();
        assertThat(post(token)).isEqualTo(status);

        get("/login");
        assertThat(post(cookie("csrftoken"))).isEqualTo(200);
        assertThat(get("/form").body()).contains(cookie("csrftoken"));
        assertThat(get("/csrf").body()).contains(cookie("csrftoken"));
        assertThat(site.csrfRefusals()).isEqualTo(2);
    }

    private int post(String token) {
        return browser.send(HttpRequest.newBuilder(URI.create(site.url() + "/data"))
                        .header("X-CSRFToken", token)
                        .header("Origin", site.url())
                        .header("Referer", site.url() + "/login")
                        .POST(BodyPublishers.noBody()))
                .status();
    }

    @Test
    void areaHasACookieOfItsOwn() {
        logIn("wonderland");
        String session = "sessionid=" + cookie("sessionid");

        assertThat(new TestBrowser()
                        .get(site.url() + "/data", "Cookie", session)
                        .body())
                .isEqualTo("alice");
        assertThat(new TestBrowser()
                        .get(site.url() + "/area/x", "Cookie", session)
                        .status())
                .isEqualTo(302);
        assertThat(site.strayCookies()).isZero();
        assertThat(get("/area/x").body()).isEqualTo("alice");
        assertThat(get("/data").body()).isEqualTo("alice");
        assertThat(site.strayCookies()).isOne();
    }

    @Test
    void withoutTheCheckAPostNeedsNoToken() {
        try (FakeFormSite lenient =
                FakeFormSite.inFrontOf(ctx -> ctx.result("posted")).csrf(false).start()) {
            lenient.addUser("alice", "wonderland");
            browser.get(lenient.url() + "/login").submit("user", "alice", "secret", "wonderland");

            assertThat(browser.post(lenient.url() + "/data", Map.of()).body()).isEqualTo("posted");
            assertThat(browser.post(site.url() + "/data", Map.of()).status()).isNotEqualTo(200);
        }
    }
}
