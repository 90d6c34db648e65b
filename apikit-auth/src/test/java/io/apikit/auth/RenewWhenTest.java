package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A backend that says with a 200 that a login has ended. */
class RenewWhenTest extends StreamTest {
    private static final String EXPIRED = "{\"error\":\"session expired\"}";

    private final AtomicInteger asked = new AtomicInteger();

    private Authenticator mode(Consumer<TokenLoginOptions> more) {
        return Authenticator.tokenLogin(login -> more.accept(login.credentialsAsForm("user", "password")
                .sign("X-Token", "{text}")
                .renewWhen(response -> {
                    asked.incrementAndGet();
                    return response.text().contains("session expired");
                })));
    }

    private static UnaryOperator<Backend.Builder> using(Authenticator mode) {
        return settings -> settings.auth(mode);
    }

    /** A service that passes on what the backend responds to a request of this kind. */
    private WireBackend serve(Consumer<TokenLoginOptions> more) {
        return serve(call -> call.write(WireBackend.ok("data")), using(mode(more)), ctx -> {
                    var request = ctx.method().name().equals("POST")
                            ? BackendRequest.post("/data").json(Map.of())
                            : BackendRequest.get("/data");
                    ctx.result(alice().send(request).orThrow().text());
                })
                .rejecting(WireBackend.ok(EXPIRED));
    }

    @ParameterizedTest
    @CsvSource({
        // The method, whether nothing was done; the first response, the requests at the backend.
        "GET, false, data, 3",
        "GET, true, data, 3",
        "POST, true, data, 3",
        "POST, false, expired, 2"
    })
    void successThatSaysSoRenews(String method, boolean isNothingDone, String first, int requests) throws Exception {
        var server = serve(isNothingDone ? TokenLoginOptions::meansNothingDone : login -> {});
        ask("GET");
        server.expire();

        assertThat(ask(method).body()).asString(UTF_8).isEqualTo(first.equals("data") ? "data" : EXPIRED);
        assertThat(server.requests()).hasSize(requests);
        assertThat(ask(method).body()).asString(UTF_8).isEqualTo("data");

        assertThat(server.logins()).isEqualTo(2);
        assertThat(server.requests()).hasSize(requests + 1);
    }

    @Test
    void unauthorizedRenewsAsWell() throws Exception {
        var server = serve(login -> {}).rejecting("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        ask("GET");
        server.expire();

        assertThat(ask("POST").body()).asString(UTF_8).isEqualTo("data");
        assertThat(server.logins()).isEqualTo(2);
    }

    @Test
    void predicateThatThrowsIsABadGatewayThatNamesTheOption() throws Exception {
        var mode = Authenticator.tokenLogin(login -> login.credentialsAsForm("user", "password")
                .sign("X-Token", "{text}")
                .renewWhen(response -> !response.text().equals("free")
                        && response.json(Map.class).isEmpty()));
        serve(
                call -> call.write(WireBackend.ok("no JSON")),
                using(mode),
                ctx -> ctx.result(alice().get("/data").text()));

        var response = ask("GET");

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).asString(UTF_8).contains("The auth mode token failed in renewWhen.");
    }

    @Test
    void shortStreamThatSaysSoIsNeverPassedOn() throws Exception {
        var server = serve(
                        call -> call.write(WireBackend.ok("data")),
                        using(mode(login -> {})),
                        ctx -> alice().stream(BackendRequest.get("/data"), ctx))
                .rejecting(WireBackend.ok(EXPIRED));
        ask("GET");
        server.expire();

        assertThat(ask("GET").body()).asString(UTF_8).isEqualTo("data");
        assertThat(server.logins()).isEqualTo(2);
    }

    /** The rest comes only after the beginning has been passed on. */
    @Test
    void streamStaysAStream() throws Exception {
        var isPassedOn = new CountDownLatch(1);
        asked.set(0);
        serve(
                call -> {
                    call.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                            .chunk("first");
                    call.chunk(isPassedOn.await(5, TimeUnit.SECONDS) ? "second" : "late")
                            .chunk("");
                },
                using(mode(login -> {})),
                ctx -> alice().stream(BackendRequest.get("/data"), ctx));

        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/data"));
        var body = HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                .body();

        assertThat(body.readNBytes(5)).asString(UTF_8).isEqualTo("first");
        isPassedOn.countDown();
        assertThat(body.readAllBytes()).asString(UTF_8).isEqualTo("second");
        assertThat(asked).hasValue(0);
    }
}
