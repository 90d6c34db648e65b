package io.apikit.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.internal.util.DefaultJson;
import io.javalin.json.JsonMapper;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendResponseTest {
    /** The type that the JSON of these tests is read as. */
    public record Job(String name) {}

    @Test
    void textGoesByTheDeclaredCharset() {
        assertThat(text("text/plain; charset=ISO-8859-1", "ü".getBytes(ISO_8859_1)))
                .isEqualTo("ü");
        assertThat(text("text/plain;Charset=\"utf-8\"", "ü".getBytes(UTF_8))).isEqualTo("ü");
        assertThat(text("text/plain; charset=ISO-8859-1", "ü".getBytes(UTF_8))).isEqualTo("Ã¼");
        assertThat(text("text/plain; format=flowed; charset=windows-1252", new byte[] {(byte) 0x80}))
                .isEqualTo("€");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text/plain", "text/plain; charset=", "text/plain; charset=klingon", "x; charset=(:)"})
    void textWithoutAKnownCharsetIsUtf8ElseLatin1(String contentType) {
        assertThat(text(contentType, "grün€".getBytes(UTF_8))).isEqualTo("grün€");
        assertThat(text(contentType, "grün".getBytes(ISO_8859_1))).isEqualTo("grün");
        assertThat(text(contentType, new byte[0])).isEmpty();
    }

    @Test
    void byteOrderMarkIsDropped() {
        assertThat(text("text/plain", "\uFEFFa".getBytes(UTF_8))).isEqualTo("a");
        assertThat(text("text/plain; charset=utf-8", "\uFEFFa".getBytes(UTF_8))).isEqualTo("a");
    }

    @Test
    void headersAreFoundInAnyCase() {
        var response = BackendResponse.of(200, Map.of("X-Many", List.of("1", "2")), new byte[0]);

        assertThat(response.header("x-MANY")).contains("1");
        assertThat(response.headers().get("x-many")).containsExactly("1", "2");
        assertThatThrownBy(() -> response.headers().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(response.header("absent")).isEmpty();
    }

    @Test
    void bytesAreCopied() {
        var bytes = "abc".getBytes(UTF_8);
        var response = BackendResponse.of(200, Map.of(), bytes);
        bytes[0] = 'x';
        response.bytes()[1] = 'x';

        assertThat(response.bytes()).asString(UTF_8).isEqualTo("abc");
    }

    @Test
    void jsonIsReadAsTheType() {
        assertThat(json("{\"name\":\"a\"}").json(Job.class)).isEqualTo(new Job("a"));
        assertThat(json("[1,2]").json(int[].class)).containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "{\"name\":", "[]", "null", "{\"name\":{\"secret\":1}}", "{\"name\":{}}"})
    void badJsonIsTheBackendsFaultAndIsNotQuoted(String body) {
        var error = catchThrowableOfType(BackendError.class, () -> json(body).json(Job.class));

        assertThat(error.statusCode()).isEqualTo(502);
        assertThat(error.getMessage()).contains("no valid JSON").doesNotContain("secret", "Job", "jackson", "java");
        assertThat(error.getCause()).isNull();
    }

    @Test
    void fieldsThatTheTypeDoesNotHaveAreIgnored() {
        assertThat(json("{\"name\":\"a\",\"new\":{\"deep\":1}}").json(Job.class))
                .isEqualTo(new Job("a"));
        assertThat(json("{\"new\":1}").json(Job.class).name()).isNull();
    }

    @Test
    void contentOfAnErrorIsNoDataOnceItIsProtected() {
        var response = of(404, "text/plain", "no such job").throwingErrors();

        for (var reading : List.<ThrowingCallable>of(
                response::text,
                response::bytes,
                () -> response.json(Job.class),
                () -> response.json(DefaultJson.MAPPER).onError(error -> error).text())) {
            var error = catchThrowableOfType(BackendError.class, reading);
            assertThat(error.statusCode()).isEqualTo(404);
            assertThat(error.content()).contains("no such job");
        }
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.isEmpty()).isFalse();
        assertThat(response.header("Content-Type")).contains("text/plain");
        assertThat(response.toError("Failed").content()).contains("Failed: no such job");
        assertThat(of(399, "text/plain", "moved").throwingErrors().text()).isEqualTo("moved");
        assertThat(of(400, "text/plain", "data").text()).isEqualTo("data");
        assertThatThrownBy(() -> of(600, "text/plain", "odd").throwingErrors().text())
                .isInstanceOf(BackendError.class)
                .hasMessageContaining("502");
    }

    @Test
    void jsonIsReadByTheMapperAttached() {
        var mapper = new JsonMapper() {
            @Override
            @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
            public <T> T fromJsonString(String json, Type type) {
                return (T) new Job("from mapper: " + json);
            }
        };

        assertThat(json("x").json(mapper).json(Job.class)).isEqualTo(new Job("from mapper: x"));
    }

    @Test
    void onlyTwoHundredsAreSuccess() {
        assertThat(status(199).isSuccess()).isFalse();
        assertThat(status(200).isSuccess()).isTrue();
        assertThat(status(299).isSuccess()).isTrue();
        assertThat(status(300).isSuccess()).isFalse();
        assertThat(status(204).orThrow().status()).isEqualTo(204);
        assertThatThrownBy(() -> status(404).orThrow()).isInstanceOf(BackendError.class);
        assertThatThrownBy(() -> status(99)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void errorHasStatusReasonAndText() {
        var error = of(418, "text/html", "<h1>no</h1>").toError();

        assertThat(error.statusCode()).isEqualTo(418);
        assertThat(error.reason()).isEqualTo("I'm a Teapot");
        assertThat(error.content()).contains("<h1>no</h1>");
        assertThat(status(499).reason()).isNotBlank();
        assertThat(BackendResponse.received(404, "Nicht da", Map.of(), new byte[0])
                        .toError()
                        .reason())
                .isEqualTo("Nicht da");
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 200, 302, 304, 399, 600, 999})
    void statusThatIsNoErrorBecomesANamedBadGateway(int status) {
        var error = of(status, "text/plain", "said").toError();

        assertThat(error.statusCode()).isEqualTo(502);
        assertThat(error.content().orElseThrow()).contains(String.valueOf(status), "said");
    }

    @Test
    void locationOfARedirectIsNotPassedOn() {
        var headers = Map.of("Location", List.of("/?code=secret"), "Retry-After", List.of("1"));
        var error = BackendResponse.of(302, headers, new byte[0]).toError();

        assertThat(error.getMessage()).doesNotContain("secret");
        assertThat(error.headers()).isEmpty();
    }

    @Test
    void errorContentIsCutAtItsLimit() {
        assertThat(of(500, "text/plain", "x".repeat(8192)).toError().content().orElseThrow())
                .hasSize(8192);
        assertThat(of(500, "text/plain", "x".repeat(8193)).toError().content().orElseThrow())
                .hasSize(8192);
        assertThat(of(500, "text/plain", "x".repeat(8191) + "😀")
                        .toError()
                        .content()
                        .orElseThrow())
                .hasSize(8191);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "application/octet-stream", "application/pdf", "application/zip"})
    void binaryBodyIsNoErrorContent(String contentType) {
        assertThat(of(500, contentType, "abc").toError().content()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "TEXT/plain", "application/json", "application/problem+json", "application/xhtml+xml"})
    void textualBodyIsErrorContent(String contentType) {
        assertThat(of(500, contentType, "abc").toError().content()).contains("abc");
    }

    @Test
    void retryAfterPassesFrom429And503IfWellFormed() {
        assertThat(retryAfter(429, "7")).containsEntry("Retry-After", "7");
        assertThat(retryAfter(503, "Fri, 31 Dec 1999 23:59:59 GMT")).hasSize(1);
        assertThat(retryAfter(503, "soon")).isEmpty();
        assertThat(retryAfter(503, "-1")).isEmpty();
        assertThat(retryAfter(500, "7")).isEmpty();
    }

    @Test
    void refinementsAreAppliedInOrder() {
        var response = of(401, "text/plain", "a secret")
                .onError(error -> error.withContent(error.content().orElse("").replace("secret", "***")))
                .onError(error -> error.withContent(error.content().orElse("") + "!"));

        assertThat(response.toError().content()).contains("a ***!");
        assertThat(catchThrowableOfType(BackendError.class, response::orThrow).content())
                .contains("a ***!");
    }

    @Test
    void anAnswerThatSaysOfItselfThatSomethingFailedIsA502WithItsTextRefined() {
        var response = of(200, "text/plain", "a secret")
                .onError(error -> error.withContent(error.content().orElse("").replace("secret", "***")));

        assertThat(response.toError("The task failed").statusCode()).isEqualTo(502);
        assertThat(response.toError("The task failed").content()).contains("The task failed: a ***");
        assertThat(status(200).toError("The task failed").content()).contains("The task failed");
    }

    @Test
    void retryAfterIsThatOf429And503() {
        assertThat(withRetryAfter(429, "7").retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(withRetryAfter(503, "Fri, 01 Mar 2126 12:00:00 GMT").retryAfter())
                .hasValueSatisfying(wait -> assertThat(wait).isGreaterThan(Duration.ofDays(365)));
        assertThat(withRetryAfter(503, "Fri, 31 Dec 1999 23:59:59 GMT").retryAfter())
                .isEmpty();
        assertThat(withRetryAfter(503, "soon").retryAfter()).isEmpty();
        assertThat(withRetryAfter(502, "7").retryAfter()).isEmpty();
        assertThat(status(429).retryAfter()).isEmpty();
    }

    private static BackendResponse withRetryAfter(int status, String value) {
        return BackendResponse.of(status, Map.of("Retry-After", List.of(value)), new byte[0]);
    }

    private static Map<String, String> retryAfter(int status, String value) {
        return withRetryAfter(status, value).toError().headers();
    }

    private static String text(String contentType, byte[] body) {
        return BackendResponse.of(200, Map.of("Content-Type", List.of(contentType)), body)
                .text();
    }

    private static BackendResponse json(String body) {
        return of(200, "application/json", body);
    }

    private static BackendResponse status(int status) {
        return BackendResponse.of(status, Map.of(), new byte[0]);
    }

    private static BackendResponse of(int status, String contentType, String body) {
        return BackendResponse.of(status, Map.of("content-type", List.of(contentType)), body.getBytes(UTF_8));
    }
}
