package io.apikit.fuzz;

import static io.javalin.apibuilder.ApiBuilder.get;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.ApiApp;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.auth.NginxServer;
import io.apikit.http.BackendRequest;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Path parameters and appended paths that try to leave the backend's base. A real nginx judges them. */
@Tag("thorough")
class NginxPathFuzzTest {
    private static final int MOST_MILLIS = 30_000;

    /** The routes, with the folder that each must stay in. */
    private static final List<String> ROUTES =
            List.of("slot", "slot", "tail", "tail", "two", "rooted", "query", "segment");

    private final FuzzRun run = new FuzzRun(NginxPathFuzzTest.class);
    private final WireClients clients = new WireClients(MOST_MILLIS);

    @Test
    void nothingOutsideTheBaseIsServedOrAskedFor(@TempDir Path folder) throws Exception {
        NginxServer.assumeItIsHere();
        LogWatch.over(run).during(leftovers -> runAll(leftovers, folder));
    }

    private void runAll(Leftovers leftovers, Path folder) throws Exception {
        try (var nginx = NginxServer.start(folder, files())) {
            var asked = new NginxLog(run, folder.resolve("access.log"));
            var app = serve(nginx.url());
            run.runBeside(NginxPathFuzzTest::question, app.port(), one -> ask(one, app.port()));
            clients.closeAll();
            leftovers.assertIdle(app);
            app.stop();
            awaitLog(nginx);
            asked.readAll();
        }
        leftovers.assertNoThreads();
    }

    /** Before it responds to this, nginx has written all that it was asked for. */
    private static void awaitLog(NginxServer nginx) throws IOException {
        try (var last = new WireClient(URI.create(nginx.url()).getPort(), MOST_MILLIS)) {
            last.get("/seen", "");
        }
    }

    private String[] files() {
        var files = new ArrayList<>(
                List.of("base/files/index.html", "base/index.html", "admin/index.html", "files/index.html"));
        files.add("index.html");
        for (int i = 0; i < run.settings().honestCallers(); i++) {
            files.add("base/files/" + Secrets.canary(Secrets.user("honest", i)));
        }
        return files.toArray(String[]::new);
    }

    private static String question(String user, int round) {
        return "GET /slot/" + Secrets.canary(user) + "?c=" + round + " HTTP/1.1\r\nHost: fuzzed\r\n\r\n";
    }

    private static ApiApp serve(String nginx) {
        var account = Credentials.password(FuzzedService.ACCOUNT, Secrets.password(FuzzedService.ACCOUNT));
        var base = FuzzedService.unlimited(Backend.at(nginx + "/base"))
                .auth(Authenticator.basic())
                .credentials(account)
                .build();
        var root = FuzzedService.unlimited(Backend.at(nginx)).build();
        return ApiApp.builder(FuzzedService.metadata())
                .closeOnStop(base, root)
                .operations(ops -> ops.grace(Duration.ofSeconds(5)).stopDelay(Duration.ZERO))
                .routes(() -> {
                    get("/slot/{a}", ctx -> slot(ctx, base, "/files/{}", ctx.pathParam("a")));
                    get("/rooted/{a}", ctx -> slot(ctx, root, "/files/{}", ctx.pathParam("a")));
                    get("/segment", ctx -> slot(ctx, base, "/files/{}", value(ctx)));
                    get("/two/{a}/{b}", ctx -> two(ctx, base));
                    get("/tail/<rest>", ctx -> tail(ctx, base, ctx.pathParam("rest")));
                    get("/query", ctx -> tail(ctx, base, value(ctx)));
                })
                .build()
                .start("127.0.0.1", 0);
    }

    private static String value(Context ctx) {
        var value = ctx.queryParam("p");
        return value == null ? "" : value;
    }

    private static void slot(Context ctx, Backend to, String path, String value) {
        show(ctx, to, BackendRequest.get(note(ctx, path, value), value));
    }

    private static void two(Context ctx, Backend to) {
        note(ctx, "", ctx.pathParam("a") + "/" + ctx.pathParam("b"));
        show(ctx, to, BackendRequest.get("/files/{}/{}", ctx.pathParam("a"), ctx.pathParam("b")));
    }

    private static void tail(Context ctx, Backend to, String rest) {
        show(ctx, to, BackendRequest.get("/files/" + note(ctx, rest, rest)));
    }

    /** Shows in the response what the handler has read, for the judge. */
    private static String note(Context ctx, String path, String value) {
        ctx.header("X-Value", Base64.getUrlEncoder().encodeToString(value.getBytes(UTF_8)));
        return path;
    }

    private static void show(Context ctx, Backend to, BackendRequest request) {
        var number = ctx.queryParam("c");
        var folder = ctx.path().startsWith("/rooted") ? "r" : "b";
        var response = to.session(ctx).send(request.query("c", folder + (number == null ? "" : number)));
        ctx.result(response.orThrow().text());
    }

    private void ask(FuzzCase one, int port) throws IOException {
        var dice = one.dice();
        var grammar = new PathGrammar(dice);
        var route = dice.of(ROUTES);
        long number = one.number();
        var path = grammar.path();
        var target = switch (route) {
            case "query", "segment" -> "/" + route + "?c=" + number + "&p=" + PathGrammar.encoded(path, 1);
            case "two" -> "/two/" + path + "/" + grammar.path() + "?c=" + number;
            default -> "/" + route + "/" + path + "?c=" + number;
        };
        one.sent("target", target);
        judge(one, route, answer(target, port));
    }

    /** Asks over a kept connection, or over one of its own if the target may end the request line. */
    private WireResponse answer(String target, int port) throws IOException {
        boolean isClean = target.chars().allMatch(c -> c > ' ' && c != 0x7f);
        try {
            if (!isClean) {
                try (var client = new WireClient(port, MOST_MILLIS)) {
                    return client.get(target, "Connection: close\r\n");
                }
            }
            return clients.get(port, target, "");
        } catch (SocketTimeoutException ignored) {
            throw new FuzzCase.Fault("a path gets no response within " + MOST_MILLIS + " ms");
        }
    }

    private static void judge(FuzzCase one, String route, WireResponse response) {
        int status = response.status();
        one.count(route + " " + status);
        var folder = route.equals("rooted") ? "files/" : "base/files/";
        one.check(
                status != 200 || response.body().startsWith(folder),
                () -> "/" + route + " serves " + Secrets.masked(response.body(), 100));
        one.check(
                status < 500 || status == 505 || isRedirect(response),
                () -> "a path gets a " + status + ": " + Secrets.masked(response.body(), 200));
        one.checkPrivate("the response", response.text(), "", "");
        var value = response.header("X-Value")
                .map(it -> new String(Base64.getUrlDecoder().decode(it), UTF_8));
        one.check(
                status == 400 || !PathGrammar.climbs(path(route, value.orElse(""))),
                () -> "/" + route + " takes a dot segment, " + status + "\n    "
                        + Secrets.masked(value.orElse(""), 200));
    }

    /** Of an appended text, only what is before a query is a path. In a segment, no character ends it. */
    private static String path(String route, String value) {
        boolean isAppended = route.equals("tail") || route.equals("query");
        return isAppended ? value.split("[?#]", 2)[0] : value;
    }

    /** The redirect of a folder without a slash is no response for a caller: it names the backend. */
    private static boolean isRedirect(WireResponse response) {
        return response.status() == 502 && response.body().contains("301");
    }
}
