package io.apikit.ops;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.apikit.Running;
import io.javalin.http.Context;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class RequestIdTest {
    private static final String MADE = "[0-9a-f]{32}";
    private static Running running;

    @BeforeAll
    static void start() {
        running = Running.routes(() -> {
            get("/id", RequestIdTest::echo);
            get("/fails", ctx -> {
                throw new IllegalStateException("the secret is out");
            });
            get("/error", ctx -> {
                throw new StackOverflowError();
            });
            get("/reset", ctx -> ctx.res().reset());
        });
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static void echo(Context ctx) {
        ctx.result(RequestId.of(ctx) + " " + MDC.get(RequestId.MDC_KEY));
    }

    @Test
    void isGeneratedIfAbsent() {
        var one = running.given().get("/id").header("X-Request-Id");
        var other = running.given().get("/id").header("X-Request-Id");
        assertThat(one).matches(MADE);
        assertThat(other).matches(MADE).isNotEqualTo(one);
    }

    @Test
    void isAcceptedIfWellFormed() {
        for (var id : new String[] {"a", "A-Z_0.9", "x".repeat(128)}) {
            var got = running.given().header("X-Request-Id", id).get("/id");
            assertThat(got.header("X-Request-Id")).isEqualTo(id);
            assertThat(got.asString()).isEqualTo(id + " " + id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a;b", "<script>", "\u00e9", "a/b"})
    void isGeneratedIfMalformed(String id) {
        var got = running.given().header("X-Request-Id", id).get("/id");
        assertThat(got.headers().getValues("X-Request-Id")).hasSize(1);
        assertThat(got.header("X-Request-Id")).matches(MADE);
    }

    @Test
    void isGeneratedIfTooLongOrDuplicate() {
        assertThat(running.given()
                        .header("X-Request-Id", "x".repeat(129))
                        .get("/id")
                        .header("X-Request-Id"))
                .matches(MADE);
        assertThat(running.given().header("X-Request-Id", "a", "b").get("/id").header("X-Request-Id"))
                .matches(MADE);
    }

    @Test
    void isInEveryResponse() {
        for (var path : new String[] {"/", "/metadata", "/nowhere", "/fails", "/error", "/reset"}) {
            assertThat(running.given().header("X-Request-Id", "mine").get(path).header("X-Request-Id"))
                    .as(path)
                    .isEqualTo("mine");
        }
    }

    @Test
    void findsTheStackTraceThatTheResponseOmits() {
        var log = (Logger) LoggerFactory.getLogger("io.apikit.ExceptionMappers");
        var seen = new ListAppender<ILoggingEvent>();
        seen.start();
        log.addAppender(seen);
        try {
            for (var path : new String[] {"/fails", "/error"}) {
                seen.list.clear();
                var got = running.given().get(path);
                var id = got.header("X-Request-Id");
                assertThat(got.statusCode()).isEqualTo(500);
                assertThat(got.asString()).doesNotContain("secret");
                assertThat(got.jsonPath().getString("error_content")).isEqualTo("request id " + id);
                assertThat(seen.list).hasSize(1);
                assertThat(seen.list.get(0).getFormattedMessage()).contains(id);
                assertThat(seen.list.get(0).getMDCPropertyMap()).containsEntry("request_id", id);
                assertThat(seen.list.get(0).getThrowableProxy().getStackTraceElementProxyArray())
                        .isNotEmpty();
            }
        } finally {
            log.detachAppender(seen);
        }
    }

    @Test
    void isKnownInOtherJavalinApps() {
        var app = io.javalin.Javalin.create(config -> config.routes.get("/id", RequestIdTest::echo));
        try (var plain = new Running(app.start("127.0.0.1", 0))) {
            var got = plain.given().header("X-Request-Id", "mine").get("/id");
            assertThat(got.asString()).isEqualTo("mine null");
            assertThat(got.header("X-Request-Id")).isEqualTo("mine");
            assertThat(plain.given().get("/id").header("X-Request-Id")).matches(MADE);
        }
    }
}
