package io.apikit.status;

import static io.javalin.apibuilder.ApiBuilder.get;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A service with a status page, in front of a backend behind a fake oauth2-proxy with the users alice and bob. */
final class ProxiedService implements AutoCloseable {
    static final ServiceMetadata METADATA = ServiceMetadata.builder()
            .name("uservice-watched")
            .version("0.0.1")
            .repository("https://example.org/uservice-watched")
            .description("A watched service")
            .build();

    static final String VALUE = "/nightly/coverage";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String[] LOGINS = {"alice:wonderland", "bob:builder"};

    private final FakeIdentityProvider provider = FakeIdentityProvider.builder()
            .user("alice", "wonderland")
            .user("bob", "builder")
            .start();
    private final FakeOAuth2Proxy proxy = FakeOAuth2Proxy.inFrontOf(ctx -> {
                ctx.status("nonsense".equals(ctx.queryParam("metric")) ? 404 : 200);
                ctx.result("93.5");
            })
            .identityProvider(provider)
            .start();
    private RunningApp running = startApp(0);

    /** Samples are taken every 250 ms, so that no test waits for minutes of history. */
    private RunningApp startApp(int port) {
        var backend = Backend.at(proxy.url())
                .name("watched-backend")
                .auth(Authenticator.oauth2Proxy())
                .build();
        var app = ApiApp.builder(METADATA)
                .auth(backend)
                .operations(ops -> ops.softCheck("backend", backend::isReachable)
                        .page(new StatusPage("/status", Duration.ofMillis(250), System::nanoTime))
                        .stopDelay(Duration.ZERO))
                .routes(() -> get(
                        "/{jobname}/{metric}",
                        ctx -> ctx.result(backend.session(ctx)
                                .get("/api", Map.of("metric", ctx.pathParam("metric")))
                                .orThrow()
                                .text())))
                .build();
        return new RunningApp(app.start("127.0.0.1", port));
    }

    RunningApp running() {
        return running;
    }

    FakeOAuth2Proxy proxy() {
        return proxy;
    }

    /** Starts the app again, at the port it had. */
    void restart(int port) {
        running = startApp(port);
    }

    /** Sends as many requests at once as this, by both users in turn, and waits for their responses. */
    void sendAtOnce(int count) throws Exception {
        var responses = IntStream.range(0, count)
                .mapToObj(i -> HttpRequest.newBuilder(URI.create(running.url() + VALUE))
                        .header("Authorization", basic(LOGINS[i % LOGINS.length]))
                        .timeout(Duration.ofSeconds(20))
                        .build())
                .map(request -> CLIENT.sendAsync(request, BodyHandlers.ofString()))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(responses).get(30, TimeUnit.SECONDS);
    }

    private static String basic(String login) {
        return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        running.close();
        proxy.close();
        provider.close();
    }
}
