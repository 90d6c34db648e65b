package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import io.apikit.http.RetryPolicy;
import io.apikit.testkit.formsite.FakeFormSite;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A login that another replica has made is used, renewed and ended as the original one is. Over real HTTP. */
class AdoptedLoginTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");

    private final FakeTiming timing = new FakeTiming();

    /** Makes the mode of one replica. */
    private interface Maker {
        Authenticator make();

        /** Returns the mode whose logins come from another replica. */
        default Authenticator adopting() {
            return new AdoptingMode(make(), make());
        }
    }

    private Backend backend(String url, Authenticator mode) {
        return Backend.at(url)
                .auth(mode)
                .timing(timing)
                .retry(RetryPolicy.none())
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cookie", "endpoint", "page", "none"})
    void formLogin(String token) {
        Consumer<FormLoginOptions> options = login -> {
            login.page("/app/login").logout("POST", "/logout");
            switch (token) {
                case "cookie" -> login.csrfCookie("csrftoken");
                case "endpoint" -> login.csrfFrom("/csrf", "field", "token");
                case "page" -> login.csrfField("/form", "csrf_token").probe("/x");
                default -> {}
            }
        };
        Maker maker = () -> Authenticator.formLogin(options);

        var original = formStory(maker.make());

        assertThat(original)
                .contains("200 alice [areaid, csrftoken, sessionid]", "2 logins", "0 stray cookies")
                .contains(token.equals("none") ? "403" : "200 alice [csrftoken, sessionid] with Origin")
                .contains(token.equals("none") ? "0 log-outs" : "1 log-outs");
        assertThat(formStory(maker.adopting())).isEqualTo(original);
    }

    private List<String> formStory(Authenticator mode) {
        var story = new ArrayList<String>();
        try (var site = FakeFormSite.inFrontOf(AdoptedLoginTest::show)
                .clock(() -> Instant.EPOCH.plusNanos(timing.nanoTime()))
                .sessionLife(Duration.ofMinutes(10))
                .page("/app/login")
                .start()) {
            site.addUser("alice", "wonderland");
            try (var backend = backend(site.url(), mode)) {
                var session = backend.session(ALICE);
                story.addAll(calls(session));
                site.rotateTokens();
                story.addAll(calls(session));
                timing.pass(Duration.ofMinutes(6));
                story.addAll(calls(session));
                timing.pass(Duration.ofMinutes(6));
                story.addAll(calls(session));
                site.endSessions();
                story.addAll(calls(session));
            }
            story.add(site.logins() + " logins");
            story.add(site.logouts() + " log-outs");
            story.add(site.csrfRefusals() + " refusals of tokens");
            story.add(site.strayCookies() + " stray cookies");
        }
        return story;
    }

    private static void show(Context ctx) {
        var cookies = ctx.cookieMap().keySet().stream().sorted().toList();
        ctx.result(FakeFormSite.user(ctx) + " " + cookies + (ctx.header("Origin") == null ? "" : " with Origin"));
    }

    private static List<String> calls(BackendSession session) {
        var write = BackendRequest.post("/app/x").json(Map.of());
        return List.of(
                result(session, BackendRequest.get("/app/x")),
                result(session, BackendRequest.get("/area/x")),
                result(session, write));
    }

    private static String result(BackendSession session, BackendRequest request) {
        var response = session.send(request);
        return response.isSuccess() ? "200 " + response.text() : String.valueOf(response.status());
    }

    @Test
    void oauth2Proxy() {
        Maker maker = Authenticator::oauth2Proxy;

        var original = proxyStory(maker.make());

        assertThat(original)
                .containsExactly("200 alice", "200 alice", "200 alice", "200 alice", "2 logins", "1 sign-outs");
        assertThat(proxyStory(maker.adopting())).isEqualTo(original);
    }

    /** The proxy renews its cookie, which comes in parts, with a response. */
    private List<String> proxyStory(Authenticator mode) {
        var story = new ArrayList<String>();
        try (var proxy = FakeOAuth2Proxy.inFrontOf(ctx -> ctx.result(String.valueOf(ctx.header("X-Forwarded-User"))))
                .splitCookies(100)
                .cookieRefresh(Duration.ofHours(1))
                .start()) {
            proxy.identityProvider().addUser("alice", "wonderland");
            try (var backend = backend(proxy.url(), mode)) {
                var session = backend.session(ALICE);
                story.add(result(session, BackendRequest.get("/x")));
                proxy.refreshNow();
                story.add(result(session, BackendRequest.get("/x")));
                story.add(result(session, BackendRequest.get("/x")));
                proxy.expireAllSessions();
                story.add(result(session, BackendRequest.get("/x")));
            }
            story.add(proxy.logins() + " logins");
            story.add(proxy.count("/oauth2/sign_out") + " sign-outs");
        }
        return story;
    }

    /** The path of the log-out is a secret of the login. */
    @Test
    void tokenLogin() {
        Maker maker = () -> Authenticator.tokenLogin(login -> login.credentialsAsForm("user", "password")
                .sign("X-Token", "{text}")
                .logout("DELETE", "/sessions/{text}"));

        var original = tokenStory(maker.make());

        assertThat(original)
                .containsExactly(
                        "GET /data HTTP/1.1 token-1",
                        "GET /data HTTP/1.1 token-1",
                        "GET /data HTTP/1.1 token-2",
                        "DELETE /sessions/token-2 HTTP/1.1 token-2");
        assertThat(tokenStory(maker.adopting())).isEqualTo(original);
    }

    private List<String> tokenStory(Authenticator mode) {
        try (var server = new WireBackend(call -> call.write(WireBackend.ok("data")))) {
            try (var backend = backend(server.url(), mode)) {
                var session = backend.session(ALICE);
                session.get("/data").orThrow();
                server.expire();
                session.get("/data").orThrow();
            }
            return server.requests().stream()
                    .map(request -> request.line() + " " + request.header("X-Token"))
                    .collect(Collectors.toList());
        }
    }
}
