package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import io.apikit.http.RetryPolicy;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.apikit.testkit.oauth2proxy.Unauthenticated;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The session over the oauth2-proxy mode: the machine that logs in and the rules that keep it logged in, together. */
class OAuth2ProxySessionTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");
    private static final Credentials BOB = Credentials.password("bob", "builder");

    private final FakeOAuth2Proxy proxy = FakeOAuth2Proxy.inFrontOf(
                    ctx -> ctx.result(ctx.method() + " " + ctx.header("X-Forwarded-User") + ctx.body()))
            .skipAuthRoutes("^/open/")
            .start();
    private final Backend backend = Backend.at(proxy.url())
            .auth(Authenticator.oauth2Proxy())
            .retry(RetryPolicy.none())
            .build();
    private final Concurrently threads = new Concurrently();

    OAuth2ProxySessionTest() {
        proxy.identityProvider().addUser("alice", "wonderland");
        proxy.identityProvider().addUser("bob", "builder");
    }

    @Test
    void aHundredInterleavedCallsOfTwoUsersCostOneLoginEach() {
        IntStream.range(0, 50).forEach(i -> {
            assertThat(get(ALICE)).isEqualTo("GET alice");
            assertThat(get(BOB)).isEqualTo("GET bob");
        });

        assertThat(proxy.identityProvider().logins()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Unauthenticated.class)
    void twoHundredCallsAtExpiryCauseOneLoginForEachUser(Unauthenticated answer) throws ExecutionException {
        proxy.unauthenticated(answer);
        get(ALICE);
        get(BOB);
        proxy.expireAllSessions();
        proxy.identityProvider().endSessions();

        var alices = threads.start(100, () -> get(ALICE));
        var bobs = threads.start(100, () -> get(BOB));

        assertThat(Concurrently.ended(alices)).containsOnly("GET alice");
        assertThat(Concurrently.ended(bobs)).containsOnly("GET bob");
        assertThat(proxy.identityProvider().logins("alice")).isEqualTo(2);
        assertThat(proxy.identityProvider().logins("bob")).isEqualTo(2);
    }

    @Test
    void aWrongPasswordIsTypedOnceHoweverOftenItIsRepeated() {
        var wrong = Credentials.password("alice", "looking-glass");

        IntStream.range(0, 20)
                .forEach(i -> SessionTest.assertFails(401, () -> get(wrong))
                        .matches(error -> error.headers().containsKey("WWW-Authenticate")));

        assertThat(proxy.identityProvider().loginAttempts("alice")).isOne();
        assertThat(get(ALICE)).isEqualTo("GET alice");
    }

    @Test
    void aPostMeetsTheExpiredSessionAndIsReplayedAsItWas() {
        get(ALICE);
        proxy.expireAllSessions();

        var answer = backend.session(ALICE).post("/submit", Map.of("job", "test"));

        assertThat(answer.orThrow().text()).isEqualTo("POST alice{\"job\":\"test\"}");
        assertThat(proxy.backendRequests()).isEqualTo(2);
    }

    /** The proxy asks the backend without a session too. Each response shows that the session is dead. */
    @Test
    void manyPostsAtOnceAreEachCarriedOutOnce() throws ExecutionException {
        get(ALICE);
        proxy.expireAllSessions();
        int before = proxy.backendRequests();

        var posts = threads.start(
                50, () -> backend.session(ALICE).post("/open/jobs", "job").status());

        assertThat(Concurrently.ended(posts)).containsOnly(200);
        assertThat(proxy.backendRequests()).isEqualTo(before + 50);
        assertThat(get(ALICE)).isEqualTo("GET alice");
        assertThat(proxy.identityProvider().logins()).isEqualTo(2);
    }

    @Test
    void theBackendsOwnDenialIsNoReasonToLogInAgain() {
        get(ALICE);
        proxy.forbid("alice");

        assertThat(backend.session(ALICE).get("/x").status()).isEqualTo(403);
        assertThat(backend.session(ALICE).get("/x").status()).isEqualTo(403);
        assertThat(proxy.identityProvider().logins()).isOne();
    }

    @Test
    void aRotatedPasswordIsSentWithAFreshToken() {
        get(ALICE);
        proxy.identityProvider().changePassword("alice", "changed");
        proxy.identityProvider().endSessions();
        proxy.expireAllSessions();

        assertThat(get(Credentials.password("alice", "changed"))).isEqualTo("GET alice");

        var posts = proxy.identityProvider().loginPosts();
        assertThat(posts).hasSize(2);
        assertThat(posts.get(1).password()).isEqualTo("changed");
        assertThat(posts.get(1).csrfToken()).isNotEqualTo(posts.get(0).csrfToken());
    }

    @Test
    void rollingCookiesFromAnyAnswerAreUsedFromThenOn() {
        get(ALICE);
        proxy.refreshNow();
        get(ALICE);
        get(ALICE);

        assertThat(proxy.identityProvider().logins()).isOne();
    }

    @Test
    void oneLoginAndAHundredCallsWhileTheIdentityProviderIsHeld() throws ExecutionException {
        proxy.identityProvider().hold();
        var alices = threads.start(50, () -> get(ALICE));
        var bobs = threads.start(50, () -> get(BOB));
        proxy.identityProvider().awaitHeld(2);
        proxy.identityProvider().release();

        assertThat(Concurrently.ended(alices)).containsOnly("GET alice");
        assertThat(Concurrently.ended(bobs)).containsOnly("GET bob");
        assertThat(proxy.identityProvider().loginAttempts()).isEqualTo(2);
    }

    private String get(Credentials credentials) {
        return backend.session(credentials)
                .send(BackendRequest.get("/data"))
                .orThrow()
                .text();
    }

    @AfterEach
    void end() {
        threads.close();
        backend.close();
        proxy.close();
    }
}
