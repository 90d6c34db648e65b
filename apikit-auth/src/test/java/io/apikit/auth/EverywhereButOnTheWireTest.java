package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.http.BackendRequest;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Secrets of every kind go through a service that works, is refused, breaks and waits: none of them is in anything it
 * says of itself. What it logs meanwhile, {@link CanariesTest} looks at.
 */
class EverywhereButOnTheWireTest extends FrontDoorTest {
    private static final String PASSWORD = "wonderland";
    private static final String WRONG = "looking-glass";

    /** The log is the place for what an exception says; no answer is. */
    private static final String HANDLERS_OWN = "what-a-handler-knows";

    private static final List<String> SECRETS = List.of(
            PASSWORD, WRONG, HANDLERS_OWN, "token-alice-", encoded("alice:" + PASSWORD), encoded("alice:" + WRONG));

    private final List<String> said = new ArrayList<>();

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @Test
    void noSecretIsInAnErrorAMetricAProbeAToStringOrAThreadDump() throws Exception {
        var backend = backend();
        var port = serve(backend, () -> {
            get(
                    "/whoami",
                    ctx -> ctx.result(String.valueOf(
                            backend.session(ctx).get("/whoami").orThrow().status())));
            get("/reflect", ctx -> backend.session(ctx).get("/reflect").orThrow());
            get("/lost", ctx -> backend.session(ctx).get("/no/such/thing").orThrow());
            get("/broken", ctx -> {
                throw new IllegalStateException("it is " + HANDLERS_OWN);
            });
            get(
                    "/gated",
                    ctx -> ctx.result(
                            backend.session(ctx).get("/gated").orThrow().text()));
        });

        assertThat(askAs("alice", PASSWORD, port, "/whoami").statusCode()).isEqualTo(200);
        assertThat(hear(port, "/reflect", PASSWORD)).isEqualTo(500);
        assertThat(hear(port, "/lost", PASSWORD)).isEqualTo(404);
        assertThat(hear(port, "/whoami", WRONG)).isEqualTo(401);
        server.reflect(true);
        server.loginStatus(500);
        server.expireAll();
        assertThat(hear(port, "/whoami", PASSWORD)).isEqualTo(502);
        hear(port, "/broken", PASSWORD);
        for (var path : List.of("/metrics", "/metadata", "/health/live", "/health/ready", "/")) {
            var answer = ask(port, path);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            said.add(answer.headers().map() + answer.body());
        }

        assertThat(said).allSatisfy(EverywhereButOnTheWireTest::assertClean);
    }

    @Test
    void noSecretIsInTheStackOrTheNameOfAThreadThatIsAboutTheBackendsBusiness() throws Exception {
        var backend = backend();
        server.holdAnswers();
        var call = threads.start(1, () -> backend.session(ALICE).get("/gated"));
        server.awaitHeldAnswer();
        server.hold();
        var login = threads.start(1, () -> backend.session(BOB).get("/whoami"));
        server.awaitHeld(2);

        var dump = Arrays.toString(ManagementFactory.getThreadMXBean().dumpAllThreads(true, true))
                + Thread.getAllStackTraces().values().stream()
                        .map(Arrays::toString)
                        .toList();

        server.release();
        server.answer();
        Concurrently.ended(call);
        Concurrently.ended(login);
        assertThat(dump).contains("io.apikit.auth.BackendSession");
        assertClean(dump);
    }

    @Test
    void nothingPrintsASecret() throws Exception {
        var backend = backend();
        var session = backend.session(ALICE);
        session.get("/whoami").orThrow();
        var login = Login.of(Map.of("X-Token", "token-alice-9")).cookie("session", "token-alice-9");
        Stream.of(
                        ALICE,
                        Credentials.bearer("token-alice-9"),
                        Credentials.parse("Basic " + encoded("alice:" + PASSWORD))
                                .orElseThrow(),
                        login,
                        backend,
                        session,
                        backend.sessions().of(backend.accounts().of(ALICE)),
                        logins(backend),
                        logins(backend).currentOrNew(soon()),
                        backend.accounts().of(ALICE),
                        BackendRequest.get("/x").header("Authorization", "Bearer token-alice-9"),
                        BackendRequest.post("/login").form(Map.of("password", PASSWORD)),
                        session.get("/reflect"))
                .map(String::valueOf)
                .forEach(EverywhereButOnTheWireTest::assertClean);
    }

    @Test
    void userInformationInAUrlIsRefusedAndNotQuoted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backend.at("https://alice:" + PASSWORD + "@backend.example.org")
                        .build())
                .withMessageNotContaining(PASSWORD)
                .withMessageNotContaining("alice");
    }

    private int hear(int port, String path, String password) throws Exception {
        var answer = ask(port, path, "Authorization", basic("alice", password));
        said.add(answer.headers().map() + answer.body());
        return answer.statusCode();
    }

    private static void assertClean(String text) {
        assertThat(SECRETS).noneMatch(text::contains);
    }
}
