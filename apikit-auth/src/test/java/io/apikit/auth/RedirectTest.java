package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Tls;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.apikit.testkit.tls.TlsLevel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Redirects are answers, not places to go: elsewhere nobody asks, and no credentials come along. */
class RedirectTest extends FrontDoorTest {
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicInteger elsewhere = new AtomicInteger();

    /** Another port; the same server by another name of its host is another host. */
    private final String other = backend(config -> config.routes.before(ctx -> elsewhere.incrementAndGet()));

    /** A backend whose login is fine, and whose data are elsewhere. */
    private String redirecting(int status, String location) {
        return backend(config -> {
            config.routes.post("/login", ctx -> ctx.result("token-" + logins.incrementAndGet()));
            config.routes.before("/data", ctx -> {
                requests.incrementAndGet();
                ctx.status(status).header("Location", location);
            });
            config.routes.get("/data", ctx -> {});
            config.routes.post("/data", ctx -> {});
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectToAnotherPortIsABadGateway(int status) throws Exception {
        staysHere(status, other + "/data");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectToAnotherHostIsABadGateway(int status) throws Exception {
        staysHere(status, other.replace("127.0.0.1", "localhost") + "/data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"//127.0.0.1:1/", "http://alice:wonderland@127.0.0.1:1/", "javascript:x", "\\\\x", ""})
    void redirectToNonsenseIsABadGateway(String location) throws Exception {
        staysHere(302, location);
    }

    private void staysHere(int status, String location) throws Exception {
        for (var mode : new Authenticator[] {new TokenMode(), Authenticator.basic()}) {
            requests.set(0);
            var backend = opened(Backend.at(redirecting(status, location)).auth(mode));
            var port = serve(backend, () -> {
                get(
                        "/data",
                        ctx -> ctx.result(
                                backend.session(ctx).get("/data").orThrow().text()));
                get(
                        "/post",
                        ctx -> ctx.result(backend.session(ctx)
                                .post("/data", Map.of("a", "b"))
                                .orThrow()
                                .text()));
            });
            for (var path : new String[] {"/data", "/post"}) {
                var answer = askAs("alice", "wonderland", port, path);
                assertThat(answer.statusCode()).isEqualTo(502);
                assertThat(answer.headers().firstValue("Location")).isEmpty();
                assertThat(answer.body()).doesNotContain("wonderland", "javascript");
            }
            assertThat(requests).hasValue(2);
        }
        assertThat(elsewhere).hasValue(0);
    }

    @Test
    void redirectedStreamGoesNowhere() throws Exception {
        var backend = opened(Backend.at(redirecting(302, other + "/data")).auth(new TokenMode()));
        var port = serve(
                backend, () -> get("/data", ctx -> backend.session(ctx).stream(BackendRequest.get("/data"), ctx)));

        var answer = askAs("alice", "wonderland", port, "/data");

        assertThat(answer.headers().firstValue("Location")).isEmpty();
        assertThat(elsewhere).hasValue(0);
    }

    @Test
    void redirectFromHttpsToHttpIsA502() throws Exception {
        var redirect = Fault.redirect(302, other + "/data");
        try (var secure =
                FaultyServer.builder(redirect).tls(TlsLevel.SELF_SIGNED).start()) {
            var backend = opened(Backend.at(secure.url())
                    .auth(Authenticator.basic())
                    .http(HttpOptions.builder()
                            .tls(Tls.trusting(secure.certificatePem()))
                            .build())
                    .retry(RetryPolicy.none()));
            var port = serve(
                    backend,
                    () -> get(
                            "/data",
                            ctx -> ctx.result(
                                    backend.session(ctx).get("/data").orThrow().text())));

            assertThat(askAs("alice", "wonderland", port, "/data").statusCode()).isEqualTo(502);

            assertThat(secure.requests())
                    .extracting(request -> request.header("Authorization"))
                    .containsExactly(Optional.of(basic("alice", "wonderland")));
            assertThat(elsewhere).hasValue(0);
        }
    }

    /** A login that is redirected is not sent there: neither a token login nor a client's secret, nor a form. */
    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectedLoginIsBrokenAndSendsNoPassword(int status) {
        var url = backend(config ->
                config.routes.post("/token", ctx -> ctx.status(status).header("Location", other + "/token")));
        Function<Authenticator, Backend> with = mode -> opened(Backend.at(url).auth(mode));

        assertFails(
                502,
                () -> with.apply(Authenticator.tokenLogin(
                                login -> login.post("/token").sign("X", "{token}")))
                        .session(ALICE)
                        .get("/data"));
        assertFails(
                502,
                () -> with.apply(Authenticator.clientCredentials(client -> client.tokenUri(url + "/token")))
                        .session(ALICE)
                        .get("/data"));

        assertThat(elsewhere).hasValue(0);
    }

    @Test
    void loginInCirclesEndsAfterTwentyHops() throws Exception {
        var hops = new AtomicInteger();
        var url = backend(config -> {
            config.routes.get("/oauth2/start", ctx -> {
                hops.incrementAndGet();
                ctx.header("Set-Cookie", "_oauth2_proxy_csrf=mark; Path=/");
                ctx.redirect(ctx.url().replace("127.0.0.1", "localhost").replace("/oauth2/start", "/circle"));
            });
            config.routes.get("/circle", ctx -> {
                hops.incrementAndGet();
                ctx.redirect("/circle");
            });
        });
        var backend = opened(Backend.at(url).auth(Authenticator.oauth2Proxy()));
        var port = serve(
                backend,
                () -> get(
                        "/data",
                        ctx -> ctx.result(
                                backend.session(ctx).get("/data").orThrow().text())));

        var answer = askAs("alice", "wonderland", port, "/data");

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("redirect loop");
        assertThat(hops.get()).isBetween(20, 21);
    }

    @Test
    void dataRedirectedToSignInCostOneRenewal() throws Exception {
        try (var proxy = FakeOAuth2Proxy.inFrontOf(ctx -> ctx.redirect("/oauth2/sign_in"))
                .start()) {
            proxy.identityProvider().addUser("alice", "wonderland");
            var backend = opened(Backend.at(proxy.url()).auth(Authenticator.oauth2Proxy()));
            var port = serve(backend, () -> {
                get(
                        "/data",
                        ctx -> ctx.result(
                                backend.session(ctx).get("/data").orThrow().text()));
                post("/unused", ctx -> {});
            });

            for (var i = 0; i < 5; i++) {
                assertThat(askAs("alice", "wonderland", port, "/data").statusCode())
                        .isEqualTo(502);
            }

            assertThat(proxy.count("/oauth2/start")).isEqualTo(2);
            assertThat(proxy.backendRequests()).isEqualTo(6);
        }
    }

    @AfterEach
    void assertNothingSentElsewhere() {
        assertThat(elsewhere).hasValue(0);
    }
}
