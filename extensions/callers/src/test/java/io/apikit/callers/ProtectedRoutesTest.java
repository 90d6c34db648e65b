package io.apikit.callers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.apikit.ApiApp;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.ops.callers.CallerCheck;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests need a credential, and where it goes. */
@Timeout(60)
class ProtectedRoutesTest {
    private static final String CHALLENGE = "ApiKey realm=\"apikit\", header=\"X-API-Key\"";

    private Callers keys;
    private ProtectedService service;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        keys = Callers.apiKeys(Keys.file(folder));
        service = ProtectedService.start(keys);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void callerWithKeyIsServedAndNamed() {
        for (var path : List.of("/value", "/guarded/value")) {
            service.withKey(Keys.ALICE)
                    .get(path)
                    .then()
                    .statusCode(200)
                    .header("Cache-Control", "private, no-cache")
                    .body(equalTo("93.5 for alice in the log alice"));
        }
        service.withToken(Keys.BOB).get("/value").then().body(equalTo("93.5 for bob in the log bob"));
        assertThat(service.checks("admitted")).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/value",
                "/guarded/value",
                "/value/",
                "/nowhere",
                "/guarded",
                "/status",
                "/docs",
                "/metadata/x",
                "/METRICS",
                "/health/other",
                "/favicon.ico"
            })
    void pathWithoutKeySaysNothing(String path) {
        for (var method : List.of("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD")) {
            var response = service.given().urlEncodingEnabled(false).request(method, path);
            assertThat(response.statusCode()).as(method).isEqualTo(401);
            assertThat(response.headers().getValues("WWW-Authenticate")).containsExactly(CHALLENGE);
            assertThat(response.header("Allow")).isNull();
            assertThat(response.asString())
                    .isEqualTo(
                            method.equals("HEAD")
                                    ? ""
                                    : "{\"reason\":\"Unauthorized\",\"status_code\":401,\"error_content\":"
                                            + "\"An API key is needed in the header X-API-Key\"}");
        }
        assertThat(service.handled()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"//metadata", "/metadata;x", "/%6Detadata", "/./metadata", "/value/../metadata", "*"})
    void otherSpellingOfAnOpenPathIsNotOpen(String target) throws IOException {
        var response = service.raw("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(response).startsWith("HTTP/1.1 4").doesNotContain("A guarded service");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /value HTTP/1.0",
                "TRACE /value HTTP/1.1",
                "TRACE /metadata HTTP/1.1",
                "PROPFIND /value HTTP/1.1",
                "get /metadata HTTP/1.1",
                "GET http://a/value HTTP/1.1",
                "GET /metadata/..;/value HTTP/1.1",
                "GET /metadata/..%2Fvalue HTTP/1.1",
                "GET /metadata%2F..%2Fvalue HTTP/1.1",
                "GET /metadata%3F/../value HTTP/1.1",
                "GET /metadata%00 HTTP/1.1",
                "GET /metadata\\..\\value HTTP/1.1",
                "GET //value HTTP/1.1",
                "GET /value; HTTP/1.1",
                "GET /%76alue HTTP/1.1",
                "GET /socket HTTP/1.1\r\nUpgrade: websocket",
                "GET /value HTTP/1.1\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
                "GET /value HTTP/1.1\r\nX-HTTP-Method-Override: HEAD\r\nX-Original-URL: /metadata",
                "GET /value HTTP/1.1\r\nX-Forwarded-User: alice\r\nX-Forwarded-Prefix: /metadata",
                "OPTIONS /value HTTP/1.1\r\nOrigin: https://a\r\nAccess-Control-Request-Method: GET",
                "PRI * HTTP/2.0"
            })
    void unusualRequestWithoutKeyReachesNothing(String begin) throws IOException {
        var response = service.raw(begin + "\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(response)
                .doesNotContain("93.5", "A guarded service", "Allow:")
                .matches("(?s)HTTP/1.1 (4|505).*");
        assertThat(service.handled()).isEmpty();
        assertThat(service.backendHeaders()).isEmpty();
    }

    @Test
    void errorOfKnownCallerNamesTheRoute() {
        service.withKey(Keys.ALICE).get("/nowhere").then().statusCode(404);
        service.withKey(Keys.ALICE).delete("/value").then().statusCode(405).header("Allow", "GET, POST, HEAD, OPTIONS");
        service.withKey(Keys.ALICE).options("/value").then().statusCode(204);
        service.withKey(Keys.ALICE).head("/value").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/metadata",
                "/metadata.json",
                "/metadata/",
                "/v1.0/metadata",
                "/guarded/metadata",
                "/guarded/v1.0/metadata.json",
                "/health/live",
                "/health/ready",
                "/metrics"
            })
    void healthMetadataProbesAndMetricsStayOpen(String path) {
        service.given().get(path).then().statusCode(200);
        service.given().head(path).then().statusCode(200);
        service.given().post(path).then().statusCode(401);
        service.given()
                .header("Authorization", "Basic bm9ib2R5")
                .get(path)
                .then()
                .statusCode(200);
    }

    @Test
    void problemDetailsAreForThoseWhoAcceptThem() {
        service.given()
                .accept("application/problem+json")
                .get("/value")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .body("detail", containsString("X-API-Key"));
    }

    @Test
    void metadataAndMetricsCanBeProtected() {
        try (var closed = ProtectedService.start(
                keys.alsoProtectMetadata().alsoProtectMetrics().open("/value"))) {
            closed.given().get("/metadata").then().statusCode(401);
            closed.given().get("/metrics").then().statusCode(401);
            closed.given().get("/health/live").then().statusCode(200);
            closed.given().get("/").then().statusCode(200);
            closed.given().get("/value").then().body(equalTo("93.5 for nobody in the log null"));
            closed.given().post("/value").then().statusCode(401);
            closed.withKey(Keys.BOB)
                    .get("/metadata")
                    .then()
                    .statusCode(200)
                    .header("Cache-Control", "private, no-cache");
        }
    }

    @Test
    void preflightNeedsNoKeyAndRefusalCanBeRead() {
        var origin = "https://portal.example.org";
        try (var portal = ProtectedService.start(keys, ops -> ops.allowOrigins(origin))) {
            portal.given()
                    .header("Origin", origin)
                    .header("Access-Control-Request-Method", "GET")
                    .header("Access-Control-Request-Headers", "x-api-key")
                    .options("/value")
                    .then()
                    .statusCode(204)
                    .header("Access-Control-Allow-Headers", "x-api-key");
            portal.given()
                    .header("Origin", origin)
                    .get("/value")
                    .then()
                    .statusCode(401)
                    .header("Access-Control-Allow-Origin", origin);
            portal.withKey(Keys.ALICE)
                    .header("Origin", origin)
                    .get("/value")
                    .then()
                    .statusCode(200);
        }
    }

    @Test
    void eventsNeedAKey() {
        var events = service.given().accept("text/event-stream");
        events.get("/events").then().statusCode(401);
        assertThat(service.handled()).isEmpty();
        service.withKey(Keys.ALICE)
                .accept("text/event-stream")
                .get("/events")
                .then()
                .statusCode(200)
                .body(containsString("one"));
    }

    @Test
    void webSocketNeedsAKey() throws Exception {
        assertThatThrownBy(() -> socket("").join())
                .isInstanceOf(CompletionException.class)
                .satisfies(e -> assertThat(String.valueOf(e.getCause())).contains("WebSocketHandshakeException"));
        assertThat(service.handled()).isEmpty();
        assertThat(service.checks("missing")).isEqualTo(1);

        assertThat(socket(Keys.ALICE).get(10, TimeUnit.SECONDS)).isEqualTo("hello");
        assertThat(service.handled()).containsExactly("socket of Optional[VerifiedCaller[name=alice]]null");
    }

    private CompletableFuture<String> socket(String key) {
        var received = new CompletableFuture<String>();
        var builder = HttpClient.newHttpClient().newWebSocketBuilder().connectTimeout(Duration.ofSeconds(10));
        if (!key.isEmpty()) {
            builder.header("X-API-Key", key);
        }
        return builder.buildAsync(URI.create("ws://127.0.0.1:" + service.port() + "/socket"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
                        received.complete(text.toString());
                        socket.abort();
                        return CompletableFuture.completedFuture(null);
                    }
                })
                .thenCompose(socket -> received);
    }

    @Test
    void keyReachesNoHandlerAndNoBackend() {
        service.withKey(Keys.ALICE).get("/value").then().statusCode(200);
        service.withToken(Keys.BOB).get("/value").then().statusCode(200);
        service.withKey(Keys.ALICE)
                .header("Authorization", "Bearer " + Keys.BOB)
                .post("/value")
                .then()
                .statusCode(200);

        assertThat(service.backendHeaders())
                .hasSize(3)
                .allSatisfy(headers -> assertThat(headers).contains("Basic ").doesNotContain("canary-key"));
        assertThat(service.handled().subList(0, 2))
                .allSatisfy(headers -> assertThat(headers).doesNotContain("canary-key", "Authorization", "X-API-Key"));
        assertThat(service.handled().get(2)).doesNotContain(Keys.ALICE, "X-API-Key");
    }

    @Test
    void tokensAndCallersOwnLoginsExcludeEachOther() {
        var tokens = Callers.jwt(jwt -> jwt.issuer("https://idp.example.org").audience("uservice"));
        for (var mode : List.of(Authenticator.bearerRelay(), Authenticator.basic(), Authenticator.oauth2Proxy())) {
            var backend = Backend.at("http://127.0.0.1:1").auth(mode).build();
            var app = ApiApp.builder(ProtectedService.METADATA)
                    .auth(backend)
                    .operations(Callers.anyOf(keys, tokens)::protect);
            assertThatThrownBy(app::build)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(mode.name())
                    .hasMessageContaining("service account");
            backend.close();
        }
    }

    @Test
    void keyAndCallersOwnLoginGoTogether() {
        var backend =
                Backend.at("http://127.0.0.1:1").auth(Authenticator.basic()).build();
        ApiApp.builder(ProtectedService.METADATA)
                .auth(backend)
                .operations(keys::protect)
                .build()
                .stop();
    }

    @Test
    void oneCheckDecides() {
        assertThatThrownBy(() -> ApiApp.builder(ProtectedService.METADATA)
                        .operations(keys::protect)
                        .operations(keys::protect))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("anyOf");
    }

    @Test
    void peerBeyondItsLimitIsNotChecked() {
        var checks = new AtomicInteger();
        CallerCheck counting = headers -> {
            checks.incrementAndGet();
            return keys.check(headers);
        };
        try (var limited =
                ProtectedService.start(counting, ops -> ops.limits(limits -> limits.perPeer(2, Duration.ofHours(1))))) {
            for (int status : new int[] {401, 401, 429, 429}) {
                limited.given().get("/value").then().statusCode(status);
            }
            assertThat(checks).hasValue(2);
        }
    }

    @Test
    void checkThatThrowsAdmitsNobody() {
        CallerCheck broken = headers -> {
            throw new IllegalStateException("canary");
        };
        try (var closed = ProtectedService.start(broken)) {
            assertThat(closed.withKey(Keys.ALICE)
                            .get("/value")
                            .then()
                            .statusCode(500)
                            .extract()
                            .asString())
                    .doesNotContain("canary");
            assertThat(closed.handled()).isEmpty();
        }
    }

    @Test
    void limitsKnowCallersByTheirKeys() {
        try (var limited =
                ProtectedService.start(keys, ops -> ops.limits(limits -> limits.perCaller(2, Duration.ofHours(1))))) {
            for (var key : List.of(Keys.ALICE, Keys.ALICE, Keys.BOB, Keys.BOB)) {
                limited.withKey(key).get("/value").then().statusCode(200);
            }
            limited.withKey(Keys.ALICE).get("/value").then().statusCode(429);
            limited.withKey(Keys.BOB).get("/value").then().statusCode(429);
            limited.withKey(Keys.STRANGER).get("/value").then().statusCode(401);
            limited.withKey(Keys.STRANGER + "2").get("/value").then().statusCode(401);
            limited.withToken(Keys.STRANGER + "3").get("/value").then().statusCode(429);
            limited.given().get("/health/live").then().statusCode(200);
        }
    }
}
