package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.RetryPolicy;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.apikit.testkit.oauth2proxy.Unauthenticated;
import io.javalin.apibuilder.ApiBuilder;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A request that is not idempotent, whose response shows that the session with the proxy is dead. Below {@code /open/} the
 * proxy asks the backend all the same, as with {@code --skip-auth-route}.
 */
class CarriedOutTest extends FrontDoorTest {
    private static final String PASSWORD = "wonderland";
    private static final String DELETION = "_oauth2_proxy=; Path=/; Max-Age=0";
    private static final String CSRF = "_oauth2_proxy_csrf=x; Path=/";
    private static final String LOGIN_PAGE = "<form method=post><input name=user><input type=password name=p></form>";
    private static final String SIGN_IN = "<form action=/oauth2/start><button>Sign in</button></form>";
    private static final AtomicReference<Handler> SCRIPT = new AtomicReference<>(ctx -> {});
    private static final List<String> RECEIVED = new CopyOnWriteArrayList<>();
    private static final AtomicInteger USERS = new AtomicInteger();
    /** Left open: a test that fails is run once more in the same process. */
    private static final FakeOAuth2Proxy PROXY = FakeOAuth2Proxy.inFrontOf(CarriedOutTest::respond)
            .skipAuthRoutes("^/open/")
            .start();

    private final String user = "user" + USERS.incrementAndGet();
    private Backend backend = opened(settings(PROXY.url(), Authenticator.oauth2Proxy()));

    private static void respond(Context ctx) throws Exception {
        RECEIVED.add(ctx.method() + " " + ctx.path() + " " + ctx.header("X-Forwarded-User"));
        if (ctx.path().startsWith("/open/") && !"GET".equals(ctx.method().name())) {
            SCRIPT.get().handle(ctx);
        } else {
            ctx.result("data");
        }
    }

    @BeforeEach
    void logIn() {
        RECEIVED.clear();
        PROXY.identityProvider().addUser(user, PASSWORD);
        session().get("/closed").orThrow();
        assertThat(logins()).isOne();
    }

    @AfterEach
    void leaveAsFound() {
        PROXY.authEndpoint(0);
        PROXY.unauthenticated(Unauthenticated.SIGN_IN_PAGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 301, 302, 303, 307, 308, 400, 404, 409, 410, 429, 500, 501, 502, 503, 504})
    void everyResponseAfterAnExpiredCookieGoesToTheCaller(int status) {
        SCRIPT.set(ctx -> ctx.status(status).header("Location", "/jobs/1").result(status == 204 ? "" : "done"));
        PROXY.expire(user);

        var response = post();

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("Set-Cookie"))
                .hasValueSatisfying(cookie -> assertThat(cookie).contains("Max-Age=0"));
        assertThat(posts()).containsExactly("POST /open/jobs null");
        assertNextRequestRenewsBeforeItIsSent();
    }

    /** As nothing but such requests come, they renew the login themselves. */
    @Test
    void secondPostIsSentUnderANewLogin() {
        SCRIPT.set(ctx -> ctx.status(201));
        PROXY.expire(user);

        post();
        post();

        assertThat(posts()).containsExactly("POST /open/jobs null", "POST /open/jobs " + user);
        assertThat(logins()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 404, 500})
    void cookieOfALoginBegunIsNoReasonToRepeat(int status) {
        SCRIPT.set(ctx -> ctx.status(status).header("Set-Cookie", CSRF));

        assertThat(post().status()).isEqualTo(status);

        assertThat(posts()).hasSize(1);
        assertNextRequestRenewsBeforeItIsSent();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 500, 502, 503})
    void errorPageWithASignInFormIsNoReasonToRepeat(int status) {
        SCRIPT.set(ctx -> ctx.status(status).html(SIGN_IN));
        PROXY.expire(user);

        assertThat(post().status()).isEqualTo(status);

        assertThat(posts()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"200, start", "403, start", "401, start", "200, sign_in", "403, sign_in"})
    void signInPageMeansNotCarriedOut(int status, String endpoint) {
        PROXY.authEndpoint(404);
        SCRIPT.set(onceThenDone(ctx -> ctx.status(status).html(SIGN_IN.replace("start", endpoint))));

        assertThat(post().orThrow().text()).isEqualTo("done");

        assertThat(posts()).hasSize(2);
        assertThat(logins()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Unauthenticated.class)
    void postThatTheProxyStopsIsSentAgain(Unauthenticated how) {
        PROXY.unauthenticated(how);
        PROXY.expire(user);

        assertThat(session().post("/closed", "job").orThrow().text()).isEqualTo("data");

        assertThat(RECEIVED).endsWith("POST /closed " + user).hasSize(2);
        assertThat(logins()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        // The status, the body, a challenge, what the proxy says, the posts at the backend, the logins after the next
        // request.
        "401, '', '', 404, 2, 2",
        "401, '{}', '', 404, 2, 2",
        "401, '', Bearer, 404, 1, 2",
        "401, why, '', 404, 1, 2",
        "401, why, '', 500, 1, 2",
        "401, why, '', 202, 1, 1",
        "401, why, '', 403, 1, 1",
        "401, why, '', 401, 2, 2",
        "401, why, Bearer, 401, 2, 2",
        "403, why, '', 404, 1, 1",
        "403, why, '', 202, 1, 1",
        "403, why, '', 403, 1, 1",
        "403, why, '', 401, 2, 2"
    })
    void refusalIsRepeatedOnlyIfItIsTheProxys(
            int status, String body, String challenge, int proxySays, int sent, int logins) {
        SCRIPT.set(onceThenDone(ctx -> {
            ctx.status(status).result(body);
            if (!challenge.isEmpty()) {
                ctx.header("WWW-Authenticate", challenge);
            }
        }));
        theProxySays(proxySays);

        var response = post();

        assertThat(response.status()).isEqualTo(sent == 2 ? 200 : status);
        assertThat(posts()).hasSize(sent);
        PROXY.authEndpoint(0);
        session().get("/closed").orThrow();
        assertThat(logins()).isEqualTo(logins);
    }

    @ParameterizedTest
    @CsvSource({"202, 1", "401, 2", "404, 2", "500, 2"})
    void redirectToAnotherOriginIsNoReasonToRepeat(int proxySays, int logins) {
        SCRIPT.set(ctx -> ctx.redirect("https://elsewhere.test/done"));
        theProxySays(proxySays);

        assertThat(post().status()).isEqualTo(302);

        assertThat(posts()).hasSize(1);
        PROXY.authEndpoint(0);
        session().get("/closed").orThrow();
        assertThat(logins()).isEqualTo(logins);
    }

    @ParameterizedTest
    @CsvSource({"202, 1", "401, 2", "404, 2"})
    void redirectToTheProviderIsTheProxysUnlessTheSessionIsAlive(int proxySays, int sent) {
        SCRIPT.set(onceThenDone(ctx -> ctx.redirect(PROXY.identityProvider().url() + "/account")));
        theProxySays(proxySays);

        assertThat(post().status()).isEqualTo(sent == 1 ? 302 : 200);

        assertThat(posts()).hasSize(sent);
        assertThat(logins()).isEqualTo(sent);
    }

    @Test
    void redirectToTheSignInIsTheProxys() {
        SCRIPT.set(onceThenDone(ctx -> ctx.redirect("/oauth2/sign_in?rd=%2F")));

        assertThat(post().orThrow().text()).isEqualTo("done");

        assertThat(posts()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 500, 503})
    void loginPageWhoseProxyCannotBeAskedIsA502(int proxySays) {
        SCRIPT.set(ctx -> ctx.html(LOGIN_PAGE));
        theProxySays(proxySays);

        assertFails(502, this::post).withMessageContaining("Outcome unknown").withMessageContaining("POST");

        assertThat(posts()).hasSize(1);
        PROXY.authEndpoint(0);
        assertNextRequestRenewsBeforeItIsSent();
    }

    @ParameterizedTest
    @CsvSource({"202, 1", "403, 1", "401, 2"})
    void loginPageIsTheBackendsOwnIfTheProxyCanBeAsked(int proxySays, int logins) {
        SCRIPT.set(ctx -> ctx.html(LOGIN_PAGE));
        theProxySays(proxySays);

        assertThat(post().orThrow().text()).isEqualTo(LOGIN_PAGE);

        assertThat(posts()).hasSize(1);
        PROXY.authEndpoint(0);
        session().get("/closed").orThrow();
        assertThat(logins()).isEqualTo(logins);
    }

    @Test
    void idempotentRequestIsRepeatedAsBefore() {
        SCRIPT.set(ctx -> ctx.result("done"));
        PROXY.expire(user);

        assertThat(session().send(BackendRequest.put("/open/jobs")).orThrow().text())
                .isEqualTo("done");
        PROXY.expire(user);
        assertThat(session()
                        .send(BackendRequest.post("/open/jobs").idempotent(true))
                        .orThrow()
                        .text())
                .isEqualTo("done");

        assertThat(RECEIVED)
                .containsSubsequence(
                        "PUT /open/jobs null",
                        "PUT /open/jobs " + user,
                        "POST /open/jobs null",
                        "POST /open/jobs " + user);
        assertThat(logins()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("uploads")
    void bodyThatCannotBeSentTwiceIsNoErrorIfItWasCarriedOut(BackendRequest upload) {
        SCRIPT.set(ctx -> ctx.status(201).result(ctx.body()));
        PROXY.expire(user);

        var body = new ByteArrayInputStream("upload".getBytes(UTF_8));
        var response = session().send(upload.body(body, "text/plain"));

        assertThat(response.status()).isEqualTo(201);
        assertThat(response.text()).isEqualTo("upload");
        assertThat(RECEIVED).endsWith(upload.method() + " /open/jobs null");
        assertNextRequestRenewsBeforeItIsSent();
    }

    static List<BackendRequest> uploads() {
        return List.of(
                BackendRequest.post("/open/jobs"),
                BackendRequest.put("/open/jobs"),
                BackendRequest.patch("/open/jobs"));
    }

    @Test
    void streamedResponseIsPassedOnWhole() throws Exception {
        var text = "0123456789abcdef".repeat(8 << 10);
        SCRIPT.set(ctx -> ctx.status(201).result(text));
        var port = serve(
                backend,
                () -> ApiBuilder.get(
                        "/stream", ctx -> backend.session(ctx).stream(BackendRequest.post("/open/jobs"), ctx)));
        PROXY.expire(user);

        var response = askAs(user, PASSWORD, port, "/stream");

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo(text);
        assertThat(posts()).hasSize(1);
        assertNextRequestRenewsBeforeItIsSent();
    }

    /** A mode of a user that adds to the library's one, and passes on what it is given. */
    @Test
    void modeThatDelegatesRepeatsNothingEither() {
        backend = opened(settings(PROXY.url(), new DelegatingMode(Authenticator.oauth2Proxy())));
        SCRIPT.set(ctx -> ctx.status(201));
        session().get("/closed").orThrow();
        PROXY.expire(user);

        assertThat(post().status()).isEqualTo(201);

        assertThat(posts()).hasSize(1);
    }

    @Test
    void serviceAccountGetsTheResponseToo() {
        var own = Credentials.password(user, PASSWORD);
        var session = serviceSession(backend, () -> own);
        session.get("/closed").orThrow();
        SCRIPT.set(ctx -> ctx.status(201).result("done"));
        PROXY.expire(user);

        assertThat(session.post("/open/jobs", "job").orThrow().text()).isEqualTo("done");

        assertThat(posts()).hasSize(1);
    }

    /** A target that ends each login, the new one at once too: one renewal, and then it is its own. */
    @Test
    void targetThatAlwaysDeletesTheCookieCostsOneRenewal() {
        SCRIPT.set(ctx -> ctx.status(201).header("Set-Cookie", DELETION));

        for (int i = 0; i < 20; i++) {
            assertThat(post().status()).isEqualTo(201);
        }

        assertThat(posts()).hasSize(20);
        assertThat(logins()).isEqualTo(2);
    }

    private void theProxySays(int status) {
        if (status == 401) {
            PROXY.expire(user);
        } else {
            PROXY.authEndpoint(status == 202 ? 0 : status);
        }
    }

    /** Responds so to the first request, and with success to each later one. */
    private static Handler onceThenDone(Handler first) {
        var count = new AtomicInteger();
        return ctx -> {
            if (count.incrementAndGet() == 1) {
                first.handle(ctx);
            } else {
                ctx.result("done");
            }
        };
    }

    private void assertNextRequestRenewsBeforeItIsSent() {
        int before = PROXY.count("/closed");
        session().get("/closed").orThrow();
        assertThat(PROXY.count("/closed")).isEqualTo(before + 1);
        assertThat(logins()).isEqualTo(2);
        assertThat(RECEIVED).endsWith("GET /closed " + user);
    }

    private BackendResponse post() {
        return session().post("/open/jobs", "job");
    }

    private static List<String> posts() {
        return RECEIVED.stream().filter(line -> line.startsWith("POST")).toList();
    }

    private int logins() {
        return PROXY.identityProvider().logins(user);
    }

    private BackendSession session() {
        return backend.session(Credentials.password(user, PASSWORD));
    }

    private static Backend.Builder settings(String url, Authenticator mode) {
        return Backend.at(url).auth(mode).retry(RetryPolicy.none());
    }
}
