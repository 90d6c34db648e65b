package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.testkit.formsite.CsrfRefusal;
import io.apikit.testkit.formsite.EndedSession;
import io.apikit.testkit.formsite.FakeFormSite;
import io.apikit.testkit.formsite.WrongPassword;
import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A login by a form of the backend's own, over real HTTP. */
class FormLoginTest {
    private static final FakeTiming TIMING = new FakeTiming();
    private static final AtomicInteger USERS = new AtomicInteger();
    /** Left open: a test that fails is run once more in the same process. */
    private static final FakeFormSite SITE = FakeFormSite.inFrontOf(FormLoginTest::handle)
            .clock(() -> Instant.EPOCH.plusNanos(TIMING.nanoTime()))
            .sessionLife(Duration.ofMinutes(10))
            .page("/app/login")
            .start();

    private final Credentials user = Credentials.password("user" + USERS.incrementAndGet(), "wonderland");
    private final Credentials wrong = Credentials.password("user" + USERS.get(), "looking-glass");
    private final List<Backend> backends = new ArrayList<>();
    private final Concurrently threads = new Concurrently();
    private final int logins = SITE.logins();
    private final int attempts = SITE.loginAttempts();
    private final int handled = SITE.handled();

    FormLoginTest() {
        SITE.addUser("user" + USERS.get(), "wonderland");
    }

    private static void handle(Context ctx) {
        switch (ctx.path()) {
            case "/app/headers" ->
                ctx.result(String.join(
                        ", ",
                        String.valueOf(ctx.header("Origin")),
                        String.valueOf(ctx.header("Referer")),
                        String.valueOf(ctx.header("X-CSRFToken")),
                        String.valueOf(ctx.header("Cookie"))));
            case "/app/forbidden" -> ctx.status(403).result("not yours");
            case "/app/to-login" -> ctx.redirect("/app/login?next=/app/to-login");
            case "/app/deletes" -> {
                ctx.res().addHeader("Set-Cookie", "sessionid=; Path=/; Max-Age=0");
                ctx.result("deleted");
            }
            case "/app/sets" -> ctx.cookie("theme", "dark");
            default -> ctx.result(FakeFormSite.user(ctx));
        }
    }

    @AfterEach
    void leaveAsFound() {
        threads.close();
        backends.forEach(Backend::close);
        SITE.endedSession(EndedSession.REDIRECT);
        SITE.wrongPassword(WrongPassword.FORM_200);
        SITE.csrfRefusal(CsrfRefusal.DJANGO);
    }

    private Backend backend(String base, Consumer<FormLoginOptions> options) {
        var backend = Backend.at(SITE.url() + base)
                .auth(Authenticator.formLogin(options))
                .retry(RetryPolicy.none())
                .http(HttpOptions.builder()
                        .connectTimeout(Duration.ofSeconds(10))
                        .build())
                .timing(TIMING)
                .random(() -> 0)
                .build();
        backends.add(backend);
        return backend;
    }

    private BackendSession session(Consumer<FormLoginOptions> options) {
        return backend("/app", options).session(user);
    }

    private BackendSession session() {
        return session(login -> login.csrfCookie("csrftoken"));
    }

    private static String text(BackendSession session, String method) {
        var request = method.equals("GET")
                ? BackendRequest.get("/x")
                : BackendRequest.post("/x").json(Map.of());
        return session.send(request).orThrow().text();
    }

    private int logins() {
        return SITE.logins() - logins;
    }

    private int handled() {
        return SITE.handled() - handled;
    }

    private String name() {
        return ((Credentials.Password) user).username();
    }

    @Test
    void unsafeRequestsAloneHaveTokenOriginAndReferer() {
        var session = session();

        assertThat(session.get("/headers").text()).startsWith("null, null, null, ");
        var written = session.post("/headers", Map.of()).text().split(", ", -1);

        assertThat(written[0]).isEqualTo(SITE.url());
        assertThat(written[1]).isEqualTo(SITE.url() + "/app/login");
        assertThat(written[3]).contains("csrftoken=" + written[2]);
        assertThat(logins()).isOne();
    }

    @ParameterizedTest
    @EnumSource(names = "PAGE_200", mode = EnumSource.Mode.EXCLUDE)
    void endedSessionIsRenewedWhateverItsSign(EndedSession sign) {
        var session = session(login -> login.csrfCookie("csrftoken").probe("/x"));
        SITE.endedSession(sign);
        for (var method : List.of("GET", "POST")) {
            text(session, method);
            SITE.endSessions();

            assertThat(text(session, method)).isEqualTo(name());
        }
        assertThat(logins()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(names = "STATUS_403", mode = EnumSource.Mode.EXCLUDE)
    void signsThatAreCertainNeedNoProbe(EndedSession sign) {
        var session = session();
        SITE.endedSession(sign);
        text(session, "GET");
        SITE.endSessions();

        assertThat(text(session, "GET")).isEqualTo(name());
        assertThat(logins()).isEqualTo(2);
    }

    @Test
    void loginPageInPlaceOfAPostsResponseIsAnUnknownOutcome() {
        var session = session();
        text(session, "GET");
        SITE.endedSession(EndedSession.PAGE_200);
        SITE.endSessions();

        SessionTest.assertFails(502, () -> text(session, "POST")).withMessageContaining("Outcome unknown");

        assertThat(text(session, "POST")).isEqualTo(name());
        assertThat(logins()).isEqualTo(2);
    }

    @Test
    void loginPageInPlaceOfAPostsResponseMayMeanNothingDone() {
        var session = session(login -> login.csrfCookie("csrftoken").meansNothingDone());
        text(session, "GET");
        SITE.endedSession(EndedSession.PAGE_200);
        SITE.endSessions();

        assertThat(text(session, "POST")).isEqualTo(name());
        assertThat(logins()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void wrongPasswordIsKnownAndTriedOnce(WrongPassword response) {
        SITE.wrongPassword(response);
        var backend = backend("/app", login -> login.csrfCookie("csrftoken"));

        for (var i = 0; i < 3; i++) {
            SessionTest.assertFails(401, () -> backend.session(wrong).get("/x"))
                    .withMessageContaining("wrong user name or password");
        }

        assertThat(SITE.loginAttempts() - attempts).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void staleTokenIsReplacedOnceForAllCalls(CsrfRefusal refusal) throws Exception {
        SITE.csrfRefusal(refusal);
        assertOneTokenForAll(session(), "/app/login", refusal == CsrfRefusal.DJANGO ? 50 : 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"named", "unnamed"})
    void tokenOfAnEndpointIsKeptWithTheLogin(String kind) throws Exception {
        var origin = SITE.url();
        assertOneTokenForAll(
                session(login -> {
                    if (kind.equals("named")) {
                        login.csrfFrom(origin + "/csrf", "field", "token");
                    } else {
                        login.csrfFrom(origin + "/csrf", "", "result.value");
                    }
                }),
                "/csrf",
                2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"csrf_token", "csrf-token"})
    void tokenOfAPageIsAnInputOrAMetaTag(String name) throws Exception {
        assertOneTokenForAll(session(login -> login.csrfField(SITE.url() + "/form", name)), "/form", 2);
    }

    private void assertOneTokenForAll(BackendSession session, String source, int times) throws Exception {
        assertThat(text(session, "POST")).isEqualTo(name());
        var asked = SITE.count(source);
        SITE.rotateTokens();

        var calls = threads.start(times, () -> text(session, "POST"));

        for (var call : calls) {
            assertThat(Concurrently.ended(call)).isEqualTo(name());
        }
        assertThat(SITE.count(source) - asked).isOne();
        assertThat(handled()).isEqualTo(times + 1);
        assertThat(logins()).isOne();
    }

    @Test
    void tokenThatIsAlwaysRefusedIsSoonNotAskedForAnyMore() {
        var session = session(login -> login.csrfFrom(SITE.url() + "/csrf", "", "token")
                .csrfHeader("X-Other")
                .loggedOut(response -> false));
        var asked = SITE.count("/csrf");

        for (var i = 0; i < 20; i++) {
            assertThat(session.post("/x", Map.of()).status()).isEqualTo(403);
        }

        assertThat(SITE.count("/csrf") - asked).isEqualTo(7);
        assertThat(logins()).isOne();
        assertThat(handled()).isZero();
    }

    @Test
    void deadSessionThatShowsWithTheTokenIsRenewed() {
        var session = session(login -> login.csrfFrom(SITE.url() + "/csrf", "field", "token"));
        text(session, "POST");
        SITE.rotateTokens();
        SITE.endSessions();

        assertThat(text(session, "POST")).isEqualTo(name());
        assertThat(logins()).isEqualTo(2);
    }

    @Test
    void bodyThatCannotBeSentAgainGetsTheRefusalAndTheNextTheToken() {
        var session = session();
        text(session, "GET");
        SITE.rotateTokens();
        var once = BackendRequest.post("/x").body(new ByteArrayInputStream(new byte[3]), "text/plain");

        assertThat(session.send(once).status()).isEqualTo(403);
        var refusals = SITE.csrfRefusals();
        assertThat(text(session, "POST")).isEqualTo(name());

        assertThat(SITE.csrfRefusals()).isEqualTo(refusals);
        assertThat(logins()).isOne();
    }

    @Test
    void cookiesAreSentBelowTheirPathAlone() {
        var strays = SITE.strayCookies();
        var session = backend("", login -> login.page("/app/login")).session(user);

        assertThat(session.get("/x").orThrow().text()).isEqualTo(name());
        assertThat(session.get("/area/x").orThrow().text()).isEqualTo(name());

        assertThat(SITE.strayCookies()).isEqualTo(strays);
    }

    @Test
    void useProlongsALoginAndItsEndIsKnown() {
        var session = session();
        for (var i = 0; i < 4; i++) {
            assertThat(text(session, "GET")).isEqualTo(name());
            TIMING.pass(Duration.ofMinutes(8));
        }
        assertThat(logins()).isOne();
        TIMING.pass(Duration.ofMinutes(3));
        var requests = SITE.count("/app/x");

        assertThat(text(session, "GET")).isEqualTo(name());

        assertThat(logins()).isEqualTo(2);
        assertThat(SITE.count("/app/x") - requests).isOne();
    }

    @Test
    void cookiesOfTheHandlerJoinAndReplaceNone() {
        var request = BackendRequest.get("/headers").header("Cookie", "SessionID=evil; theme=dark; csrftoken=evil");

        var cookie = session().send(request).text();

        assertThat(cookie).contains("; theme=dark").contains("sessionid=").doesNotContain("evil");
    }

    @Test
    void cookiesOfTheBackendAreSentOnce() {
        var builder = Backend.at(SITE.url() + "/app").auth(Authenticator.formLogin(login -> {}));
        var backend = builder.cookies(true).timing(TIMING).build();
        backends.add(backend);
        var session = backend.session(user);

        session.get("/sets").orThrow();

        assertThat(session.get("/headers").text()).containsOnlyOnce("theme=").containsOnlyOnce("sessionid=");
    }

    @Test
    void refusalOfTheBackendIsNoEndOfTheSession() {
        var session = session(login -> login.probe("/x"));
        assertThat(session.get("/forbidden").status()).isEqualTo(403);
        assertThat(session().get("/forbidden").status()).isEqualTo(403);

        assertThat(logins()).isEqualTo(2);
    }

    @Test
    void redirectToTheLoginPageUnderALiveSessionIsTheBackendsOwn() {
        var session = session(login -> login.probe("/x"));

        assertThat(session.get("/to-login").status()).isEqualTo(302);
        assertThat(logins()).isOne();
    }

    @Test
    void deletedSessionCookieEndsTheSession() {
        var session = session();
        text(session, "GET");

        assertThat(session.post("/deletes", Map.of()).text()).isEqualTo("deleted");
        assertThat(logins()).isOne();
        assertThat(text(session, "POST")).isEqualTo(name());

        assertThat(logins()).isEqualTo(2);
    }

    @Test
    void loggedOutReplacesTheSigns() {
        var session = session(login -> login.csrfCookie("csrftoken").loggedOut(response -> response.status() == 404));
        text(session, "GET");
        SITE.endSessions();

        assertThat(session.get("/x").status()).isEqualTo(302);
        assertThat(logins()).isOne();
    }

    @Test
    void userNameMayBeThePassword() {
        SITE.addUser("admin", "admin");
        var session = backend("/app", login -> {}).session(Credentials.password("admin", "admin"));
        session.get("/x").orThrow();
        SITE.endedSession(EndedSession.PAGE_200);
        SITE.endSessions();

        assertThat(session.get("/x").text()).isEqualTo("admin");
    }

    @Test
    void predicateThatFailsIsNamed() {
        var session = session(login -> login.loggedOut(response -> {
            throw new IllegalStateException("a secret");
        }));

        SessionTest.assertFails(502, () -> session.get("/x")).withMessageContaining("loggedOut");
    }

    @Test
    void logOutIsSentWithTheToken() {
        var backend = backend("/app", login -> login.csrfCookie("csrftoken").logout("POST", SITE.url() + "/logout"));
        var before = SITE.logouts();
        text(backend.session(user), "GET");

        backend.close();

        assertThat(SITE.logouts() - before).isOne();
    }

    @Test
    void anotherPageGetsNoPasswordAndIsNamed() {
        var session = session(login -> login.page("/other"));

        SessionTest.assertFails(502, () -> session.get("/x")).withMessageContaining("page(\"/login\")");
        assertThat(SITE.loginAttempts()).isEqualTo(attempts);
    }

    @Test
    void probeThatIsNoSuccessRefusesTheLogin() {
        var session = session(login -> login.probe("/forbidden"));

        SessionTest.assertFails(401, () -> session.get("/x")).withMessageContaining("the probe answered 403");
    }
}
