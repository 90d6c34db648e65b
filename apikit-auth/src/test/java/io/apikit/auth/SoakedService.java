package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.http.BackendRequest;
import io.apikit.http.BreakerPolicy;
import io.apikit.http.HttpOptions;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.stream.IntStream;

/** A service before two backends: one behind a login, and one whose every connection breaks in another way. */
final class SoakedService implements AutoCloseable {
    static final int USERS = 40;
    static final int MOST_SESSIONS = 30;
    static final int MOST_CONNECTIONS = 6;
    private static final int STREAMED = 200_000;

    /** As many connections as a soak can open. */
    private static final int CONNECTIONS = 1_000_000;

    private static final Fault[] FAULTS = {
        Fault.response(200, "text/plain", "ok"),
        Fault.resetBeforeResponse(),
        Fault.resetInBody(),
        Fault.closeWithoutResponse(),
        Fault.response(200, "text/plain", "ok").then(Fault.resetBeforeResponse()),
        Fault.shortBody(),
        Fault.truncatedChunk(),
        Fault.malformedChunk(),
        Fault.response(200, "text/plain", "ok").forever(),
        Fault.garbageStatusLine(),
        Fault.stalledResponse(),
        Fault.stalledHeaders(),
        Fault.stalledBody(),
        Fault.endlessBody(),
        Fault.endlessHeaders(),
        Fault.gzipBomb(64 << 20),
        Fault.redirectLoop(),
        Fault.response(503, "text/plain", "busy")
    };

    final FakeOAuth2Proxy proxy =
            FakeOAuth2Proxy.inFrontOf(SoakedService::answer).splitCookies(1000).start();
    final FaultyServer faulty = FaultyServer.start(IntStream.range(0, CONNECTIONS)
            .mapToObj(i -> FAULTS[i % FAULTS.length])
            .toArray(Fault[]::new));
    final Backend guarded = Backend.at(proxy.url())
            .refusalsPerUser(1_000_000, Duration.ofMillis(1))
            .refusalsPerSource(1_000_000, Duration.ofMillis(1))
            .auth(Authenticator.oauth2Proxy())
            .http(options().responseTimeout(Duration.ofSeconds(5)).build())
            .maxSessions(MOST_SESSIONS)
            .loginCoolDown(Duration.ofSeconds(1))
            .breaker(BreakerPolicy.builder().openFor(Duration.ofMillis(100)).build())
            .build();
    final Backend broken = Backend.at(faulty.url())
            .http(options()
                    .responseTimeout(Duration.ofMillis(100))
                    .totalTimeout(Duration.ofMillis(400))
                    .build())
            .breaker(BreakerPolicy.none())
            .build();
    private final ApiApp app = ApiApp.builder(ServiceMetadata.builder()
                    .name("soaked")
                    .version("1")
                    .repository("https://example.org/soaked")
                    .description("Gets wet.")
                    .build())
            .auth(guarded)
            .closeOnStop(broken)
            .routes(() -> {
                get(
                        "/whoami",
                        ctx -> ctx.result(
                                guarded.session(ctx).get("/whoami").orThrow().text()));
                post(
                        "/echo",
                        ctx -> ctx.result(guarded.session(ctx)
                                .send(BackendRequest.post("/echo").body(ctx.bodyAsBytes(), "text/plain"))
                                .orThrow()
                                .text()));
                get("/stream", ctx -> guarded.session(ctx).stream(BackendRequest.get("/stream"), ctx));
                get(
                        "/faulty",
                        ctx -> ctx.result(
                                broken.session(ctx).get("/faulty").orThrow().text()));
            })
            .build();

    SoakedService() {
        IntStream.range(0, USERS)
                .mapToObj(SoakedService::user)
                .forEach(name -> proxy.identityProvider().addUser(name, password(name)));
        app.start("127.0.0.1", 0);
    }

    static String user(int number) {
        return "user" + number;
    }

    static String password(String user) {
        return user + "-secret";
    }

    /** What the stream of this user has to be. */
    static String streamed(String user) {
        return (user + '\n').repeat(STREAMED / (user.length() + 1));
    }

    private static void answer(Context ctx) {
        var user = String.valueOf(ctx.header("X-Forwarded-User"));
        switch (ctx.path()) {
            case "/stream" -> ctx.result(streamed(user));
            case "/echo" -> ctx.result(user + ctx.body());
            default -> ctx.result(user);
        }
    }

    private static HttpOptions.Builder options() {
        return HttpOptions.builder()
                .maxConnections(MOST_CONNECTIONS)
                .connectTimeout(Duration.ofSeconds(2))
                .bodyLimitBytes(1 << 20);
    }

    int port() {
        return app.port();
    }

    /** Stops the service, which closes its backends; the servers behind them go on. */
    void stop() {
        app.stop();
    }

    @Override
    public void close() {
        app.stop();
        faulty.close();
        proxy.close();
    }
}
