package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.RetryPolicy;
import io.apikit.testkit.identityprovider.LoginPageKind;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.apikit.testkit.oauth2proxy.Unauthenticated;
import io.javalin.http.Context;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Login pages: those that come in place of an answer, and those that cannot be filled in. */
class LoginPageExpiryTest extends FrontDoorTest {
    private final FakeOAuth2Proxy proxy = FakeOAuth2Proxy.inFrontOf(
                    ctx -> ctx.result("data of " + ctx.header("X-Forwarded-User")))
            .start();
    private final AtomicInteger dataRequests = new AtomicInteger();
    private final AtomicInteger sessions = new AtomicInteger();
    private volatile int goodFrom = 1;
    private volatile Consumer<Context> expired = ctx -> ctx.status(401);
    private volatile String sessionCookie = "_oauth2_proxy";

    LoginPageExpiryTest() {
        proxy.identityProvider().addUser("alice", "wonderland");
    }

    @Test
    void aRedirectToALoginPageIsExpiryAndNoAnswer() throws Exception {
        renewsUnseen(Unauthenticated.REDIRECT);
        renewsUnseen(ctx -> ctx.redirect("http://localhost:1/login?nonce=n1"));
        renewsUnseen(ctx -> ctx.redirect("/oauth2/sign_in?rd=%2Fdata"));
    }

    @Test
    void aLoginPageWithStatus200IsExpiryAndNoAnswer() throws Exception {
        renewsUnseen(Unauthenticated.LOGIN_PAGE_200);
        renewsUnseen(ctx -> ctx.html("<form action=/oauth2/start><button>Sign in</button></form>"));
        renewsUnseen(ctx -> ctx.html(Place.FIRST_IN_THE_FORM.page));
    }

    /** By this sign alone: without a cookie that tells the same. */
    private void renewsUnseen(Consumer<Context> sign) throws Exception {
        var port = service(ownPages(Place.FIRST_IN_THE_FORM));
        assertThat(askAs("alice", "wonderland", port, "/data").body()).isEqualTo("data");
        expired = sign;
        var before = sessions.get();
        goodFrom = before + 1;

        assertThat(askAs("alice", "wonderland", port, "/data").body()).isEqualTo("data");

        assertThat(sessions).hasValue(before + 1);
    }

    private void renewsUnseen(Unauthenticated sign) throws Exception {
        var port = service(proxy.url());
        assertThat(askAs("alice", "wonderland", port, "/data").body()).isEqualTo("data of alice");
        proxy.unauthenticated(sign);
        proxy.expireAllSessions();
        proxy.identityProvider().endSessions();

        var answer = askAs("alice", "wonderland", port, "/data");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("data of alice");
        assertThat(proxy.identityProvider().logins("alice")).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = LoginPageKind.class,
            names = {"CSRF_FIELD_MISSING", "HUGE", "NO_FORM"})
    void aPageThatCannotBeFilledInIsABadGatewayThatNamesTheLogin(LoginPageKind page) throws Exception {
        proxy.identityProvider().loginPage(page);
        var port = service(proxy.url());

        for (var i = 0; i < 5; i++) {
            var answer = askAs("alice", "wonderland", port, "/data");
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body())
                    .contains("\"reason\":\"Bad Gateway\"", "The login to " + proxy.url() + " failed")
                    .doesNotContain("wonderland", "state=", "<");
        }

        assertThat(proxy.identityProvider().loginAttempts("alice")).isLessThanOrEqualTo(1);
        assertThat(proxy.backendRequests()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Place.class,
            names = {"IN_ANOTHER_FORM", "FOR_A_SCRIPT_TO_FETCH"},
            mode = EnumSource.Mode.EXCLUDE)
    void aCsrfFieldThatHasMovedIsSentAsABrowserSendsIt(Place place) throws Exception {
        var port = service(ownPages(place));

        assertThat(askAs("alice", "wonderland", port, "/data").body()).isEqualTo("data");
    }

    @ParameterizedTest
    @EnumSource(
            value = Place.class,
            names = {"IN_ANOTHER_FORM", "FOR_A_SCRIPT_TO_FETCH"})
    void aCsrfFieldThatHasMovedOutOfTheFormIsABadGatewayThatNamesThePage(Place place) throws Exception {
        var port = service(ownPages(place));

        var answer = askAs("alice", "wonderland", port, "/data");

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body())
                .contains("unexpected page", "/do answered 400", "titled")
                .doesNotContain("wonderland");
    }

    @Test
    void aLoginThatEndsWithoutItsCookieIsABadGatewayAndNothingIsSentUnsigned() throws Exception {
        sessionCookie = "";
        var port = service(ownPages(Place.FIRST_IN_THE_FORM));

        var answer = askAs("alice", "wonderland", port, "/data");

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("The login to ").doesNotContain("wonderland", "code=");
        assertThat(dataRequests).hasValue(0);
    }

    /** A proxy and an identity provider in one, whose form is accepted with its CSRF token only. */
    private String ownPages(Place place) {
        var url = new AtomicReference<>("");
        url.set(backend(config -> {
            config.routes.get("/oauth2/start", ctx -> {
                ctx.header("Set-Cookie", "_oauth2_proxy_csrf=mark; Path=/; HttpOnly");
                ctx.redirect(idp(url) + "/login?nonce=n1");
            });
            config.routes.get("/login", ctx -> ctx.html(place.page));
            config.routes.post("/do", ctx -> {
                if ("t0ken".equals(ctx.formParam("csrf")) || "t0ken".equals(ctx.formParam("_xsrf"))) {
                    ctx.redirect(url.get() + "/oauth2/callback?code=c&state=s");
                } else {
                    ctx.status(400).html("<title>No token</title>");
                }
            });
            config.routes.get("/oauth2/callback", this::open);
            config.routes.get("/oauth2/auth", ctx -> ctx.status(isLive(ctx) ? 202 : 401));
            config.routes.get("/data", ctx -> {
                dataRequests.incrementAndGet();
                if (isLive(ctx)) {
                    ctx.result("data");
                } else {
                    expired.accept(ctx);
                }
            });
        }));
        return url.get();
    }

    /** The same server by its other name, which makes it another origin. */
    private static String idp(AtomicReference<String> url) {
        return url.get().replace("127.0.0.1", "localhost");
    }

    private void open(Context ctx) {
        if (!sessionCookie.isEmpty()) {
            ctx.header("Set-Cookie", sessionCookie + "=" + sessions.incrementAndGet() + "; Path=/; HttpOnly");
        }
        ctx.redirect("/");
    }

    private boolean isLive(Context ctx) {
        var session = ctx.cookie("_oauth2_proxy");
        return session != null && Integer.parseInt(session) >= goodFrom;
    }

    private int service(String url) {
        var backend = opened(Backend.at(url).auth(Authenticator.oauth2Proxy()).retry(RetryPolicy.none()));
        return serve(
                backend,
                () -> get(
                        "/data",
                        ctx -> ctx.result(
                                backend.session(ctx).get("/data").orThrow().text())));
    }

    @AfterEach
    void stopProxy() {
        proxy.close();
    }

    /** Where a page keeps its CSRF token. */
    enum Place {
        FIRST_IN_THE_FORM(form("<input type=hidden name=csrf value=t0ken>", "")),
        LAST_IN_THE_FORM(form("", "<input type=hidden name=csrf value=t0ken>")),
        UNDER_ANOTHER_NAME(form("<input type=hidden name=_xsrf value=t0ken>", "")),
        ELSEWHERE_BUT_OF_THE_FORM(form("", "") + "<p><input type=hidden name=csrf value=t0ken form=login></p>"),
        IN_ANOTHER_FORM("<form><input type=hidden name=csrf value=t0ken></form>" + form("", "")),
        FOR_A_SCRIPT_TO_FETCH("<meta name=csrf content=t0ken>" + form("", ""));

        private final String page;

        Place(String page) {
            this.page = page;
        }

        private static String form(String before, String after) {
            return "<title>Log in</title><form id=login method=post action=/do>" + before
                    + "<input name=username><input type=password name=password>" + after + "</form>";
        }
    }
}
