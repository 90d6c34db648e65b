package io.apikit.ops;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.Running;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

/** W3C Trace Context, section 3: which headers are accepted, and which count as absent. */
class TraceContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
    private static Running running;

    @BeforeAll
    static void start() {
        running = Running.routes(() -> get(
                "/trace",
                ctx -> ctx.result(TraceContext.of(ctx)
                        .map(trace -> trace.traceparent() + "|"
                                + trace.tracestate().orElse("none") + "|" + trace.traceId() + "|" + MDC.get("trace_id"))
                        .orElseGet(() -> "not traced, " + Optional.ofNullable(MDC.get("trace_id"))))));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static String traced(String parent, String... states) {
        var request = running.given().header("traceparent", parent);
        for (var state : states) {
            request.header("tracestate", state);
        }
        return request.get("/trace").then().statusCode(200).extract().asString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PARENT,
                "00-" + TRACE + "-00f067aa0ba902b7-00",
                "00-00000000000000000000000000000001-0000000000000001-ff",
                "cc-" + TRACE + "-00f067aa0ba902b7-01",
                "01-" + TRACE + "-00f067aa0ba902b7-01-what-the-future-brings",
                "fe-" + TRACE + "-00f067aa0ba902b7-01-"
            })
    void aWellFormedHeaderIsAccepted(String parent) {
        var trace = parent.substring(3, 35);
        assertThat(traced(parent)).isEqualTo(parent + "|none|" + trace + "|" + trace);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-" + TRACE + "-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-" + TRACE + "-00F067AA0BA902B7-01",
                "00-" + TRACE + "-00f067aa0ba902b7-0",
                "00-" + TRACE + "-00f067aa0ba902b7-01-more",
                "00-" + TRACE + "-00f067aa0ba902b7-01-",
                "01-" + TRACE + "-00f067aa0ba902b7-01.more",
                "00-" + TRACE + "0-00f067aa0ba902b7-01",
                "00 " + TRACE + " 00f067aa0ba902b7 01",
                PARENT + "," + PARENT
            })
    void aMalformedHeaderCountsAsAbsent(String parent) {
        assertThat(traced(parent, "vendor=state")).isEqualTo("not traced, Optional.empty");
    }

    @Test
    void twoHeadersCountAsNone() {
        var twice = running.given().header("traceparent", PARENT, PARENT).get("/trace");
        assertThat(twice.asString()).startsWith("not traced");
    }

    @Test
    void aTooLongLaterVersionCountsAsAbsent() {
        assertThat(traced("01-" + TRACE + "-00f067aa0ba902b7-01-" + "x".repeat(200)))
                .startsWith("01-");
        assertThat(traced("01-" + TRACE + "-00f067aa0ba902b7-01-" + "x".repeat(201)))
                .startsWith("not traced");
    }

    @Test
    void severalTracestateHeadersAreOneList() {
        assertThat(traced(PARENT, "rojo=00f067aa0ba902b7", "congo=t61rcWkgMzE"))
                .contains("|rojo=00f067aa0ba902b7,congo=t61rcWkgMzE|");
    }

    @Test
    void aTooLongOrUnprintableStateCountsAsAbsent() {
        var longest = "v=" + "x".repeat(2_046);
        assertThat(traced(PARENT, longest)).contains("|" + longest + "|");
        assertThat(traced(PARENT, longest + "x")).contains("|none|");
        assertThat(traced(PARENT, "v=\u00e9")).contains("|none|");
    }

    @Test
    void theMdcIsClearedAfterTheRequest() {
        traced(PARENT);
        assertThat(running.given().get("/trace").asString()).isEqualTo("not traced, Optional.empty");
    }
}
