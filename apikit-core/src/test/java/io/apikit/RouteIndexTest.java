package io.apikit;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.config.JavalinState;
import io.javalin.http.HandlerType;
import io.javalin.router.Endpoint;
import io.javalin.router.ParsedEndpoint;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many made-up tables of routes: the index finds the very route that Javalin's own search would. */
class RouteIndexTest {
    private static final HandlerType METHOD = HandlerType.POST;
    private static final int TABLES = 400;
    private static final int PATHS = 200;

    private static final List<String> ROUTE_SEGMENTS = List.of(
            "a", "b", "A", "a.b", "v1.0", "%61", "a%2Fb", "ä", "a+b", "(a|b)", ".*", "{x}", "<y>", "*", "a{z}", "{w}b",
            "a*", "pre<v>", "", ".", "..");

    private static final List<String> PATH_SEGMENTS = List.of(
            "a", "b", "A", "a.b", "aXb", "v1.0", "v1x0", "%61", "a%2Fb", "a%2fb", "ä", "a+b", "a b", "(a|b)", ".*", "*",
            "{x}", "<y>", "ab", "pre", "prefix", "", ".", "..", "a\n");

    private final Random random = new Random(7);

    @Test
    void theFirstRegisteredMatchAnswersWhateverTheRoutes() {
        var found = 0;
        for (int table = 0; table < TABLES; table++) {
            var router = router();
            for (int i = 0; i < PATHS; i++) {
                var path = random.nextInt(3) == 0 ? nearlyARoute(router) : path(PATH_SEGMENTS);
                var expected = router.findHttpHandlerEntries(METHOD, path).stream()
                        .findFirst()
                        .orElse(null);
                assertThat(router.findFirstHttpHandlerEntry(METHOD, path))
                        .as(path)
                        .isSameAs(expected);
                found += expected == null ? 0 : 1;
            }
        }
        assertThat(found).as("neither all nor nothing matches").isBetween(TABLES * PATHS / 10, TABLES * PATHS * 9 / 10);
    }

    @Test
    void aRouteThatIsAddedLaterIsFoundAtOnceAndComesLast() {
        var router = routerOf(new JavalinState());
        var before = add(router, "/{any}");
        assertThat(router.findFirstHttpHandlerEntry(METHOD, "/late/one")).isNull();
        var late = add(router, "/late/one");
        add(router, "/late");
        assertThat(endpoint(router, "/late/one")).isSameAs(late);
        assertThat(endpoint(router, "/late")).isSameAs(before);
    }

    private static Endpoint endpoint(AppRouter router, String path) {
        return Objects.requireNonNull(router.findFirstHttpHandlerEntry(METHOD, path)).endpoint;
    }

    private static Endpoint add(AppRouter router, String path) {
        var endpoint = new Endpoint(METHOD, path, ctx -> {});
        router.addHttpEndpoint(endpoint);
        return endpoint;
    }

    private static AppRouter routerOf(JavalinState state) {
        var reserved = new ReservedPrefixes();
        return new AppRouter(state, reserved, new RegisteredRoutes(AuthMode.none(), reserved, false));
    }

    /** Its settings change between two routes, as an author's may between ours and his. */
    private AppRouter router() {
        var state = new JavalinState();
        var router = routerOf(state);
        for (int i = random.nextInt(24); i >= 0; i--) {
            state.router.ignoreTrailingSlashes = random.nextInt(4) > 0;
            state.router.caseInsensitiveRoutes = random.nextInt(16) == 0;
            state.router.treatMultipleSlashesAsSingleSlash = random.nextInt(16) == 0;
            try {
                add(router, routePath());
            } catch (IllegalArgumentException ignored) {
                // An earlier route matches the same paths: this one is refused.
            }
        }
        return router;
    }

    /** Javalin refuses one name twice in a path. */
    private String routePath() {
        while (true) {
            var path = path(ROUTE_SEGMENTS) + (random.nextInt(12) == 0 ? "*" : "");
            try {
                new ParsedEndpoint(new Endpoint(METHOD, path, ctx -> {}), new JavalinState().router);
                return path;
            } catch (IllegalArgumentException refused) {
                // Another one, then.
            }
        }
    }

    /** As it was registered, or with a slash more, or in other letters. */
    private String nearlyARoute(AppRouter router) {
        var routes = router.findHttpHandlerEntries(METHOD, null);
        var path = routes.get(random.nextInt(routes.size())).endpoint.path;
        var slash = path.indexOf('/', random.nextInt(path.length() + 1));
        return switch (random.nextInt(4)) {
            case 0 -> slash < 0 ? path : path.substring(0, slash) + "/" + path.substring(slash);
            case 1 -> path.toUpperCase(Locale.ROOT);
            default -> path;
        };
    }

    private String path(List<String> segments) {
        var inner = IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> segments.get(random.nextInt(segments.size())))
                .collect(Collectors.joining("/"));
        return (random.nextInt(24) == 0 ? "" : "/") + inner + (random.nextInt(4) == 0 ? "/" : "");
    }
}
