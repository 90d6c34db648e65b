package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mode's judgement of an answer that is to be passed on, and the renewal that may follow. */
class StreamJudgedTest extends StreamTest {
    /** Takes a page that asks to sign in for an expired login. */
    private static final class PageMode extends TokenMode {
        @Override
        public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
            return response.status() == 401 || response.text().contains("Sign in") ? Verdict.EXPIRED : Verdict.ACCEPTED;
        }
    }

    private WireBackend judged(TokenMode mode, WireBackend.Script script) {
        return serve(script, settings -> settings.auth(mode), ctx -> alice().stream(BackendRequest.get("/data"), ctx));
    }

    @Test
    void expiredLoginIsRenewedBeforeTheFirstByte() throws Exception {
        var server = passing(call -> call.write(WireBackend.ok("data")));
        ask("GET");
        server.expire();

        assertThat(ask("GET").body()).asString(UTF_8).isEqualTo("data");
        assertThat(server.logins()).isEqualTo(2);
        assertThat(server.requests()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 1000})
    void longSignInPageIsNeverPassedOn(int fillersOf1KiB) throws Exception {
        var page = "<h1>Sign in</h1>" + "<!-- filler -->\n".repeat(64 * fillersOf1KiB);
        var server = judged(new PageMode(), call -> call.write(WireBackend.ok("data")))
                .rejecting(WireBackend.ok(page).replace("text/plain", "text/html"));
        ask("GET");
        server.expire();

        assertThat(ask("GET").body()).asString(UTF_8).isEqualTo("data");
        assertThat(server.logins()).isEqualTo(2);
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void judgedResponseIsPassedOnWhole() throws Exception {
        var text = "0123456789abcdef".repeat(64 << 10);
        judged(new PageMode(), call -> call.write(WireBackend.ok(text)));

        assertThat(ask("GET").body()).asString(UTF_8).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {65_535, 65_536, 65_537, 1_000_000})
    void judgeSeesAtMost64KiB(int length) throws Exception {
        var seen = new CopyOnWriteArrayList<Integer>();
        judged(
                looking(seen, response -> response.bytes().length),
                call -> call.write(WireBackend.ok("x".repeat(length))));

        assertThat(ask("GET").body()).hasSize(length);
        assertThat(seen).containsExactly(Math.min(length, 65_536));
    }

    @Test
    void rejectionByTheHeadIsA502() throws Exception {
        var server = judged(
                new TokenMode() {
                    @Override
                    public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
                        return response.status() == 302 ? Verdict.EXPIRED : Verdict.ACCEPTED;
                    }
                },
                call -> call.write("HTTP/1.1 302 Found\r\nLocation: /?secret=1\r\nContent-Length: 900000\r\n\r\n")
                        .write("x".repeat(900_000)));

        var answer = ask("GET");

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).asString(UTF_8).contains("answered 302").doesNotContain("xxx", "secret");
        assertThat(server.logins()).isEqualTo(2);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void secondRejectionIsThrownAsItIs() throws Exception {
        var server = passing(call ->
                call.write("HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nno"));

        var answer = ask("GET");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(answer.body()).asString(UTF_8).contains("\"error_content\":\"no\"");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void refusedFixedLoginReachesTheBackendOnce() throws Exception {
        var wrong = Credentials.password("alice", "guess");
        var server = serve(
                call -> call.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno"),
                settings -> settings.auth(Authenticator.basic()),
                ctx -> session(wrong).stream(BackendRequest.get("/data"), ctx));

        assertThat(ask("GET").statusCode()).isEqualTo(401);
        assertThat(ask("GET").statusCode()).isEqualTo(401);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void acceptedFixedLoginPassesItsFirstResponseOn() throws Exception {
        var server = serve(
                call -> call.write(WireBackend.ok("data")),
                settings -> settings.auth(Authenticator.basic()),
                ctx -> alice().stream(BackendRequest.get("/data"), ctx));

        assertThat(ask("GET").body()).asString(UTF_8).isEqualTo("data");
        assertThat(ask("GET").body()).asString(UTF_8).isEqualTo("data");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void failingJudgeLeavesNothingOpen() throws Exception {
        judged(
                looking(List.of(), response -> {
                    throw new IllegalStateException("no judge today");
                }),
                call -> call.write(WireBackend.ok("x".repeat(500_000))));

        assertThat(ask("GET").statusCode()).isEqualTo(502);
    }

    @Test
    void rollingCookiesOfAStreamAreTaken() throws Exception {
        var refreshed = new AtomicInteger();
        judged(
                new TokenMode() {
                    @Override
                    public Login refreshed(Login current, BackendResponse response) {
                        refreshed.addAndGet(response.header("Set-Cookie").isPresent() ? 1 : 0);
                        return current;
                    }
                },
                call -> call.write("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok"));

        assertThat(ask("GET").headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(refreshed).hasValue(1);
    }

    private static <T> TokenMode looking(List<T> seen, Function<BackendResponse, T> look) {
        return new TokenMode() {
            private final AtomicInteger answers = new AtomicInteger();

            @Override
            public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
                // The first is the test's; the next only asks whether the connection is free.
                if (answers.getAndIncrement() == 0) {
                    seen.add(look.apply(response));
                }
                return Verdict.ACCEPTED;
            }
        };
    }
}
