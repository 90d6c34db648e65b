package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.AuthMode;
import io.apikit.Running;
import io.restassured.response.Response;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a cache between a caller and the service may make of an answer, and a browser of its type. */
class CachePolicyTest {
    private Running running = service(AuthMode.none());

    private static Running service(AuthMode mode) {
        return Running.start(Running.builder()
                .auth(mode)
                .operations(ops -> ops.trustedProxies("127.0.0.1"))
                .routes(() -> {
                    get("/ask", ctx -> ctx.result("answer"));
                    get(
                            "/cached",
                            ctx -> ctx.header("Cache-Control", "max-age=60").result("answer"));
                    get("/failed", ctx -> {
                        ctx.header("Cache-Control", "public, max-age=60");
                        throw new IllegalStateException("no answer");
                    });
                }));
    }

    private void withAuth() {
        running.close();
        running = service(() -> "basic");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private Response get_(String path, String... header) {
        var request = running.given();
        return (header.length == 0 ? request : request.header(header[0], header[1])).get(path);
    }

    private static void assertPrivate(Response answer) {
        assertThat(answer.header("Cache-Control")).isEqualTo("private, no-cache");
        assertThat(answer.headers().getValues("Vary")).contains("Authorization");
    }

    private static void assertNeutral(Response answer) {
        assertThat(answer.header("Cache-Control")).isNull();
        assertThat(answer.headers().getValues("Vary")).doesNotContain("Authorization");
    }

    @Test
    void whatAServiceWithAnAuthModeAnswersIsTheCallersOwn() {
        withAuth();

        assertPrivate(get_("/ask"));
        assertPrivate(get_("/missing"));
        assertPrivate(get_("/failed"));
        assertPrivate(running.given().head("/ask"));
    }

    @Test
    void whatIsAnsweredToCredentialsIsTheCallersOwn() {
        assertPrivate(get_("/ask", "Authorization", "Bearer one"));
        assertPrivate(get_("/missing", "Authorization", "Bearer one"));
        assertPrivate(get_("/ask", "X-Forwarded-User", "alice"));
        assertNeutral(get_("/ask"));
        assertNeutral(get_("/missing"));
    }

    @Test
    void aHandlerMayKnowBetter() {
        withAuth();

        assertThat(get_("/cached", "Authorization", "Bearer one").header("Cache-Control"))
                .isEqualTo("max-age=60");
    }

    @Test
    void metadataAndHealthAreTheSameForAll() {
        withAuth();

        for (var path : new String[] {"/", "/metadata", "/v1.0/metadata.json"}) {
            assertNeutral(get_(path));
            assertNeutral(get_(path, "Authorization", "Bearer one"));
        }
    }

    @Test
    void noTypeIsEverGuessed() throws IOException {
        for (var path : new String[] {"/", "/metadata", "/ask", "/missing", "/failed"}) {
            assertThat(get_(path).header("X-Content-Type-Options")).isEqualTo("nosniff");
        }
        assertThat(running.given().post("/ask").header("X-Content-Type-Options"))
                .isEqualTo("nosniff");
        assertThat(running.given().options("/ask").header("X-Content-Type-Options"))
                .isEqualTo("nosniff");
        assertThat(running.raw("nonsense\r\n\r\n")).contains("X-Content-Type-Options: nosniff\r\n");
    }
}
