package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.http.BackendRequest;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cookies that a backend gives a session besides those of its login. */
class BackendCookiesTest extends FrontDoorTest {
    private static final Duration LIFE = Duration.ofMinutes(10);

    private final Map<String, String> crumbs = new ConcurrentHashMap<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicInteger logins = new AtomicInteger();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final List<String> dead = new CopyOnWriteArrayList<>();
    private volatile boolean isRestarted;

    private final String url = backend(config -> {
        config.routes.get("/crumb", this::crumb);
        config.routes.post("/build", this::build);
        config.routes.get("/set", ctx -> ctx.res().addHeader("Set-Cookie", ctx.queryParam("cookie")));
        config.routes.get("/app/cookies", BackendCookiesTest::cookies);
        config.routes.get("/cookies", BackendCookiesTest::cookies);
        config.routes.get("/node", this::node);
        config.routes.get("/sticky", this::sticky);
        config.routes.get("/own", this::own);
        config.routes.post("/own", this::own);
        config.routes.get("/long", BackendCookiesTest::refuseLong);
        config.routes.get(
                "/quote", ctx -> ctx.status(500).result("you sent " + Objects.requireNonNull(ctx.header("Cookie"))));
        config.routes.post("/login", ctx -> {
            seen.add("login " + ctx.header("Cookie"));
            ctx.result("t" + logins.incrementAndGet());
        });
    });

    private static void cookies(Context ctx) {
        ctx.result(Objects.requireNonNullElse(ctx.header("Cookie"), "none"));
    }

    /** As Jenkins does: a crumb is valid in the session that it was made in. */
    private void crumb(Context ctx) {
        var session = ctx.cookie("JSESSIONID");
        if (session == null) {
            session = "s" + sessions.incrementAndGet();
            ctx.res().addHeader("Set-Cookie", "JSESSIONID=" + session + "; Path=/; HttpOnly");
        }
        crumbs.put(session, "crumb-" + session);
        ctx.result("crumb-" + session);
    }

    private void build(Context ctx) {
        var isKnown = Objects.equals(crumbs.get(String.valueOf(ctx.cookie("JSESSIONID"))), ctx.header("Jenkins-Crumb"));
        ctx.status(isKnown ? 201 : 403);
    }

    /** A node knows the logins that were made before it got its cookie, and rejects later ones. */
    private void node(Context ctx) {
        var token = Objects.requireNonNull(ctx.header("X-Token"));
        var node = ctx.cookie("NODE");
        seen.add(token + " " + node);
        if (node == null) {
            ctx.res().addHeader("Set-Cookie", "NODE=" + token);
        } else if (!node.equals(token)) {
            ctx.status(401);
        }
    }

    /** After a restart, a session that is not known is rejected, whatever the credentials are. */
    private void sticky(Context ctx) {
        var node = ctx.cookie("NODE");
        seen.add(String.valueOf(node));
        if (node == null) {
            ctx.res().addHeader("Set-Cookie", "NODE=n");
        } else if (isRestarted) {
            ctx.status(401);
        }
    }

    /** Its sign-in page begins a session of nobody, whose cookie counts for more than a token. */
    private void own(Context ctx) {
        var token = Objects.requireNonNull(ctx.header("X-Token"));
        var nobody = ctx.cookie("NOBODY");
        seen.add(token + " " + nobody);
        if (dead.contains(token) || nobody != null) {
            ctx.res().addHeader("Set-Cookie", "NOBODY=1");
            ctx.status(401);
        }
    }

    private static void refuseLong(Context ctx) {
        var cookies = Objects.requireNonNullElse(ctx.header("Cookie"), "");
        ctx.status(cookies.length() > 1_000 ? 431 : 200);
    }

    private Backend.Builder at() {
        return Backend.at(url).timing(timing).random(() -> 0).cookies(true);
    }

    private BackendSession basic() {
        return opened(at().auth(Authenticator.basic())).session(ALICE);
    }

    /** Logs in with a token that lives ten minutes; signs with a cookie as well. */
    private BackendSession token() {
        Authenticator mode = new Authenticator() {
            @Override
            public String name() {
                return "token";
            }

            @Override
            public Login logIn(Credentials credentials, LoginTransport bare) {
                var token = bare.send(BackendRequest.post("/login")).orThrow().text();
                return Login.of(Map.of("X-Token", token))
                        .cookie("session", "own")
                        .expiresIn(LIFE);
            }

            @Override
            public Optional<String> challenge() {
                return Optional.of("Basic realm=\"token\"");
            }
        };
        return opened(at().auth(mode)).session(ALICE);
    }

    private static void set(BackendSession session, String cookie) {
        session.get("/set", Map.of("cookie", cookie)).orThrow();
    }

    private static String cookies(BackendSession session) {
        return session.get("/cookies").orThrow().text();
    }

    @Test
    void aCrumbIsUsedInTheSessionItWasMadeIn() {
        var backend = opened(at().auth(Authenticator.basic()));
        var crumb = backend.session(ALICE).get("/crumb").orThrow().text();
        var build = BackendRequest.post("/build").header("Jenkins-Crumb", crumb);

        assertThat(backend.session(ALICE).send(build).status()).isEqualTo(201);
        assertThat(backend.session(BOB).send(build).status()).isEqualTo(403);
        assertThat(sessions).hasValue(1);
    }

    @Test
    void noneAreKeptByDefault() {
        var session = opened(Backend.at(url).auth(Authenticator.basic())).session(ALICE);
        set(session, "a=1");

        assertThat(cookies(session)).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=1 | session=own; a=1",
                "a=1; Path=/ | session=own; a=1",
                "a=1; Path=/app | session=own",
                "a=1; Domain=example.org | session=own",
                "a=1; Max-Age=60 | session=own; a=1",
                "a=1; Max-Age=5 | session=own",
                "session=other | session=own",
                "Session=other | session=own",
            })
    void areThoseThatABrowserWouldKeepExceptTheLogins(String cookie, String sent) {
        var session = token();
        set(session, cookie);
        timing.pass(Duration.ofSeconds(6));

        assertThat(cookies(session)).isEqualTo(sent);
    }

    @Test
    void arePartedByPath() {
        var session = basic();
        set(session, "a=1; Path=/app");
        set(session, "b=2; Path=/");

        assertThat(session.get("/app/cookies").orThrow().text()).isEqualTo("a=1; b=2");
        assertThat(cookies(session)).isEqualTo("b=2");
    }

    @Test
    void areNotReplacedByThoseOfARequest() {
        var session = token();
        set(session, "a=1");

        var sent = session.send(BackendRequest.get("/cookies").header("Cookie", "A=evil; session=evil; theme=dark"));

        assertThat(sent.orThrow().text()).isEqualTo("session=own; a=1; theme=dark");
    }

    @Test
    void goWithStreamsAndComeWithThem() throws Exception {
        var backend = opened(at().auth(Authenticator.basic()));
        var port = serve(backend, () -> {
            get("/crumb", ctx -> backend.session(ctx).stream(BackendRequest.get("/crumb"), ctx));
            get("/cookies", ctx -> backend.session(ctx).stream(BackendRequest.get("/cookies"), ctx));
        });

        assertThat(askAs("alice", "wonderland", port, "/crumb").body()).isEqualTo("crumb-s1");
        assertThat(askAs("alice", "wonderland", port, "/cookies").body()).isEqualTo("JSESSIONID=s1");
        assertThat(askAs("bob", "builder", port, "/cookies").body()).isEqualTo("none");
    }

    @Test
    void outliveARenewalAndDoNotGoWithLogins() {
        var session = token();
        set(session, "a=1");
        timing.pass(LIFE.plusSeconds(1));

        assertThat(cookies(session)).isEqualTo("session=own; a=1");
        assertThat(seen).containsExactly("login null", "login null");
    }

    /** Otherwise a session would be rejected until it ends: its node does not know its new login. */
    @Test
    void areForgottenIfANewLoginIsRejectedWithThem() {
        var session = token();
        session.get("/node").orThrow();
        session.get("/node").orThrow();
        timing.pass(LIFE.plusSeconds(1));

        assertThat(session.get("/node").status()).isEqualTo(200);

        assertThat(session.get("/node").status()).isEqualTo(200);
        assertThat(seen.stream().filter(request -> !request.startsWith("login")))
                .containsExactly("t1 null", "t1 t1", "t2 t1", "t2 null", "t2 t2");
        assertThat(logins).hasValue(2);
    }

    /** Such a login cannot be renewed, so the cookies are the only thing that may be over. */
    @Test
    void areForgottenIfALoginThatNothingRenewsIsRejectedWithThem() {
        var session = basic();
        session.get("/sticky").orThrow();
        session.get("/sticky").orThrow();
        isRestarted = true;

        assertThat(session.get("/sticky").status()).isEqualTo(200);
        assertThat(seen).containsExactly("null", "n", "n", "null");
    }

    /** Otherwise the request that must not be sent a third time would have the cookie of nobody. */
    @Test
    void areNotTakenFromARejection() {
        var session = token();
        session.get("/own").orThrow();
        dead.add("t1");

        assertThat(session.post("/own", Map.of()).status()).isEqualTo(200);
        assertThat(seen.stream().filter(request -> !request.startsWith("login")))
                .containsExactly("t1 null", "t1 null", "t2 null");
    }

    @Test
    void areForgottenIfTheHeadersAreTooLong() {
        var session = basic();
        set(session, "a=" + "x".repeat(1_200));

        assertThat(session.get("/long").status()).isEqualTo(200);
        assertThat(cookies(session)).isEqualTo("none");
    }

    @Test
    void haveLimitsThatAreCounted() throws Exception {
        var backend = opened(at().auth(Authenticator.basic()));
        var port = serve(backend, () -> get("/set", ctx -> set(backend.session(ctx), "a=" + "x".repeat(4_096))));

        assertThat(askAs("alice", "wonderland", port, "/set").statusCode()).isEqualTo(200);

        assertThat(cookies(backend.session(ALICE))).isEqualTo("none");
        var metrics = new Scraped(ask(port, "/metrics").body());
        assertThat(metrics.value("apikit_backend_cookies_refused_total", "backend"))
                .isOne();
    }

    @Test
    void areMaskedInErrors() {
        var session = basic();
        set(session, "JSESSIONID=node0abcdef");

        assertFails(500, () -> session.get("/quote").orThrow())
                .matches(error -> error.content()
                        .filter(text -> text.contains("you sent") && !text.contains("node0abcdef"))
                        .isPresent());
    }

    @Test
    void areNotSharedByAllCallersUnlessTheyShareAnAccount() {
        var none = Backend.at(url).cookies(true);
        assertThatIllegalArgumentException()
                .isThrownBy(none::build)
                .withMessageContaining("cookies(true): the mode none has one session for all callers");

        var backend = opened(at().credentials(Credentials.none()));
        var session = serviceSession(backend, Credentials::none);
        set(session, "a=1");
        assertThat(cookies(session)).isEqualTo("a=1");
    }
}
