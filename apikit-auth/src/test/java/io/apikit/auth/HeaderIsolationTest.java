package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.RetryPolicy;
import io.javalin.http.Context;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What headers pass from caller to backend, and from backend to caller: no cookie, and no credentials. */
class HeaderIsolationTest extends FrontDoorTest {
    private static final String CALLERS_COOKIE = "callers=cookie";

    private final WireBackend wire = new WireBackend(call -> {
        var status = call.received().line().contains("/error") ? "500 Oops" : "200 OK";
        call.write("HTTP/1.1 " + status + "\r\nSet-Cookie: backends=cookie; Path=/\r\nSet-Cookie2: old=cookie\r\n"
                + "Content-Type: text/plain\r\nContent-Length: 4\r\n\r\ndata");
    });

    @ParameterizedTest
    @ValueSource(strings = {"/data", "/error", "/stream", "/stream/error"})
    void theBackendsSetCookieNeverReachesTheCaller(String path) throws Exception {
        var answer = ask(service(backend(new TokenMode())), path, "Authorization", basic("alice", "wonderland"));

        assertThat(answer.statusCode()).isEqualTo(path.endsWith("error") ? 500 : 200);
        assertThat(answer.body()).contains("data");
        assertThat(answer.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("set-cookie"));
        assertThat(answer.headers().map().toString() + answer.body()).doesNotContain("cookie");
    }

    @Test
    void noStreamCanBeToldToPassSetCookieOn() throws Exception {
        var backend = backend(Authenticator.none());
        var port = serve(
                backend,
                () -> get(
                        "/data",
                        ctx -> assertThatIllegalArgumentException()
                                .isThrownBy(() ->
                                        backend.session(ctx).stream(BackendRequest.get("/data"), ctx, "Set-Cookie"))));

        assertThat(ask(port, "/data").statusCode()).isEqualTo(200);
        assertThat(wire.requests()).isEmpty();
    }

    @Test
    void theCallersCookieAndAuthorizationNeverReachABackendThatHasALoginOfItsOwn() throws Exception {
        var port = service(backend(new TokenMode()));

        askAll(port, basic("alice", "wonderland"));

        assertThat(wire.requests()).isNotEmpty().allSatisfy(request -> {
            assertThat(request.header("X-Token")).isEqualTo("token-1");
            assertThat(request.header("Authorization")).isEmpty();
            assertThat(request.header("Cookie")).isEmpty();
        });
    }

    @Test
    void withoutALoginTheCallersAuthorizationStaysHere() throws Exception {
        askAll(service(backend(Authenticator.none())), basic("alice", "wonderland"));

        assertThat(wire.requests()).isNotEmpty().allSatisfy(request -> {
            assertThat(request.header("Authorization")).isEmpty();
            assertThat(request.header("Cookie")).isEmpty();
        });
    }

    @Test
    void aServiceAccountSignsAndTheCallersAuthorizationStaysHere() throws Exception {
        var service = Credentials.password("service", "looking-glass");
        var backend = opened(Backend.at(wire.url()).auth(Authenticator.basic()).credentials(service));

        askAll(service(backend), basic("alice", "wonderland"));

        assertThat(wire.requests()).isNotEmpty().allSatisfy(request -> {
            assertThat(request.header("Authorization")).isEqualTo(basic("service", "looking-glass"));
            assertThat(request.header("Cookie")).isEmpty();
        });
    }

    @Test
    void aRelayPassesTheBearerTokenOnAndNothingElse() throws Exception {
        askAll(service(backend(Authenticator.bearerRelay())), "Bearer token-alice-0");

        assertThat(wire.requests()).isNotEmpty().allSatisfy(request -> {
            assertThat(request.header("Authorization")).isEqualTo("Bearer token-alice-0");
            assertThat(request.header("Cookie")).isEmpty();
            assertThat(request.header("X-Forwarded-User")).isEmpty();
        });
    }

    private void askAll(int port, String authorization) throws Exception {
        for (var path : new String[] {"/data", "/error", "/stream", "/stream/error"}) {
            ask(
                    port,
                    path,
                    "Authorization",
                    authorization,
                    "Cookie",
                    CALLERS_COOKIE,
                    "Proxy-Authorization",
                    "Basic cHJveHk=",
                    "X-Forwarded-User",
                    "mallory");
        }
        assertThat(wire.requests())
                .allSatisfy(request ->
                        assertThat(request.head()).doesNotContain(CALLERS_COOKIE, "Proxy-Authorization", "mallory"));
    }

    private Backend backend(Authenticator mode) {
        return opened(Backend.at(wire.url()).auth(mode).retry(RetryPolicy.none()));
    }

    private int service(Backend backend) {
        return serve(backend, () -> {
            get("/data", ctx -> answer(backend, ctx, "/data"));
            get("/error", ctx -> answer(backend, ctx, "/error"));
            get("/stream", ctx -> backend.session(ctx).stream(conditional("/data", ctx), ctx, "X-Any"));
            get("/stream/error", ctx -> backend.session(ctx).stream(conditional("/error", ctx), ctx));
        });
    }

    private static void answer(Backend backend, Context ctx, String path) {
        ctx.result(backend.session(ctx).get(path).orThrow().text());
    }

    private static BackendRequest conditional(String path, Context ctx) {
        return BackendRequest.get(path).conditionsOf(ctx);
    }

    @AfterEach
    void stopWire() {
        wire.close();
    }
}
