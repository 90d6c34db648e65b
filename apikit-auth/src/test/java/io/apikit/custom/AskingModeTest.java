package io.apikit.custom;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.BackendSession;
import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import io.apikit.auth.LoginTransport;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.RetryPolicy;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A mode of a user that reads its login, signs it again, and asks the backend under it: a 403 of this backend is a refusal
 * or a dead token.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AskingModeTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString("alice:wonderland".getBytes(UTF_8));

    private final Set<String> alive = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicInteger rolled = new AtomicInteger();
    private final AtomicInteger failure = new AtomicInteger(500);
    private final Javalin server = Javalin.create(config -> {
                config.startup.showJavalinBanner = false;
                config.startup.startupWatcherEnabled = false;
                config.routes.post("/login", ctx -> {
                    var token = "token-" + logins.incrementAndGet();
                    alive.add(token);
                    ctx.result(token);
                });
                config.routes.get("/whoami", ctx -> ctx.status(isAlive(ctx) ? 200 : 401));
                config.routes.get("/data", this::data);
                config.routes.post("/data", this::data);
                config.routes.get("/denied", ctx -> received(ctx).status(403).result("not for you"));
                config.routes.get("/echo", ctx -> ctx.result(String.valueOf(ctx.header("Authorization"))));
                config.routes.get(
                        "/failing",
                        ctx -> ctx.status(failure.get())
                                .result("cannot check " + ctx.header("X-Token") + ", never-sent"));
            })
            .start("127.0.0.1", 0);

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicReference<Backend> backend = new AtomicReference<>();
    private final AtomicReference<Credentials> caller = new AtomicReference<>(ALICE);
    private final ApiApp app = ApiApp.builder(metadata())
            .routes(() -> {
                get("/sent/{path}", ctx -> pass(session().get(ctx.pathParam("path")), ctx));
                post("/sent/{path}", ctx -> pass(session().post(ctx.pathParam("path"), Map.of()), ctx));
                get("/streamed/{path}", ctx -> session().stream(BackendRequest.get(ctx.pathParam("path")), ctx));
            })
            .build()
            .start("127.0.0.1", 0);

    private Context received(Context ctx) {
        requests.add(ctx.method() + " " + ctx.path() + " " + ctx.header("X-Token") + " " + ctx.cookie("sid"));
        return ctx;
    }

    private boolean isAlive(Context ctx) {
        return alive.contains(String.valueOf(received(ctx).header("X-Token")));
    }

    /** Each response has the token of the next request. */
    private void data(Context ctx) {
        if (isAlive(ctx)) {
            var next = "rolled-" + rolled.incrementAndGet();
            alive.add(next);
            ctx.header("X-Next-Token", next).result("data");
        } else {
            ctx.status(403).result("expired");
        }
    }

    private static class AskingMode extends TokenMode {
        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            return super.logIn(credentials, bare).cookie("sid", "s1").secret("refresh", "never-sent");
        }

        @Override
        public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
            if (response.status() != 403) {
                return Verdict.ACCEPTED;
            }
            return ask.send(used.sign(BackendRequest.get("/whoami"))).status() == 401
                    ? Verdict.EXPIRED
                    : Verdict.DENIED;
        }

        @Override
        public Login refreshed(Login current, BackendResponse response) {
            return response.header("X-Next-Token")
                    .map(token -> current.header("x-token", token))
                    .orElse(current);
        }
    }

    private void serve(Authenticator mode) {
        backend.set(Backend.at("http://127.0.0.1:" + server.port())
                .auth(mode)
                .retry(RetryPolicy.none())
                .build());
    }

    private BackendSession session() {
        return backend.get().session(caller.get());
    }

    private static ServiceMetadata metadata() {
        return ServiceMetadata.builder()
                .name("asking")
                .version("1")
                .repository("https://example.org/asking")
                .description("Asks under its login.")
                .build();
    }

    private static void pass(BackendResponse response, Context ctx) {
        ctx.result(response.orThrow().text());
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sent", "/streamed"})
    void questionIsAskedUnderTheLogin(String way) throws Exception {
        serve(new AskingMode());
        assertThat(ask("GET", way + "/data").body()).isEqualTo("data");
        alive.clear();

        var response = ask("GET", way + "/data");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("data");
        assertThat(logins).hasValue(2);
        assertThat(requests)
                .containsExactly(
                        "GET /data token-1 s1",
                        "GET /data rolled-1 s1",
                        "GET /whoami rolled-1 s1",
                        "GET /data token-2 s1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sent", "/streamed"})
    void refusalOfALivingLoginIsTheCallers(String way) throws Exception {
        serve(new AskingMode());

        var response = ask("GET", way + "/denied");

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).contains("not for you");
        assertThat(logins).hasValue(1);
        assertThat(requests).containsExactly("GET /denied token-1 s1", "GET /whoami token-1 s1");
    }

    @Test
    void tokenRollsWithEachResponse() throws Exception {
        serve(new AskingMode());

        for (int i = 0; i < 3; i++) {
            assertThat(ask("GET", "/sent/data").body()).isEqualTo("data");
        }

        assertThat(requests).containsExactly("GET /data token-1 s1", "GET /data rolled-1 s1", "GET /data rolled-2 s1");
        assertThat(logins).hasValue(1);
    }

    @Test
    void loginIsReadWithEachResponse() throws Exception {
        var seen = new CopyOnWriteArrayList<String>();
        serve(new AskingMode() {
            @Override
            public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
                Stream.of(used.header("X-TOKEN"), used.cookie("sid"), used.secret("refresh"))
                        .forEach(value -> seen.add(value.orElse("")));
                return super.judge(response, used, ask);
            }
        });

        ask("GET", "/sent/data");
        ask("GET", "/streamed/data");

        assertThat(seen).containsExactly("token-1", "s1", "never-sent", "rolled-1", "s1", "never-sent");
        assertThat(requests).noneMatch(request -> request.contains("never-sent"));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void errorOfAQuestionShowsNoSecret(int status) throws Exception {
        failure.set(status);
        serve(new AskingMode() {
            @Override
            public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
                ask.at(ask.origin())
                        .send(used.sign(BackendRequest.get("/failing")))
                        .orThrow();
                return Verdict.ACCEPTED;
            }
        });

        var response = ask("GET", "/sent/data");

        assertThat(response.statusCode()).isEqualTo(status == 500 ? 502 : status);
        assertThat(response.body())
                .contains(status == 500 ? "failed in judge" : "cannot check ***, ***")
                .doesNotContain("token-1", "never-sent");
    }

    /** Says that a request may have been carried out although its token was dead. */
    private static final class CarefulMode extends TokenMode {
        @Override
        public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
            return response.status() == 403 ? Verdict.EXPIRED_CARRIED_OUT : Verdict.ACCEPTED;
        }
    }

    @ParameterizedTest
    @CsvSource({"POST, 403", "GET, 200"})
    void requestThatMayHaveBeenCarriedOutIsSentAgainOnlyIfItIsIdempotent(String method, int status) throws Exception {
        serve(new CarefulMode());
        ask("GET", "/sent/data");
        alive.clear();
        requests.clear();

        assertThat(ask(method, "/sent/data").statusCode()).isEqualTo(status);
        assertThat(requests).hasSize(status == 403 ? 1 : 2);
        assertThat(ask(method, "/sent/data").statusCode()).isEqualTo(200);

        assertThat(logins).hasValue(2);
        assertThat(requests).startsWith(method + " /data token-1 null");
        assertThat(requests.subList(1, requests.size())).containsOnly(method + " /data token-2 null");
    }

    /** Asks under the login of any mode with each response. */
    private record CuriousMode(Authenticator mode, AtomicReference<String> said) implements Authenticator {
        @Override
        public String name() {
            return mode.name();
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            return mode.logIn(credentials, bare);
        }

        @Override
        public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
            said.set(ask.send(used.sign(BackendRequest.get("/echo"))).text());
            return mode.judge(response, used, ask);
        }

        @Override
        public Optional<String> challenge() {
            return mode.challenge();
        }
    }

    static List<Arguments> modes() {
        return List.of(
                arguments(Authenticator.none(), ALICE, "null"),
                arguments(Authenticator.basic(), ALICE, BASIC),
                arguments(Authenticator.bearerRelay(), Credentials.bearer("caller-1"), "Bearer caller-1"),
                arguments(
                        Authenticator.tokenLogin(login -> login.sign("Authorization", "Token {text}")),
                        ALICE,
                        "Token token-1"));
    }

    @ParameterizedTest
    @MethodSource("modes")
    void questionIsSignedInEachMode(Authenticator mode, Credentials credentials, String signature) throws Exception {
        var said = new AtomicReference<>("");
        serve(new CuriousMode(mode, said));
        caller.set(credentials);

        for (var way : List.of("/sent/echo", "/streamed/echo")) {
            said.set("");
            assertThat(ask("GET", way).body()).isEqualTo(signature);
            assertThat(said).hasValue(signature);
        }
    }

    @AfterEach
    void forget() {
        backend.get().close();
        caller.set(ALICE);
        alive.clear();
        requests.clear();
        logins.set(0);
        rolled.set(0);
    }

    @AfterAll
    void stop() {
        app.stop();
        server.stop();
    }
}
