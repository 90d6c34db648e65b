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
    private static final int CALLERS = 1_000;

    /** Held posts cost no thread. More of them would prove nothing more. */
    private static final int POSTS = 300;

    /** The posts that have a CSRF token of their own, and log in. */
    private static final int LOGINS = 50;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final TestBrowser browser = new TestBrowser();

    @Test
    void manyPostsAreHeldAndReleased() {
        List<HttpRequest> logins =
                IntStream.range(0, LOGINS).mapToObj(i -> loginPost()).toList();
        HttpRequest stale = logins.get(0);
        idp.hold();
        List<CompletableFuture<Integer>> responses = Stream.concat(
                        logins.stream(), Stream.generate(() -> stale).limit(POSTS - LOGINS))
                .map(this::status)
                .toList();
        idp.awaitHeld(POSTS);
        assertThat(idp.loginAttempts("alice")).isEqualTo(POSTS);
        assertThat(idp.logins()).isZero();

        idp.release();

        assertThat(responses.stream().map(CompletableFuture::join).filter(status -> status == 302))
                .hasSize(LOGINS);
        assertThat(idp.logins("alice")).isEqualTo(LOGINS);
    }

    @Test
    void thousandCallersCanBlockInTheBackend() {
        CountDownLatch all = new CountDownLatch(CALLERS);
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
            List<CompletableFuture<Integer>> responses =
                    IntStream.range(0, CALLERS).mapToObj(i -> status(request)).toList();

            assertThat(responses)
                    .allSatisfy(response -> assertThat(response.join()).isEqualTo(200));
        }
    }

    @Test
    void closingReleasesHeldLogins() {
        HttpRequest post = loginPost();
        idp.hold();
        CompletableFuture<Integer> response = status(post);
        idp.awaitHeld(1);

        idp.close();

        // The post gets a response or is cut off, whichever is first. It does not wait any longer.
        assertThat(response.handle((status, failure) -> "freed")).succeedsWithin(Duration.ofSeconds(10));
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
