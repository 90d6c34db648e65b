package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static io.javalin.apibuilder.ApiBuilder.ws;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that belong to one backend: no wildcard of another one sees what is below. */
class OwnedRoutesTest {
    private static final class Mode implements AuthMode, AutoCloseable {
        private final AtomicInteger closed = new AtomicInteger();

        @Override
        public String name() {
            return "basic";
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }

        @Override
        public String toString() {
            return "Mode[pele]";
        }
    }

    private final Mode pele = new Mode();
    private final Running running = Running.start(Running.builder()
            .routePrefixes("/", "/svc")
            .javalin(config -> config.routes.get("/{x}/{y}/{z}/{w}", ctx -> ctx.result("fell through")))
            .routes(() -> {
                get("/{job}", ctx -> ctx.result("fell through"));
                get("/{job}/{metric}", ctx -> ctx.result("job"));
                post("/<rest>", ctx -> ctx.result("fell through"));
                ws("/live/{job}", socket -> socket.onConnect(ctx -> ctx.send("job")));
                ws("/pele/<own>", socket -> {});
                ws("/<rest>", socket -> {});
            })
            .routes("/pele", pele, () -> {
                get("/echo/{text}", ctx -> ctx.result("echo " + ctx.pathParam("text")));
                get("/own/{x}", ctx -> ctx.result("own"));
            })
            .reservePrefixes("/firecrest", "/nasa/v1", "/pele"));

    @AfterEach
    void stop() {
        running.close();
    }

    private String raw(String path) throws IOException {
        return running.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    }

    /** The app itself has no mode, and its callers need no credentials. */
    @Test
    void responsesOfAnOwnersRoutesArePrivate() {
        var response = running.given().get("/pele/echo/x");

        assertThat(response.header("Cache-Control")).isEqualTo("private, no-cache");
        assertThat(response.headers().getValues("Vary")).contains("Authorization");
    }

    @Test
    void routesOfThePrefixAreServedBelowEveryRoutePrefix() {
        assertThat(running.given().get("/pele/echo/a").asString()).isEqualTo("echo a");
        assertThat(running.given().get("/svc/pele/echo/a").asString()).isEqualTo("echo a");
        assertThat(running.given().get("/nightly/coverage").asString()).isEqualTo("job");
        assertThat(running.given().get("/svc/nightly/coverage").asString()).isEqualTo("job");
        assertThat(running.given().get("/nasa/v2").asString()).isEqualTo("job");
        assertThat(running.given().get("/pelee/coverage").asString()).isEqualTo("job");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/pele",
                "/pele/",
                "/pele/ecko",
                "/pele/echo/a/b",
                "/svc/pele/ecko",
                "/pele/x/y",
                "/pele/x/y/z",
                "/PELE/ecko",
                "/%70ele/ecko",
                "/pel%65/ecko",
                "/pele;v=1/ecko",
                "/pele%2Fecko/x",
                "/%2Fpele/ecko",
                "/./pele/ecko",
                "/x/../pele/ecko",
                "/pele/..",
                "/pele/../x/y",
                "/%70ele/%2e%2e",
                "//pele//ecko",
                "/firecrest/systems",
                "/nasa/v1",
                "/nasa/v1/x"
            })
    void nothingBelowThePrefixFallsThrough(String path) throws IOException {
        assertThat(raw(path))
                .doesNotContain("fell through", "\r\n\r\njob")
                .containsAnyOf(" 404 Not Found\r\n", " 400 Bad Request\r\n")
                .contains("{\"reason\":", "\"status_code\":40");
    }

    @Test
    void pathBelowThePrefixIsA404InTheOneShape() {
        running.given().get("/pele/ecko").then().statusCode(404);
        assertThat(running.given().get("/pele/ecko").asString())
                .isEqualTo("{\"reason\":\"Not Found\",\"status_code\":404,"
                        + "\"error_content\":\"no route for GET /pele/ecko\"}");
    }

    @Test
    void otherMethodIsA405WithTheMethodsOfThePrefix() {
        var got = running.given().post("/pele/echo/a");

        assertThat(got.statusCode()).isEqualTo(405);
        assertThat(got.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
    }

    @ParameterizedTest
    @CsvSource({
        "/live/nightly, 101",
        "/pele/echo, 101",
        "/firecrest, 404",
        "/firecrest/systems, 404",
        "/svc/%66irecrest/systems, 404",
    })
    void webSocketBelowThePrefixDoesNotFallThrough(String path, int status) throws IOException {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), running.app().port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                                    + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            var response =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));

            assertThat(response.readLine()).startsWith("HTTP/1.1 " + status);
            if (status == 404) {
                var head = response.lines().takeWhile(line -> !line.isEmpty()).toList();
                assertThat(head).contains("Content-Type: application/json");
                assertThat((char) response.read()).isEqualTo('{');
            }
        }
    }

    @Test
    void ownerIsClosedOnStop() {
        running.close();

        assertThat(pele.closed).hasValue(1);
    }

    @Test
    void secondOwnerOfAPrefixIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Running.builder().routes("/pele", pele, () -> {}).routes("pele/", new Mode(), () -> {}))
                .withMessage("the prefix /pele belongs to Mode[pele] already; give Mode[pele] a prefix of its own");
    }

    @Test
    void rootBelongsToNoBackend() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Running.builder().routes("/", pele, () -> {}))
                .withMessageContaining("the root cannot be a prefix of one backend");
    }

    @Test
    void routePrefixBelowAReservedOneIsRefused() {
        for (var prefix : List.of("/pele", "/pele/x")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Running.builder()
                            .routePrefixes("/", prefix)
                            .routes("/pele", pele, () -> {})
                            .build())
                    .withMessage("the route prefix " + prefix + " is at or below /pele, which is reserved for"
                            + " Mode[pele]: choose another one of the two");
        }
    }
}
