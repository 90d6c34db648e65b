package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CompressionTest {
    @Test
    void aCompressedAnswerTellsCachesWhatItDependsOn() {
        try (var running = Running.routes(() -> {
            get("/large", ctx -> ctx.header("Vary", "Origin").result("x".repeat(3000)));
            get("/streamed", ctx -> {
                var chunk = new byte[40_000];
                ctx.outputStream().write(chunk);
                ctx.outputStream().write(chunk);
            });
            get("/small", ctx -> ctx.result("x"));
        })) {
            var given = running.given().header("Accept-Encoding", "gzip");
            var large = given.get("/large");
            assertThat(large.header("Content-Encoding")).isEqualTo("gzip");
            assertThat(large.headers().getValues("Vary")).containsExactlyInAnyOrder("Origin", "Accept-Encoding");
            assertThat(given.get("/streamed").header("Vary")).isEqualTo("Accept-Encoding");
            assertThat(given.get("/small").header("Vary")).isNull();
            var head = given.head("/large");
            assertThat(head.header("Content-Length")).isEqualTo(large.header("Content-Length"));
            assertThat(head.header("Content-Encoding")).isEqualTo("gzip");
        }
    }
}
