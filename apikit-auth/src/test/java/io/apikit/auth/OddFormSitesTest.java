package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Sites whose login form or whose response to it is odd, or means harm. */
class OddFormSitesTest extends FrontDoorTest {
    private static final String FORM = """
            <form method=post action="%s"><input name=user><input type=password name=secret><button>Go</button></form>
            """;

    private final AtomicInteger stolen = new AtomicInteger();
    private final String elsewhere = backend(config -> config.routes.post("/steal", ctx -> stolen.incrementAndGet()));

    private BackendSession session(
            Consumer<Context> page, Consumer<Context> login, Consumer<FormLoginOptions> options) {
        var url = backend(config -> {
            config.routes.get("/login", page::accept);
            config.routes.post("/login", login::accept);
            config.routes.get(
                    "/otp", ctx -> ctx.html("<form method=post><input name=otp autocomplete=one-time-code></form>"));
            config.routes.get(
                    "/home", ctx -> ctx.redirect("user".equals(ctx.cookie("sid")) ? "/whoami" : "/login?next=/home"));
            config.routes.get("/whoami", ctx -> {
                ctx.res().addHeader("Set-Cookie", "messages=; Path=/; Max-Age=0");
                ctx.res().addHeader("Set-Cookie", "long=" + "x".repeat(5_000) + "; Path=/");
                ctx.result(String.valueOf(ctx.cookie("sid")) + ctx.cookie("long"));
            });
        });
        return opened(Backend.at(url).auth(Authenticator.formLogin(options)).timing(timing))
                .session(ALICE);
    }

    private BackendSession session(String action, Consumer<Context> login) {
        return session(ctx -> ctx.html(FORM.formatted(action)), login, options -> {});
    }

    private static void begin(Context ctx) {
        ctx.res().addHeader("Set-Cookie", "sid=" + ctx.formParam("user") + "; Path=/; HttpOnly");
    }

    @Test
    void passwordIsSentToNoOtherOrigin() {
        var byForm = session(elsewhere + "/steal", OddFormSitesTest::begin);
        var byRedirect = session("/login", ctx -> ctx.status(307).header("Location", elsewhere + "/steal"));
        var byPage = session(ctx -> ctx.redirect(elsewhere + "/login"), OddFormSitesTest::begin, options -> {});

        assertFails(502, () -> byForm.get("/whoami"))
                .withMessageContaining("the backend's origin alone")
                .withMessageNotContaining("allowOrigin");
        assertFails(502, () -> byRedirect.get("/whoami"));
        assertFails(502, () -> byPage.get("/whoami")).withMessageContaining(elsewhere);
        assertThat(stolen).hasValue(0);
    }

    @Test
    void loginIsGoodIfItSetsACookie() {
        var byJson = session("/login", ctx -> {
            begin(ctx);
            ctx.json("{}");
        });
        var byRedirectElsewhere = session("/login", ctx -> {
            begin(ctx);
            ctx.redirect(elsewhere);
        });

        assertThat(byJson.get("/whoami").text()).startsWith("alice");
        assertThat(byRedirectElsewhere.get("/whoami").text()).startsWith("alice");
    }

    /** Some sites seal their session into a cookie that is another one with each response. */
    @Test
    void loginKeepsNoCookieThatWasReplaced() {
        var rolled = new AtomicInteger();
        var url = backend(config -> {
            config.routes.get("/login", ctx -> ctx.html(FORM.formatted("/login")));
            config.routes.post("/login", OddFormSitesTest::begin);
            config.routes.get(
                    "/whoami",
                    ctx -> ctx.res().addHeader("Set-Cookie", "sid=sealed-" + rolled.incrementAndGet() + "; Path=/"));
        });
        var backend = opened(Backend.at(url).auth(Authenticator.formLogin(options -> {})));
        for (var i = 0; i < 20; i++) {
            backend.session(ALICE).get("/whoami").orThrow();
        }

        var login = logins(backend).latest().orElseThrow().login();

        assertThat(login.cookie("sid")).contains("sealed-20");
        assertThat(login.secrets()).containsExactly("sealed-20");
    }

    /** A mode in front of this one signs with a header of its own. */
    @Test
    void headerOfAModeInFrontIsSent() {
        var url = backend(config -> {
            config.routes.get("/login", ctx -> ctx.html(FORM.formatted("/login")));
            config.routes.post("/login", OddFormSitesTest::begin);
            config.routes.get("/whoami", ctx -> ctx.result(ctx.cookie("sid") + " of " + ctx.header("X-Tenant")));
        });
        var mode = new DelegatingMode(Authenticator.formLogin(options -> {})) {
            @Override
            public Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused {
                return super.logIn(credentials, transport).header("X-Tenant", "wonderland");
            }
        };

        assertThat(opened(Backend.at(url).auth(mode))
                        .session(ALICE)
                        .get("/whoami")
                        .text())
                .isEqualTo("alice of wonderland");
    }

    /** Its cookie is the same before the login, after it, and after a wrong password. */
    @Test
    void siteWithASessionForEverybodyIsAskedWhereItLeadsTo() {
        var posts = new AtomicInteger();
        Consumer<Context> page = ctx -> {
            ctx.res().addHeader("Set-Cookie", "sid=nobody; Path=/; HttpOnly");
            ctx.html(FORM.formatted("/login"));
        };
        Function<String, Consumer<Context>> setting = value -> ctx -> {
            posts.incrementAndGet();
            ctx.res().addHeader("Set-Cookie", "sid=" + value + "; Path=/; HttpOnly");
            ctx.redirect("/home");
        };
        var wrong = session(page, setting.apply("still-nobody"), options -> {});

        for (var i = 0; i < 3; i++) {
            assertFails(401, () -> wrong.get("/whoami")).withMessageContaining("wrong user name or password");
        }
        assertThat(posts).hasValue(1);
        assertThat(session(page, setting.apply("user"), options -> {})
                        .get("/whoami")
                        .text())
                .startsWith("user");
    }

    @Test
    void pageThatGoesOnToTheLoginPageIsNoLogin() {
        Consumer<Context> back = ctx -> {
            begin(ctx);
            ctx.html("<meta http-equiv=refresh content='3;url=/login'>That was wrong.");
        };
        Consumer<Context> page = ctx -> {
            if (ctx.queryParam("probe") == null) {
                ctx.html(FORM.formatted("/login"));
            } else {
                back.accept(ctx);
            }
        };

        assertFails(401, () -> session("/login", back).get("/whoami")).withMessageContaining("wrong user name");
        assertFails(
                        401,
                        () -> session(page, OddFormSitesTest::begin, login -> login.probe("/login?probe"))
                                .get("/whoami"))
                .withMessageContaining("has begun no session");
    }

    @Test
    void loginWithoutACookieNeedsAProbe() {
        assertFails(502, () -> session("/login", ctx -> ctx.result("welcome")).get("/whoami"))
                .withMessageContaining("set a probe(..)");
        assertThat(session(
                                ctx -> ctx.html(FORM.formatted("/login")),
                                ctx -> ctx.result("welcome"),
                                login -> login.probe("/whoami"))
                        .get("/whoami")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void passingAndLongCookiesAreNotTheSession() {
        var logins = new AtomicInteger();
        var session = session("/login", ctx -> {
            logins.incrementAndGet();
            begin(ctx);
            ctx.res().addHeader("Set-Cookie", "messages=welcome; Path=/; HttpOnly; Max-Age=1");
        });

        for (var i = 0; i < 3; i++) {
            assertThat(session.get("/whoami").text()).isEqualTo("alicenull");
            timing.pass(Duration.ofSeconds(30));
        }
        assertThat(logins).hasValue(1);
    }

    @Test
    void pageWithoutAFormIsNamed() {
        var session = session(ctx -> ctx.html("<title>Maintenance</title>"), OddFormSitesTest::begin, options -> {});

        assertFails(502, () -> session.get("/whoami")).withMessageContaining("Maintenance");
    }

    @Test
    void secondFactorIsRefusedByName() {
        var session = session("/login", ctx -> {
            begin(ctx);
            ctx.redirect("/otp");
        });

        assertFails(401, () -> session.get("/whoami")).withMessageContaining("second factor");
    }

    @Test
    void refusalsOfALoginAreNamed() {
        assertFails(
                        401,
                        () -> session("/login", ctx -> ctx.status(403).result("locked"))
                                .get("/whoami"))
                .withMessageContaining("status 403");
        assertFails(
                        502,
                        () -> session("/login", ctx -> ctx.status(403).result("CSRF verification failed."))
                                .get("/whoami"))
                .withMessageContaining("CSRF token");
        assertFails(
                503, () -> session("/login", ctx -> ctx.status(503).result("")).get("/whoami"));
        assertFails(
                        502,
                        () -> session("/login", ctx -> ctx.status(404).result(""))
                                .get("/whoami"))
                .withMessageContaining("answered 404");
    }

    @Test
    void fieldsOfAnUnusualFormMayBeNamed() {
        var page = """
                <form method=post action=/login><input name=a><input name=b><input name=c type=password></form>
                """;
        var session = session(
                ctx -> ctx.html(page),
                ctx -> ctx.header("Set-Cookie", "sid=" + ctx.formParam("a") + "; Path=/"),
                login -> login.fields("a", "c"));

        assertThat(session.get("/whoami").text()).startsWith("alice");
    }
}
