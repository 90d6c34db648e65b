package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.Running;
import io.apikit.ops.Limits;
import io.restassured.response.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often the service lets itself be asked, and by whom. */
class RateLimitTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private Running running = service(limits -> {});

    private static void threeAPeer(Limits limits) {
        limits.perPeer(3, LONG);
    }

    private static void threeACaller(Limits limits) {
        limits.perCaller(3, LONG);
    }

    private static Running service(Consumer<Limits> limits, String... proxies) {
        return Running.start(Running.builder()
                .operations(ops -> ops.limits(limits).forwardedFor(proxies).stopDelay(Duration.ZERO))
                .routes(() -> {
                    get("/ask", ctx -> ctx.result("answer"));
                    get("/<any>", ctx -> ctx.result("any"));
                }));
    }

    private void with(Consumer<Limits> limits, String... proxies) {
        running.close();
        running = service(limits, proxies);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private int ask(String peer, String... headers) throws IOException {
        var more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        var answer = running.rawFrom(peer, "GET /ask HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more + "\r\n");
        return Integer.parseInt(answer.substring(9, 12));
    }

    private Response get_(String path) {
        return running.given().get(path);
    }

    @Test
    void overTheLimitIs429InTheOneShapeAndSaysWhenToComeBack() {
        with(RateLimitTest::threeAPeer);
        for (var i = 0; i < 3; i++) {
            assertThat(get_("/ask").statusCode()).isEqualTo(200);
        }

        var refused = get_("/ask");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.contentType()).isEqualTo("application/json");
        assertThat(refused.asString())
                .isEqualTo("{\"reason\":\"Too Many Requests\",\"status_code\":429,"
                        + "\"error_content\":\"asked too often\"}");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 30);
        assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"peer\";q=3;w=90");
        assertThat(refused.header("RateLimit")).isEqualTo("\"peer\";r=0;t=" + refused.header("Retry-After"));
        assertThat(refused.header("X-Request-Id")).isNotBlank();
        assertThat(refused.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void problemDetailsTellOfTheLimitToo() {
        with(limits -> limits.perPeer(1, LONG));
        get_("/ask");

        var refused = running.given().accept("application/problem+json").get("/ask");

        assertThat(refused.contentType()).isEqualTo("application/problem+json");
        assertThat(refused.jsonPath().getInt("status")).isEqualTo(429);
    }

    @Test
    void everyAnswerTellsWhatIsLeftOfTheLimitsThatWereSet() {
        with(limits -> limits.perPeer(10, LONG).perCaller(3, LONG));

        var first = get_("/ask");
        var second = get_("/ask");
        var third = get_("/ask");

        assertThat(first.header("RateLimit-Policy")).isEqualTo("\"peer\";q=10;w=300, \"caller\";q=3;w=90");
        assertThat(first.header("RateLimit")).matches("\"peer\";r=9;t=30, \"caller\";r=2;t=30");
        assertThat(second.header("RateLimit")).matches("\"peer\";r=8;t=(59|60), \"caller\";r=1;t=(59|60)");
        assertThat(third.header("RateLimit")).matches("\"peer\";r=7;t=[89][0-9], \"caller\";r=0;t=30");
        assertThat(third.header("Retry-After")).isNull();
    }

    @Test
    void theDefaultIsForFloodsAndSaysNothing() {
        for (var i = 0; i < 50; i++) {
            assertThat(get_("/ask").statusCode()).isEqualTo(200);
        }

        assertThat(get_("/ask").headers().hasHeaderWithName("RateLimit")).isFalse();
        assertThat(get_("/ask").headers().hasHeaderWithName("RateLimit-Policy")).isFalse();
    }

    @Test
    void healthAtTheRootIsNeverLimited() {
        with(limits -> limits.perPeer(1, LONG).perCaller(1, LONG));
        get_("/ask");
        assertThat(get_("/ask").statusCode()).isEqualTo(429);

        for (var i = 0; i < 20; i++) {
            assertThat(get_("/").statusCode()).isEqualTo(200);
            assertThat(running.given().head("/").statusCode()).isEqualTo(200);
        }

        assertThat(running.given().post("/").statusCode()).isEqualTo(429);
        assertThat(get_("//").statusCode()).isEqualTo(429);
        assertThat(get_("/metadata").statusCode()).isEqualTo(429);
    }

    @Test
    void probesAndMetricsAreNeverLimited() {
        with(limits -> limits.perPeer(1, LONG));
        get_("/ask");
        for (var path : List.of("/health/live", "/health/ready", "/metrics")) {
            assertThat(get_(path).statusCode()).as(path).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/;x",
                "/health/live;x",
                "/health/liv%65",
                "/x/..",
                "/a/../health/live",
                "/%2e%2e/health/live",
                "/./"
            })
    void anotherSpellingOfAProbesPathIsLimitedAsAnyRoute(String path) throws IOException {
        with(limits -> limits.perPeer(1, LONG));
        assertThat(get_("/ask").statusCode()).isEqualTo(200);

        var answer = running.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer).doesNotStartWith("HTTP/1.1 2");
    }

    @Test
    void aRootOfTheAuthorsIsLimitedAsAnyRoute() {
        running.close();
        running = Running.start(Running.builder()
                .operations(ops -> ops.limits(limits -> limits.perPeer(1, LONG)))
                .routes(() -> get("/", ctx -> ctx.result("home"))));

        assertThat(get_("/").statusCode()).isEqualTo(200);
        assertThat(get_("/").statusCode()).isEqualTo(429);
    }

    @Test
    void eachPeerHasItsOwn() throws IOException {
        with(RateLimitTest::threeAPeer);
        for (var peer : new String[] {"127.0.0.1", "127.0.0.2"}) {
            for (var i = 0; i < 3; i++) {
                assertThat(ask(peer)).isEqualTo(200);
            }
            assertThat(ask(peer)).isEqualTo(429);
        }
    }

    @Test
    void rotatingForwardedAddressesGainsNothing() throws IOException {
        with(RateLimitTest::threeAPeer);
        assertThat(asksThatChangeTheirAddress("X-Forwarded-For: 203.0.113.%d")).isEqualTo(3);
        with(RateLimitTest::threeAPeer, "127.0.0.9");
        assertThat(asksThatChangeTheirAddress("X-Forwarded-For: 203.0.113.%d")).isEqualTo(3);
        with(RateLimitTest::threeAPeer);
        assertThat(asksThatChangeTheirAddress("Forwarded: for=203.0.113.%d")).isEqualTo(3);
        with(RateLimitTest::threeAPeer);
        assertThat(asksThatChangeTheirAddress("X-Real-IP: 203.0.113.%d")).isEqualTo(3);
    }

    /** A trusted proxy's client writes it, and the proxy appends the client's own address. */
    @Test
    void rotatingForwardedAddressesThroughATrustedProxyGainsNothing() throws IOException {
        with(RateLimitTest::threeAPeer, "127.0.0.1");
        assertThat(asksThatChangeTheirAddress("X-Forwarded-For: 203.0.113.%d, 198.51.100.7"))
                .isEqualTo(3);
        with(RateLimitTest::threeACaller, "127.0.0.1");
        assertThat(asksThatChangeTheirAddress("X-Forwarded-For: 203.0.113.%d, 198.51.100.7"))
                .isEqualTo(3);
    }

    @Test
    void rotatingNamesIsHeldByThePeersLimit() throws IOException {
        with(limits -> limits.perPeer(5, LONG).perCaller(3, LONG));
        assertThat(asksThatChangeTheirAddress("Authorization: Bearer made-up-%d"))
                .isEqualTo(5);
    }

    private int asksThatChangeTheirAddress(String header) throws IOException {
        var granted = 0;
        for (var i = 0; i < 20; i++) {
            granted += ask("127.0.0.1", header.formatted(i)) == 200 ? 1 : 0;
        }
        return granted;
    }

    @Test
    void behindATrustedProxyEachAddressHasItsOwn() throws IOException {
        with(RateLimitTest::threeAPeer, "127.0.0.1");
        for (var address : Set.of("203.0.113.1", "203.0.113.2", "[2001:db8::1]:4711", "198.51.100.1:80")) {
            for (var i = 0; i < 3; i++) {
                assertThat(ask("127.0.0.1", "X-Forwarded-For: " + address)).isEqualTo(200);
            }
            assertThat(ask("127.0.0.1", "X-Forwarded-For: " + address)).isEqualTo(429);
        }
    }

    @Test
    void theAddressesOfOneIpv6CustomerAreOnePeer() throws IOException {
        with(RateLimitTest::threeAPeer, "127.0.0.1");
        assertThat(asksThatChangeTheirAddress("X-Forwarded-For: 2001:db8:1:2:3::%d"))
                .isEqualTo(3);
        assertThat(ask("127.0.0.1", "X-Forwarded-For: 2001:db8:1:3::1")).isEqualTo(200);
    }

    @Test
    void callersAreCountedApartByWhatTheyShow() throws IOException {
        with(RateLimitTest::threeACaller);
        var callers = new HashSet<String>();
        callers.add("Authorization: Bearer one");
        callers.add("Authorization: Bearer other");
        callers.add("Authorization: Basic YWxpY2U6d29uZGVybGFuZA==");
        callers.add("X-Nobody: at all");
        for (var caller : callers) {
            for (var i = 0; i < 3; i++) {
                assertThat(ask("127.0.0.1", caller)).isEqualTo(200);
            }
            assertThat(ask("127.0.0.1", caller)).isEqualTo(429);
        }
        assertThat(ask("127.0.0.1", "Authorization: Basic YWxpY2U6b3RoZXI="))
                .as("alice with another password")
                .isEqualTo(429);
    }

    @Test
    void withoutLimitsNoRequestIsCounted() {
        with(limits -> limits.perPeer(1, LONG).perCaller(1, LONG).anyRate());
        for (var i = 0; i < 5; i++) {
            assertThat(get_("/ask").statusCode()).isEqualTo(200);
        }
    }
}
