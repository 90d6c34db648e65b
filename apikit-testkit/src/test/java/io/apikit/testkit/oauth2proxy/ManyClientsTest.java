package io.apikit.testkit.oauth2proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.ProxyLoginFixture;
import io.apikit.testkit.support.TestBrowser;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ManyClientsTest extends ProxyLoginFixture {
    private static final int CROWD = 1_000;

    /** Held posts cost no thread: more of them would prove no more. */
    private static final int POSTS = 300;

    /** Those of the posts that bring a CSRF token of their own, so that they are logged in. */
    private static final int LOGINS = 50;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final TestBrowser browser = new TestBrowser();

    @Test
    void aCrowdOfPostsIsHeldAndFreed() {
        List<HttpRequest> logins =
                IntStream.range(0, LOGINS).mapToObj(i -> loginPost()).toList();
        HttpRequest stale = logins.get(0);
        idp.hold();
        List<CompletableFuture<Integer>> answers = Stream.concat(
                        logins.stream(), Stream.generate(() -> stale).limit(POSTS - LOGINS))
                .map(this::status)
                .toList();
        idp.awaitHeld(POSTS);
        assertThat(idp.loginAttempts("alice")).isEqualTo(POSTS);
        assertThat(idp.logins()).isZero();

        idp.release();

        assertThat(answers.stream().map(CompletableFuture::join).filter(status -> status == 302))
                .hasSize(LOGINS);
        assertThat(idp.logins("alice")).isEqualTo(LOGINS);
    }

    @Test
    void aThousandCallersMayBlockInTheBackendAtOnce() {
        CountDownLatch all = new CountDownLatch(CROWD);
        try (FakeOAuth2Proxy blocking = FakeOAuth2Proxy.inFrontOf(ctx -> {
                    all.countDown();
                    ctx.status(all.await(30, TimeUnit.SECONDS) ? 200 : 504);
                })
                .identityProvider(idp)
                .start()) {
            browser.get(blocking.url() + "/oauth2/start")
                    .follow()
                    .submit("username", "alice", "password", "wonderland")
                    .follow();
            HttpRequest request = HttpRequest.newBuilder(URI.create(blocking.url() + "/"))
                    .header(
                            "Cookie",
                            "_oauth2_proxy=" + browser.cookies(blocking.url()).get("_oauth2_proxy"))
                    .build();
            List<CompletableFuture<Integer>> answers =
                    IntStream.range(0, CROWD).mapToObj(i -> status(request)).toList();

            assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(200));
        }
    }

    @Test
    void closingFreesWhoeverIsHeld() {
        HttpRequest post = loginPost();
        idp.hold();
        CompletableFuture<Integer> answer = status(post);
        idp.awaitHeld(1);

        idp.close();

        // Answered or cut off, as the race between the two goes: but not left waiting.
        assertThat(answer.handle((status, failure) -> "freed")).succeedsWithin(Duration.ofSeconds(10));
    }

    private HttpRequest loginPost() {
        String callback = URLEncoder.encode(proxy.url() + "/oauth2/callback", StandardCharsets.UTF_8);
        BrowserPage form = browser.get(idp.url() + "/authorize?state=s&redirect_uri=" + callback);
        String body = "username=alice&password=wonderland&csrf_token=" + form.csrf();
        return HttpRequest.newBuilder(URI.create(idp.url() + "/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Cookie", "IDP_SESSION=" + browser.cookies(idp.url()).get("IDP_SESSION"))
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private CompletableFuture<Integer> status(HttpRequest request) {
        return http.sendAsync(request, BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
    }
}
