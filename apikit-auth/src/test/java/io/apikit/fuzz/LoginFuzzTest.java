package io.apikit.fuzz;

import static io.javalin.apibuilder.ApiBuilder.get;

import io.apikit.ApiApp;
import io.apikit.BackendError;
import io.apikit.auth.Credentials;
import io.apikit.fuzz.HonestBackend.Step;
import io.apikit.http.BackendRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Login servers of every kind of malice: token endpoints, pages, redirects, callbacks and cookies. */
@Tag("thorough")
class LoginFuzzTest {
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    /** Four times the deadline, for a loaded machine. */
    private static final int MOST_MILLIS = 12_000;

    private static final List<Step> OF_PROXY =
            List.of(Step.START, Step.PAGE, Step.PAGE, Step.SIGN_IN, Step.CALLBACK, Step.CALLBACK, Step.AUTH);

    private final FuzzRun run = new FuzzRun(LoginFuzzTest.class);
    private final List<LoginWorld> worlds = new ArrayList<>();
    private final Queue<LoginWorld> free = new ConcurrentLinkedQueue<>();

    @Test
    void noLoginServerBreaksACallOrLearnsAPassword() throws Exception {
        LogWatch.overBackends(run).during(this::runAll);
    }

    private void runAll(Leftovers leftovers) throws Exception {
        for (int i = 0; i < run.settings().threads(); i++) {
            worlds.add(new LoginWorld(run));
        }
        free.addAll(worlds);
        var app = serve();
        logHonestCallersIn();
        run.runBeside(this::question, app.port(), this::logIn);
        leftovers.assertIdle(app);
        app.stop();
        leftovers.awaitZero(
                "connections of logins",
                () -> worlds.stream().mapToInt(LoginWorld::openConnections).sum());
        worlds.forEach(LoginWorld::close);
        leftovers.assertNoThreads();
    }

    private ApiApp serve() {
        var backends = worlds.stream()
                .flatMap(world -> LoginWorld.MODES.stream().map(world::backend))
                .toArray(AutoCloseable[]::new);
        return ApiApp.builder(FuzzedService.metadata())
                .closeOnStop(backends)
                .operations(ops -> ops.grace(Duration.ofSeconds(5)).stopDelay(Duration.ZERO))
                .routes(() -> get("/{world}/{mode}/whoami", ctx -> {
                    var world = worlds.get(Integer.parseInt(ctx.pathParam("world")));
                    var session = world.backend(ctx.pathParam("mode")).session(ctx);
                    ctx.result(session.get("/whoami").orThrow().text());
                }))
                .build()
                .start("127.0.0.1", 0);
    }

    /** Each honest caller has a session of each mode in one of the worlds, which no later login may end. */
    private void logHonestCallersIn() {
        for (int i = 0; i < run.settings().honestCallers(); i++) {
            var user = Secrets.user("honest", i);
            for (var mode : LoginWorld.MODES) {
                worldOf(user)
                        .backend(mode)
                        .session(password(user))
                        .get("/whoami")
                        .orThrow();
            }
        }
    }

    private LoginWorld worldOf(String user) {
        return worlds.get(indexOf(user));
    }

    private int indexOf(String user) {
        return Integer.parseInt(user.substring(user.length() - 4)) % worlds.size();
    }

    private String question(String user, int round) {
        var mode = LoginWorld.MODES.get(round % LoginWorld.MODES.size());
        return "GET /" + indexOf(user) + "/" + mode + "/whoami HTTP/1.1\r\nHost: fuzzed\r\nAuthorization: "
                + Secrets.basic(user) + "\r\n\r\n";
    }

    private static Credentials password(String user) {
        return Credentials.password(user, Secrets.password(user));
    }

    private void logIn(FuzzCase one) {
        var world = free.remove();
        try {
            logIn(one, world);
        } finally {
            free.add(world);
        }
    }

    private static void logIn(FuzzCase one, LoginWorld world) {
        var dice = one.dice();
        var mode = dice.percent(60) ? "proxy" : dice.of(LoginWorld.MODES);
        var user = Secrets.user(dice.of("malry", "trudy"), (int) (one.number() % 10_000));
        var steps = steps(dice, mode);
        one.sent("login", mode + " of " + user + ", altered: " + steps);
        world.begin(one, steps);
        long begin = System.nanoTime();
        try {
            var request = BackendRequest.get("/whoami").timeout(DEADLINE);
            var response = world.backend(mode).session(password(user)).send(request);
            var owners = Secrets.owners(response.orThrow().text());
            one.count(mode + " served");
            judge(one, user, owners, world.altered());
        } catch (BackendError e) {
            judge(one, mode, user, e);
        } finally {
            world.end();
        }
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        one.check(took < MOST_MILLIS, () -> "a login goes on after its deadline\n    " + took + " ms");
    }

    /** A server may name another user in its own responses, which a changed bit of them does as well. */
    private static void judge(FuzzCase one, String user, Set<String> owners, String altered) {
        one.check(
                owners.stream().allMatch(owner -> owner.equals(user) || altered.contains(owner)),
                () -> "a login of " + user + " was served with the data of " + owners);
    }

    private static List<Step> steps(Dice dice, String mode) {
        return switch (mode) {
            case "token", "json" -> List.of(Step.TOKEN_LOGIN);
            case "client" -> List.of(Step.CLIENT_CREDENTIALS);
            default -> dice.percent(70) ? List.of(dice.of(OF_PROXY)) : List.of(dice.of(OF_PROXY), dice.of(OF_PROXY));
        };
    }

    private static void judge(FuzzCase one, String mode, String user, BackendError e) {
        int status = e.statusCode();
        one.count(mode + " " + status);
        var text = e.reason() + " " + e.content().orElse("");
        boolean isKnown = List.of(401, 403, 429, 431, 502, 503, 504).contains(status);
        one.check(isKnown, () -> "a login becomes a " + status + ": " + Secrets.masked(text, 300));
        one.checkPrivate("an error", text, user, "");
    }
}
