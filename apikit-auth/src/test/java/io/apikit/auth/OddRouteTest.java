package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BreakerPolicy;
import io.apikit.http.HttpOptions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One route of a backend whose responses come whole and are of no use: a verdict about that route, and no other. */
class OddRouteTest extends FrontDoorTest {
    private static final int MANY = 60;

    private static String response(String head, String body) {
        return "HTTP/1.1 200 OK\r\n" + head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    static Stream<Arguments> odd() {
        return Stream.of(
                Arguments.of("unknown coding", response("Content-Encoding: br\r\n", "x"), 502),
                Arguments.of("plain text that is called gzip", response("Content-Encoding: gzip\r\n", "plain"), 502),
                Arguments.of("no JSON", response("Content-Type: application/json\r\n", "{"), 502),
                Arguments.of("JSON of another kind", response("Content-Type: application/json\r\n", "[1]"), 502),
                Arguments.of("charset of no kind", response("Content-Type: text/plain; charset=x-no\r\n", "{}"), 200),
                Arguments.of("two lengths", response("Content-Length: 1\r\n", "{}"), 502),
                Arguments.of("line without a colon", response("Warning\r\n", "{}"), 502),
                Arguments.of("four digits", response("", "{}").replace("200 OK", "1000 No"), 502),
                Arguments.of("too large", response("", "x".repeat(2_000)), 502),
                Arguments.of("too large a head", response("X-Long: " + "x".repeat(70_000) + "\r\n", "{}"), 502),
                Arguments.of("status of no kind", response("", "{}").replace("200 OK", "799 No"), 502));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("odd")
    void sixtyOddResponsesOfOneRouteLeaveTheOthersServed(String name, String odd, int status) throws Exception {
        try (var wire = new WireBackend(
                call -> call.write(call.received().line().startsWith("GET /odd ") ? odd : WireBackend.ok("fine")))) {
            var backend = opened(Backend.at(wire.url())
                    .breaker(BreakerPolicy.standard())
                    .http(HttpOptions.builder().bodyLimitBytes(1_000).build())
                    .timing(timing));
            var port = serve(backend, () -> {
                get(
                        "/odd",
                        ctx -> ctx.json(
                                backend.session(ctx).get("/odd").orThrow().json(Map.class)));
                get(
                        "/data",
                        ctx -> ctx.result(
                                backend.session(ctx).get("/data").orThrow().text()));
            });

            for (int i = 0; i < MANY; i++) {
                assertThat(ask(port, "/odd").statusCode()).isEqualTo(status);
            }

            assertThat(ask(port, "/data").body()).isEqualTo("fine");
            assertThat(wire.requests()).hasSize(MANY + 1);
        }
    }
}
