package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.delete;
import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.patch;
import static io.javalin.apibuilder.ApiBuilder.post;
import static io.javalin.apibuilder.ApiBuilder.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ApiApp;
import io.apikit.Running;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of other sites, whose requests a browser sends with the password that it remembers. */
class CrossSiteTest {
    private static final String PORTAL = "https://portal.example.org";
    private static final String EVIL = "https://evil.example";

    private final AtomicInteger done = new AtomicInteger();
    private Running running;

    @BeforeEach
    void start() {
        running = Running.start(service());
    }

    private ApiApp.Builder service() {
        return Running.builder()
                .operations(ops ->
                        ops.allowOrigins(PORTAL).trustedProxies("127.0.0.2").forwardedFor("127.0.0.3"))
                .javalin(config -> config.routes.ws("/ws", ws -> ws.onConnect(session -> done.incrementAndGet())))
                .routes(() -> {
                    get("/job", ctx -> ctx.result("read"));
                    post("/job", ctx -> ctx.result("" + done.incrementAndGet()));
                    put("/job", ctx -> ctx.result("" + done.incrementAndGet()));
                    patch("/job", ctx -> ctx.result("" + done.incrementAndGet()));
                    delete("/job", ctx -> ctx.result("" + done.incrementAndGet()));
                });
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private static String request(String method, String host, String... headers) {
        var lines =
                List.of(method + " /job HTTP/1.1", "Host: " + host, "Connection: close", String.join("\r\n", headers));
        return String.join("\r\n", lines) + (headers.length == 0 ? "\r\n" : "\r\n\r\n");
    }

    private String post_(String host, String... headers) throws IOException {
        return running.raw(request("POST", host, headers));
    }

    private static void assertRefused(String response) {
        assertThat(response)
                .startsWith("HTTP/1.1 403 ")
                .contains("\"reason\":\"Forbidden\"", "\"status_code\":403", "page of another site");
    }

    @ParameterizedTest
    @CsvSource({
        "api.example.org, https://api.example.org",
        "api.example.org, http://api.example.org",
        "API.example.org, https://api.EXAMPLE.org",
        "api.example.org:443, https://api.example.org",
        "api.example.org:80, http://api.example.org",
        "api.example.org, https://api.example.org:443",
        "api.example.org:8443, https://api.example.org:8443",
        "127.0.0.1:7000, http://127.0.0.1:7000",
        "[::1]:7000, http://[::1]:7000",
        "api.example.org, https://portal.example.org",
    })
    void itsOwnPagesAndTheAllowedOnesAreServed(String host, String origin) throws IOException {
        assertThat(post_(host, "Origin: " + origin, "Sec-Fetch-Site: cross-site"))
                .startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                EVIL,
                "null",
                "",
                "https://api.example.org.evil.example",
                "https://evil.example/api.example.org",
                "https://api.example.org:8443",
                "https://api.example.org@evil.example",
                "https://api.example.org/",
                "https://sub.api.example.org",
                "https://portal.example.org:8443",
                "ftp://api.example.org",
                "api.example.org",
                "https://api.example.org, https://evil.example",
                "https://api.example.org\r\nOrigin: https://api.example.org",
                "https://portal.example.org\r\nOrigin: https://evil.example",
            })
    void otherPagesChangeNothing(String origin) throws IOException {
        assertRefused(post_("api.example.org", "Origin: " + origin));
        assertRefused(post_("api.example.org", "Origin: " + origin, "Sec-Fetch-Site: same-origin"));
        assertThat(done).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void methodsThatAreNotSafeAreRefused(String method) throws IOException {
        assertRefused(running.raw(request(method, "api", "Origin: " + EVIL)));
        assertRefused(running.raw(request(method, "api", "Sec-Fetch-Site: cross-site")));
        assertThat(done).hasValue(0);
        assertThat(running.raw(request(method, "api"))).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void safeMethodsAreServed(String method) throws IOException {
        assertThat(running.raw(request(method, "api", "Origin: " + EVIL, "Sec-Fetch-Site: cross-site")))
                .startsWith("HTTP/1.1 20");
    }

    @ParameterizedTest
    @ValueSource(strings = {"same-origin", "same-site", "none", "x"})
    void aRequestWithoutAnOriginIsRefusedAcrossSitesOnly(String site) throws IOException {
        assertThat(post_("api", "Sec-Fetch-Site: " + site)).startsWith("HTTP/1.1 200 ");
        assertRefused(post_("api", "Sec-Fetch-Site: Cross-Site"));
        assertRefused(post_("api", "Sec-Fetch-Site: " + site, "Sec-Fetch-Site: cross-site"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "127.0.0.3"})
    void theHostThatATrustedProxyForwardsIsItsOwn(String proxy) throws IOException {
        for (var host : List.of("api.example.org", "api.example.org:443", "api.example.org, inner.example.org")) {
            var headers = new String[] {"X-Forwarded-Host: " + host, "Origin: https://api.example.org"};
            assertThat(running.rawFrom(proxy, request("POST", "backend:8080", headers)))
                    .startsWith("HTTP/1.1 200 ");
            assertRefused(running.rawFrom("127.0.0.1", request("POST", "backend:8080", headers)));
        }
        assertRefused(running.rawFrom(
                proxy, request("POST", "backend", "X-Forwarded-Host: api.example.org", "Origin: " + EVIL)));
    }

    /** The two settings that help behind a proxy that replaces the host. */
    @Test
    void aRefusalNamesWhatWasCompared() throws IOException {
        assertThat(post_("inner:8080", "Origin: https://api.example.org"))
                .contains("Origin", "Host", "X-Forwarded-Host of a trusted proxy", "allowOrigins")
                .doesNotContain("Sec-Fetch-Site");
        assertThat(post_("inner:8080", "Sec-Fetch-Site: cross-site")).contains("no Origin", "Sec-Fetch-Site");
    }

    /** As in HTTP/2, where the header is optional. */
    @Test
    void theTargetNamesTheHostWhereNoHeaderDoes() throws IOException {
        var line = "POST http://api.example.org/job HTTP/1.0\r\n";

        assertThat(running.raw(line + "Origin: https://api.example.org\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertRefused(running.raw(line + "Origin: " + EVIL + "\r\n\r\n"));
    }

    /** No browser asks first whether it may open one. */
    @Test
    void aWebSocketOfAnotherPageIsRefused() throws IOException {
        var upgrade = request(
                        "GET",
                        "api",
                        "Upgrade: websocket",
                        "Origin: " + EVIL,
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
                .replace("close", "Upgrade, close")
                .replace("/job", "/ws");

        assertRefused(running.raw(upgrade));
        assertThat(done).hasValue(0);
    }

    @Test
    void aServiceMayServeThemAll() throws IOException {
        running.close();
        running = Running.start(service().operations(ops -> ops.refuseCrossSite(false)));

        assertThat(post_("api", "Origin: " + EVIL)).startsWith("HTTP/1.1 200 ");
        assertThat(post_("api", "Sec-Fetch-Site: cross-site")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aRefusalHasTheHeadersOfEveryResponse() throws IOException {
        assertThat(post_("api", "Origin: " + EVIL))
                .contains("X-Request-Id: ", "X-Content-Type-Options: nosniff")
                .doesNotContain("Access-Control");
    }
}
