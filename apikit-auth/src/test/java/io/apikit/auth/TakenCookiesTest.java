package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.RetryPolicy;
import io.javalin.apibuilder.ApiBuilder;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cookies of ordinary responses, and which of them take the place of the session's. */
class TakenCookiesTest extends MeasuredService {
    private static final String OLD = "_oauth2_proxy=s1";
    private static final int MOST_BYTES = 4096;

    private final List<String> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger logins = new AtomicInteger();
    private final LibraryLog log = LibraryLog.opened();
    private volatile String atLogin = "; Path=/; HttpOnly";
    private volatile boolean sendsDate = true;
    private volatile Handler data = ctx -> ctx.result("data");

    /** A proxy, its identity provider and a backend in one. The provider is at another name of this machine. */
    private String proxy() {
        var url = new String[1];
        url[0] = backend(config -> {
            config.jetty.modifyHttpConfiguration(http -> {
                http.setRequestHeaderSize(64 << 10);
                http.setResponseHeaderSize(64 << 10);
                http.setSendDateHeader(sendsDate);
            });
            config.routes.get("/oauth2/start", ctx -> {
                ctx.res().addHeader("Set-Cookie", "_oauth2_proxy_csrf=mark; Path=/");
                ctx.redirect(url[0].replace("127.0.0.1", "localhost") + "/login");
            });
            config.routes.get(
                    "/login",
                    ctx -> ctx.html(
                            "<form method=post action=/do><input name=user><input type=password name=p></form>"));
            config.routes.post("/do", ctx -> ctx.redirect(url[0] + "/oauth2/callback?code=c&state=s"));
            config.routes.get("/oauth2/callback", ctx -> {
                ctx.res().addHeader("Set-Cookie", "_oauth2_proxy=s" + logins.incrementAndGet() + atLogin);
                ctx.redirect("/");
            });
            config.routes.get("/oauth2/auth", ctx -> ctx.status(202));
            config.routes.get("/<path>", this::data);
            config.routes.post("/<path>", this::data);
        });
        return url[0];
    }

    private void data(Context ctx) throws Exception {
        received.add(String.valueOf(ctx.header("Cookie")));
        data.handle(ctx);
    }

    private BackendSession session() {
        return session("");
    }

    private BackendSession session(String basePath) {
        return opened(Backend.at(proxy() + basePath)
                        .auth(Authenticator.oauth2Proxy())
                        .retry(RetryPolicy.none())
                        .timing(timing))
                .session(ALICE);
    }

    private static Handler setting(String... cookies) {
        return ctx -> {
            for (var cookie : cookies) {
                ctx.res().addHeader("Set-Cookie", cookie);
            }
            ctx.result("data");
        };
    }

    /** Sends two requests to this path. The first response sets the cookies. */
    private String sentAfter(BackendSession session, String path, String... cookies) {
        data = setting(cookies);
        assertThat(session.get(path).orThrow().text()).isEqualTo("data");
        data = setting();
        assertThat(session.get(path).orThrow().text()).isEqualTo("data");
        return received.get(1);
    }

    @ParameterizedTest
    @CsvSource({
        "/x, Path=/",
        "/x, 'Path=/; Domain=127.0.0.1; Secure; SameSite=Lax'",
        "/x, HttpOnly",
        "/x, 'Path=; Domain='",
        "/a/b, 'Path=/other; Path=/'"
    })
    void cookieOfTheSameScopeReplacesTheSessions(String path, String attributes) {
        assertThat(sentAfter(session(), path, "_oauth2_proxy=new; " + attributes))
                .isEqualTo("_oauth2_proxy=new");
        assertThat(logins).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({
        "/x, 'Path=/; Domain=evil.example'",
        "/x, 'Path=/; Domain=.evil.example'",
        "/x, 'Path=/; Domain=0.0.1'",
        "/x, 'Path=/; Domain=127.0.0.1.evil.example'",
        "/x, 'Path=/; Domain=127.0.0.1; Domain=evil.example'",
        "/x, Path=/other",
        "/x, Path=/x",
        "/a/b, HttpOnly",
        "/a/b, Path=relative"
    })
    void cookieOfAnotherScopeReplacesNothing(String path, String attributes) {
        assertThat(sentAfter(session(), path, "_oauth2_proxy=new; " + attributes))
                .isEqualTo(OLD);
        assertThat(logins).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Path=/; Domain=evil.example", "Path=/other"})
    void deletionOfAnotherScopeEndsNoSession(String attributes) {
        assertThat(sentAfter(session(), "/x", "_oauth2_proxy=; Max-Age=0; " + attributes))
                .isEqualTo(OLD);
        assertThat(logins).hasValue(1);
    }

    /** The folder of the request counts with the path of the base URL. */
    @Test
    void sessionBelowABasePathKeepsItsScope() {
        atLogin = "; Path=/base";
        var session = session("/base");

        assertThat(sentAfter(session, "/x", "_oauth2_proxy=new")).isEqualTo("_oauth2_proxy=new");
        received.clear();
        assertThat(sentAfter(session, "/x", "_oauth2_proxy=newer; Path=/")).isEqualTo("_oauth2_proxy=new");
    }

    @Test
    void longestCookieIsTakenAndALongerOneIsNot() {
        var session = session();
        var longest = "_oauth2_proxy=" + "x".repeat(MOST_BYTES - "_oauth2_proxy=".length());

        assertThat(sentAfter(session, "/x", longest + "; Path=/")).isEqualTo(longest);
        received.clear();
        assertThat(sentAfter(session, "/x", longest + "x; Path=/")).isEqualTo(longest);
        assertThat(logins).hasValue(1);
    }

    @Test
    void partsOfMoreThan16KiBTogetherAreNotTaken() {
        var session = session();
        var four = parts(4, 4_000);

        assertThat(sentAfter(session, "/x", four)).hasSizeBetween(16_000, 16 << 10);
        received.clear();
        assertThat(sentAfter(session, "/x", parts(5, 3_500))).startsWith("_oauth2_proxy_0=" + "x".repeat(3_900));
    }

    private static String[] parts(int count, int bytes) {
        var parts = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            var name = "_oauth2_proxy_" + i + "=";
            parts.add(name + "x".repeat(bytes - name.length()) + "; Path=/");
        }
        return parts.toArray(String[]::new);
    }

    /** The proxy reads a whole cookie before it looks for parts, so this one would be another session. */
    @Test
    void cookieOfACallerReplacesNoPartsOfTheSessions() {
        var session = session();
        var parts = sentAfter(session, "/x", parts(2, 100));

        session.send(BackendRequest.get("/x").header("Cookie", "_oauth2_proxy=evil; _oauth2_proxy_2=evil; a_0=b"));

        assertThat(received).endsWith(parts + "; a_0=b");
    }

    @Test
    void cookiesThatAreTooLongAreCountedAndLoggedOnceAMinute() throws Exception {
        data = setting("_oauth2_proxy=" + "s3cret".repeat(7_000) + "; Path=/");
        var port = serve(opened(Backend.at(proxy())
                .auth(Authenticator.oauth2Proxy())
                .retry(RetryPolicy.none())
                .timing(timing)));

        callAsAlice(port, "x", 200);
        callAsAlice(port, "x", 200);

        assertThat(log.await(Level.WARN, "not at most 4096"))
                .contains("_oauth2_proxy of 42014 bytes")
                .doesNotContain("s3cret");
        assertThat(log.count("not at most")).isZero();
        timing.pass(Duration.ofMinutes(1));
        callAsAlice(port, "x", 200);
        log.await(Level.WARN, "not at most 4096");
        assertThat(scrape(port).value("apikit_backend_cookies_refused_total", ""))
                .isEqualTo(3);
    }

    @Test
    void cookiesOfAUsersModeHaveTheSameLimit() {
        var mode = new TokenMode() {
            @Override
            public Login refreshed(Login current, BackendResponse response) {
                return response.header("Set-Cookie")
                        .map(line -> current.cookie("roll", line))
                        .orElse(current);
            }
        };
        var url = backend(config -> {
            config.jetty.modifyHttpConfiguration(http -> http.setResponseHeaderSize(64 << 10));
            config.routes.post("/login", ctx -> ctx.result("token"));
            config.routes.get("/x", this::data);
        });
        var session =
                opened(Backend.at(url).auth(mode).retry(RetryPolicy.none())).session(ALICE);

        assertThat(sentAfter(session, "/x", "y".repeat(MOST_BYTES - 4))).isEqualTo("null");
        received.clear();
        assertThat(sentAfter(session, "/x", "y".repeat(MOST_BYTES - 5)))
                .isEqualTo("roll=" + "y".repeat(MOST_BYTES - 5));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0x85, 0x9B, 0x9F})
    void cookieWithAControlCharacterIsIgnored(int character) {
        assertThat(sentAfter(session(), "/x", "_oauth2_proxy=a" + (char) character + "b; Path=/"))
                .isEqualTo(OLD);
        assertThat(logins).hasValue(1);
    }

    @Test
    void loginWhoseCookieHasAControlCharacterIsA502() {
        atLogin = "\u0085; Path=/";

        assertFails(502, () -> session().get("/x")).withMessageContaining("without a whole session cookie");
    }

    @Test
    void loginWhoseCookieIsTooLongIsA502ThatNamesTheLimit() {
        atLogin = "x".repeat(MOST_BYTES) + "; Path=/";

        assertFails(502, () -> session().get("/x")).withMessageContaining("bytes, not at most 4096");
    }

    @Test
    void loginWhoseCookieIsForAnotherHostIsA502ThatSaysSo() {
        atLogin = "; Path=/; Domain=evil.example";

        assertFails(502, () -> session().get("/x"))
                .withMessageContaining("_oauth2_proxy for the domain of another host");
    }

    @Test
    void cookiesBeforeComeBackAfterA431() {
        var session = sessionThatTookALongCookie();

        assertThat(session.get("/x").orThrow().text()).isEqualTo("data");
        assertThat(session.get("/x").orThrow().text()).isEqualTo("data");

        assertThat(received).hasSize(4);
        assertThat(received.get(1)).hasSizeGreaterThan(2_000);
        assertThat(received.subList(2, 4)).containsOnly(OLD);
        assertThat(logins).hasValue(1);
    }

    @Test
    void manyCallsAtOnceAreAllServedAfterA431() throws ExecutionException {
        var session = sessionThatTookALongCookie();

        var calls = threads.start(20, () -> session.get("/x").orThrow().text());

        assertThat(Concurrently.ended(calls)).containsOnly("data");
        assertThat(received).hasSizeLessThanOrEqualTo(41).endsWith(OLD);
        assertThat(logins).hasValue(1);
    }

    @Test
    void postGetsThe431AndTheNextRequestTheCookiesBefore() {
        var session = sessionThatTookALongCookie();

        assertThat(session.post("/x", "job").status()).isEqualTo(431);
        assertThat(session.post("/x", "job").status()).isEqualTo(200);

        assertThat(received).hasSize(3).endsWith(OLD);
    }

    @Test
    void streamGetsItsResponseAfterA431() throws Exception {
        var backend =
                opened(Backend.at(proxy()).auth(Authenticator.oauth2Proxy()).retry(RetryPolicy.none()));
        var port = serve(
                backend, () -> ApiBuilder.get("/s", ctx -> backend.session(ctx).stream(BackendRequest.get("/x"), ctx)));
        takeALongCookie(backend.session(ALICE));

        assertThat(askAs("alice", "wonderland", port, "/s").body()).isEqualTo("data");
        assertThat(received).hasSize(3).endsWith(OLD);
    }

    @Test
    void responseToANewCookieSettlesIt() {
        var session = session();
        var taken = sentAfter(session, "/x", "_oauth2_proxy=new; Path=/");
        data = ctx -> ctx.status(431);

        assertThat(session.get("/x").status()).isEqualTo(431);
        assertThat(session.get("/x").status()).isEqualTo(431);

        assertThat(received).hasSize(4);
        assertThat(received.subList(1, 4)).containsOnly(taken);
    }

    @Test
    void a400ChangesNothing() {
        var session = session();
        data = setting("_oauth2_proxy=new; Path=/");
        session.get("/x").orThrow();
        data = ctx -> ctx.status(400);

        assertThat(session.get("/x").status()).isEqualTo(400);
        assertThat(session.get("/x").status()).isEqualTo(400);

        assertThat(received).containsExactly(OLD, "_oauth2_proxy=new", "_oauth2_proxy=new");
    }

    private BackendSession sessionThatTookALongCookie() {
        var session = session();
        takeALongCookie(session);
        return session;
    }

    /** The backend refuses what it has set, as a server with a limit of its own for headers does. */
    private void takeALongCookie(BackendSession session) {
        data = setting("_oauth2_proxy=" + "x".repeat(2_000) + "; Path=/");
        session.get("/x").orThrow();
        data = ctx -> {
            var isLong = String.valueOf(ctx.header("Cookie")).length() > 1_000;
            ctx.status(isLong ? 431 : 200).result(isLong ? "too long" : "data");
        };
    }

    /** Of a server whose clock is behind by a day, or of a service whose clock is ahead. */
    @Test
    void expiryWithoutTheServersTimeNeitherRefusesNorEndsASession() {
        sendsDate = false;
        atLogin = "; Path=/; Expires=" + http(Instant.now().minus(Duration.ofHours(23)));
        var session = session();

        assertThat(session.get("/x").orThrow().text()).isEqualTo("data");
        timing.pass(Duration.ofDays(300));
        assertThat(session.get("/x").orThrow().text()).isEqualTo("data");
        assertThat(logins).hasValue(1);

        data = ctx -> ctx.status("_oauth2_proxy=s2".equals(ctx.header("Cookie")) ? 200 : 401)
                .contentType("application/json");
        assertThat(session.get("/x").status()).isEqualTo(200);
        assertThat(logins).hasValue(2);
    }

    @Test
    void expiryIsReadByTheServersTime() {
        atLogin = "; Path=/; Expires=" + http(Instant.now().plus(Duration.ofHours(1)));
        var session = session();

        session.get("/x").orThrow();
        timing.pass(Duration.ofMinutes(61));
        session.get("/x").orThrow();

        assertThat(logins).hasValue(2);
    }

    private static String http(Instant time) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
    }

    @AfterEach
    void closeLog() {
        log.close();
    }
}
