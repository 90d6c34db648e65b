package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import io.apikit.http.RetryPolicy;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spellings of a path that leads out of where a handler put it, judged by what a real nginx is asked for. */
@Timeout(60)
class ClimbingPathsTest extends FrontDoorTest {
    /** {@code /slot/} fills a template, {@code /text/} appends a parameter, {@code /rest/} one with its slashes. */
    private static final List<String> ROUTES = List.of("/slot/", "/text/", "/rest/", "/stream/");

    private static final List<String> DOTS =
            List.of("..", ".", "%2e%2e", "%2E.", ".%2e", "..;", "..;x=1", "..%3bx", "%C0%AE%c0%ae", "..%00", "..%23");
    private static final List<String> SLASHES = List.of("%2f", "%2F", "%5c", "%C0%AF", "%c1%9c");

    @TempDir
    Path folder = Path.of("");

    private NginxServer nginx;

    @BeforeEach
    void start() throws Exception {
        NginxServer.assumeItIsHere();
        nginx = NginxServer.start(
                folder,
                "base/files/a",
                "base/files/a b/c",
                "base/files/..a/b..",
                "base/index.html",
                "admin/index.html",
                "files/a",
                "index.html");
    }

    /** In each of them a round of decoding less shows the one before. */
    static Stream<String> spellings() {
        var once = DOTS.stream()
                .flatMap(dots -> SLASHES.stream()
                        .flatMap(slash -> Stream.of(
                                dots + slash + dots + slash + "admin" + slash + "index.html", "a" + slash + dots)))
                .toList();
        return IntStream.rangeClosed(0, 3)
                .boxed()
                .flatMap(rounds -> once.stream().map(path -> encoded(path, rounds)));
    }

    private static String encoded(String path, int rounds) {
        return path.replace("%", "%" + "25".repeat(rounds));
    }

    @Test
    void noSpellingOfADotSegmentReachesTheBackend() throws Exception {
        assertAllRefused(service("/base/"), ROUTES);
    }

    /** No path leaves such a base, but a value can leave the place in the template that it is for. */
    @Test
    void noSpellingLeavesATemplateBelowTheRoot() throws Exception {
        assertAllRefused(service(""), List.of("/slot/"));
    }

    private void assertAllRefused(int port, List<String> routes) throws Exception {
        var passed = new ArrayList<String>();
        for (var spelling : spellings().toList()) {
            for (var route : routes) {
                var response = ask(port, route + spelling);
                if (response.statusCode() != 400 || !response.body().contains("\"reason\":\"Bad Request\"")) {
                    passed.add(response.statusCode() + " " + route + spelling);
                }
            }
        }
        assertThat(passed).isEmpty();
        assertThat(nginx.seen()).isEmpty();
    }

    /** Where the dots are found differs: in the value that a parameter has, or only in the path that is sent. */
    @ParameterizedTest
    @ValueSource(strings = {"/base", ""})
    void whatAFourthRoundChangesIsRefusedAtOnce(String base) throws Exception {
        var port = service(base);
        var many = "%" + "25".repeat(1_500);

        for (var path : List.of(encoded("%41", 4), encoded("%2e%2e%2fa", 9), many, many + "2e" + many + "2e")) {
            for (var route : ROUTES) {
                assertThat(ask(port, route + path).statusCode())
                        .as(route + path.substring(0, 10))
                        .isEqualTo(400);
            }
        }
        assertThat(nginx.seen()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/base", ""})
    void otherValuesArriveBelowTheBase(String base) throws Exception {
        var port = service(base);
        var paths = List.of(
                "a",
                "a%2Fb",
                "a%20b%2Fc",
                "..a%2Fb..",
                "...",
                "a..",
                "a;b",
                "a;..",
                "100%25",
                "%25zz",
                "%2541",
                "gr%C3%BCn",
                "a%5Cb",
                encoded("%41", 3));

        for (var path : paths) {
            for (var route : ROUTES) {
                assertThat(ask(port, route + path).statusCode())
                        .as(route + path)
                        .isIn(200, 404);
            }
        }

        assertThat(nginx.seen())
                .hasSize(paths.size() * ROUTES.size())
                .allSatisfy(seen -> assertThat(seen.path()).startsWith(base + "/files/"));
        assertThat(nginx.seen().stream().map(NginxServer.Seen::target))
                .contains(base + "/files/a", base + "/files/a%2Fb", base + "/files/a%20b%2Fc");
    }

    @Test
    void aParameterWithBracesIsABadRequest() throws Exception {
        var port = service("/base");

        for (var path : List.of("%7B%7D", "a%7B%7Db", "%7B%7D%7B%7D")) {
            var response = ask(port, "/text/" + path);
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("\"reason\":\"Bad Request\"");
            assertThat(ask(port, "/both/" + path).statusCode()).isEqualTo(400);
        }
        assertThat(nginx.seen()).isEmpty();
        assertThat(ask(port, "/slot/%7B%7D").statusCode()).isEqualTo(404);
        assertThat(nginx.seen()).extracting(NginxServer.Seen::path).containsExactly("/base/files/{}");
    }

    /** What nginx does with them. Without it, a path that climbs could look harmless here. */
    @Test
    void nginxWouldFollowThem() throws IOException, InterruptedException {
        assertThat(ask(port(nginx.url()), "/base/files/..%2F..%2Fadmin%2Findex.html")
                        .body())
                .isEqualTo("admin/index.html");
        assertThat(nginx.seen()).extracting(NginxServer.Seen::path).containsExactly("/admin/index.html");
    }

    private int service(String base) {
        var backend =
                opened(Backend.at(nginx.url() + base).auth(Authenticator.none()).retry(RetryPolicy.none()));
        return serve(backend, () -> {
            get("/slot/{a}", ctx -> send(backend, ctx, BackendRequest.get("/files/{}", ctx.pathParam("a"))));
            get("/text/{a}", ctx -> send(backend, ctx, BackendRequest.get("/files/" + ctx.pathParam("a"))));
            get("/rest/<a>", ctx -> send(backend, ctx, BackendRequest.get("files/" + ctx.pathParam("a"))));
            get("/both/{a}", ctx -> {
                var path = "/files/" + ctx.pathParam("a") + "/{}";
                send(backend, ctx, BackendRequest.get(path, "a"));
            });
            get(
                    "/stream/{a}",
                    ctx -> backend.session(ctx).stream(BackendRequest.get("/files/{}", ctx.pathParam("a")), ctx));
        });
    }

    private static void send(Backend backend, Context ctx, BackendRequest request) {
        ctx.result(backend.session(ctx).send(request).orThrow().text());
    }

    private static int port(String url) {
        return URI.create(url).getPort();
    }

    @AfterEach
    void stop() {
        if (nginx != null) {
            nginx.close();
        }
    }
}
