package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.apikit.http.BackendRequest;
import io.apikit.http.RequestBody;
import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Callers who guess the password of a service account, at a backend that quotes them: no response confirms a guess. */
@Timeout(60)
class MaskOracleTest extends FrontDoorTest {
    /** Its encoding has a character that base64 and base64url write in two ways. */
    private static final String USER = "users/of?";

    private static final String RIGHT = "p\"w&</+ 1'\\s";
    private static final String WRONG = "p\"w&</+ 2'\\s";
    private static final String OTHER = "q\"w&</+ 2'\\s";
    private static final String PRINTED = "base64 of the pair";

    private static final Map<String, UnaryOperator<String>> SPELLINGS = new LinkedHashMap<>();

    static {
        SPELLINGS.put("as it is", text -> text);
        SPELLINGS.put("percent", MaskOracleTest::percent);
        SPELLINGS.put("percent in lower case", text -> lowerHex(percent(text)));
        SPELLINGS.put("form", text -> URLEncoder.encode(text, UTF_8));
        SPELLINGS.put("percent for all", text -> each(text, "%%%02X"));
        SPELLINGS.put("percent twice", text -> percent(percent(text)));
        SPELLINGS.put("JSON", MaskOracleTest::json);
        SPELLINGS.put("JSON with slashes", text -> json(text).replace("/", "\\/"));
        SPELLINGS.put("JSON by numbers", text -> escaped(text, "\\u%04x"));
        SPELLINGS.put("JSON by numbers in upper case", text -> escaped(text, "\\u%04X"));
        SPELLINGS.put("JSON for all", text -> each(text, "\\u%04x"));
        SPELLINGS.put("JSON twice", text -> json(json(text)));
        SPELLINGS.put("HTML", MaskOracleTest::html);
        SPELLINGS.put("HTML by numbers", text -> escaped(text, "&#%d;"));
        SPELLINGS.put("HTML by hexadecimal numbers", text -> escaped(text, "&#x%x;"));
        SPELLINGS.put("HTML for all", text -> each(text, "&#x%X;"));
        SPELLINGS.put("HTML twice", text -> html(html(text)));
        SPELLINGS.put("JSON in HTML", text -> html(json(text)));
        SPELLINGS.put("base64", text -> base64(text));
        SPELLINGS.put("base64 unpadded", text -> base64(text).replace("=", ""));
        SPELLINGS.put("base64url", MaskOracleTest::base64Url);
        SPELLINGS.put("base64url unpadded", text -> base64Url(text).replace("=", ""));
        SPELLINGS.put("base64 twice", text -> base64(base64(text)));
        SPELLINGS.put("base64 in percent", text -> percent(base64(text)));
        SPELLINGS.put("hexadecimal", text -> HexFormat.of().formatHex(text.getBytes(UTF_8)));
        SPELLINGS.put(PRINTED, text -> base64(USER + ":" + text));
        SPELLINGS.put(
                "base64 of the pair unpadded", text -> base64(USER + ":" + text).replace("=", ""));
        SPELLINGS.put("base64url of the pair", text -> base64Url(USER + ":" + text));
        SPELLINGS.put("base64 of the pair in percent", text -> percent(base64(USER + ":" + text)));
    }

    private enum Place {
        PATH,
        QUERY,
        HEADER,
        BODY
    }

    private enum BackendKind {
        QUOTING,
        PRINTING_AUTHORIZATION
    }

    private final HttpClient client = HttpClient.newHttpClient();

    @ParameterizedTest
    @EnumSource
    void guessChangesNothingButItself(BackendKind kind) throws Exception {
        int port = serveGuesses(service(quotingBackend(kind)));
        for (var spelling : SPELLINGS.entrySet()) {
            if (kind == BackendKind.PRINTING_AUTHORIZATION && spelling.getKey().equals(PRINTED)) {
                continue; // The backend prints this very spelling: a mask cannot tell the two apart.
            }
            var spelled = spelling.getValue();
            for (var place : Place.values()) {
                for (var others : List.of("", "_" + spelled.apply(OTHER))) {
                    var right = spelled.apply(RIGHT);
                    var wrong = spelled.apply(WRONG);
                    var ofRight = content(port, place, right + others, right);
                    var ofWrong = content(port, place, wrong + others, wrong);

                    assertThat(ofRight).as("%s in %s", spelling.getKey(), place).isEqualTo(ofWrong);
                    assertThat(ofRight).contains("No such thing: ", "<guess>").doesNotContain(RIGHT);
                }
            }
        }
    }

    /** Returns what the caller gets, with the guess cut out. */
    private String content(int port, Place place, String sent, String guess) throws Exception {
        var base = "http://127.0.0.1:" + port;
        var request = HttpRequest.newBuilder();
        switch (place) {
            case PATH -> request.uri(URI.create(base + "/path/" + percent(sent)));
            case QUERY -> request.uri(URI.create(base + "/query?q=" + percent(sent)));
            case HEADER -> request.uri(URI.create(base + "/header")).header("X-Guess", sent);
            case BODY -> request.uri(URI.create(base + "/body")).POST(HttpRequest.BodyPublishers.ofString(sent));
        }
        return cut(content(request), guess);
    }

    private String content(HttpRequest.Builder request) throws Exception {
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(404);
        return new ObjectMapper()
                .readTree(response.body())
                .path("error_content")
                .asText();
    }

    private static String cut(String content, String guess) {
        return content.replace(guess, "<guess>").replace(percent(guess), "<guess>");
    }

    private int serveGuesses(Backend backend) {
        return serve(backend, () -> {
            get("/path/{guess}", ctx -> ask(backend, ctx, BackendRequest.get("/x/{}", ctx.pathParam("guess"))));
            get(
                    "/query",
                    ctx -> ask(backend, ctx, BackendRequest.get("/x").query("q", requireNonNull(ctx.queryParam("q")))));
            get(
                    "/header",
                    ctx -> ask(
                            backend,
                            ctx,
                            BackendRequest.get("/x").header("X-Guess", requireNonNull(ctx.header("X-Guess")))));
            post("/body", ctx -> ask(backend, ctx, BackendRequest.post("/x").body(ctx.bodyAsBytes(), "text/plain")));
        });
    }

    private static void ask(Backend backend, Context ctx, BackendRequest request) {
        ctx.result(backend.session(ctx).send(request).orThrow().text());
    }

    private Backend service(String url) {
        return service(Backend.at(url));
    }

    private Backend service(Backend.Builder builder) {
        return opened(builder.auth(Authenticator.basic()).credentials(Credentials.password(USER, RIGHT)));
    }

    /** A backend that quotes what it was sent: the target as it came, and each value decoded. */
    private String quotingBackend(BackendKind kind) {
        return backend(config -> {
            config.routes.get("/x/{guess}", ctx -> refuse(ctx, ctx.pathParam("guess"), kind));
            config.routes.get("/x", ctx -> {
                var value = ctx.queryParam("q") == null ? ctx.header("X-Guess") : ctx.queryParam("q");
                refuse(ctx, String.valueOf(value), kind);
            });
            config.routes.post("/x", ctx -> refuse(ctx, ctx.body(), kind));
        });
    }

    private static void refuse(Context ctx, String value, BackendKind kind) {
        var target = ctx.req().getRequestURI() + "?" + ctx.req().getQueryString();
        var authorization = kind == BackendKind.QUOTING ? "" : "\nAuthorization: " + ctx.header("Authorization");
        ctx.status(404).result("No such thing: " + value + " of " + target + authorization);
    }

    /** The response is a document of its own syntax, and what it quotes is escaped as that needs. */
    @ParameterizedTest
    @CsvSource({"application/json", "text/html"})
    void guessEscapedByTheResponsesOwnSyntaxIsLeft(String type) throws Exception {
        var isJson = type.equals("application/json");
        var url = backend(config -> config.routes.get("/x", ctx -> {
            var guess = String.valueOf(ctx.queryParam("q"));
            ctx.status(404).contentType(type).result("No such thing: " + (isJson ? json(guess) : html(guess)));
        }));
        int port = serveGuesses(service(url));

        for (var guess : List.of(RIGHT, WRONG)) {
            assertThat(content(port, Place.QUERY, guess, isJson ? json(guess) : html(guess)))
                    .isEqualTo("No such thing: <guess>");
        }
    }

    /** Programs quote a value with backslashes, and a document of JSON quotes that once more. */
    @ParameterizedTest
    @CsvSource({"application/json", "text/plain"})
    void guessQuotedByAProgramIsLeft(String type) throws Exception {
        UnaryOperator<String> quoted = type.equals("text/plain") ? MaskOracleTest::json : guess -> json(json(guess));
        var url = backend(config -> config.routes.get("/x", ctx -> {
            var guess = String.valueOf(ctx.queryParam("q"));
            ctx.status(404).contentType(type).result("No such thing: " + quoted.apply(guess));
        }));
        int port = serveGuesses(service(url));

        for (var guess : List.of(RIGHT, WRONG)) {
            assertThat(content(port, Place.QUERY, guess, quoted.apply(guess))).isEqualTo("No such thing: <guess>");
        }
    }

    /** Each character is percent-encoded or not. */
    @Test
    void guessInManySpellingsIsLeft() throws Exception {
        int port = serveGuesses(service(quotingBackend(BackendKind.QUOTING)));

        for (var guess : List.of(RIGHT, WRONG)) {
            var spellings = IntStream.range(0, 700)
                    .mapToObj(bits -> IntStream.range(0, guess.length())
                            .mapToObj(i -> String.format((bits >> i & 1) == 0 ? "%c" : "%%%02x", (int) guess.charAt(i)))
                            .collect(Collectors.joining()))
                    .collect(Collectors.joining("_"));

            var content = content(port, Place.BODY, spellings, "none");

            assertThat(content).startsWith("No such thing: " + spellings.substring(0, 8_000));
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void guessOfAnEarlierRequestOfTheSameCallerIsLeft(boolean isOfAnotherBackend) throws Exception {
        var kept = new AtomicReference<>("");
        var url = backend(config -> {
            config.routes.post("/x", ctx -> kept.set(ctx.body()));
            config.routes.get("/x", ctx -> ctx.status(404).result("No such thing: " + kept));
        });
        var backend = service(url);
        var first = isOfAnotherBackend ? opened(Backend.at(url).auth(Authenticator.none())) : backend;
        int port = serve(
                backend,
                () -> post("/body", ctx -> {
                    first.session(ctx).send(BackendRequest.post("/x").body(ctx.bodyAsBytes(), "text/plain"));
                    ask(backend, ctx, BackendRequest.get("/x"));
                }));

        for (var guess : List.of(RIGHT, WRONG)) {
            assertThat(content(port, Place.BODY, guess, guess)).isEqualTo("No such thing: <guess>");
        }
    }

    /** A stream is sent and not kept, so nothing is known of what it said. */
    @Test
    void errorTextOfAStreamedUploadIsNotShown() throws Exception {
        var backend = service(quotingBackend(BackendKind.QUOTING));
        int port = serve(
                backend,
                () -> post("/body", ctx -> {
                    var stream = new ByteArrayInputStream(ctx.bodyAsBytes());
                    ask(backend, ctx, BackendRequest.post("/x").body(stream, "text/plain"));
                }));

        for (var guess : List.of(RIGHT, WRONG)) {
            assertThat(content(port, Place.BODY, guess, guess)).isEqualTo("null");
        }
        assertThat(ask(port, "/metrics").body())
                .containsPattern("(?m)^apikit_backend_errors_withheld_total\\{.*} 2\\.0$");
    }

    /** A handler that uploads much, part by part, needs the memory of one part. */
    @Test
    void longBodiesAreNotKept() throws Exception {
        var backend = service(quotingBackend(BackendKind.QUOTING));
        int port = serve(
                backend,
                () -> post("/body", ctx -> {
                    var bodies = uploads(backend, ctx);
                    for (int i = 0; i < 100 && bodies.stream().anyMatch(body -> body.get() != null); i++) {
                        System.gc();
                        Thread.sleep(10);
                    }
                    ctx.status(404).result(String.valueOf(bodies.stream().noneMatch(body -> body.get() != null)));
                }));

        assertThat(content(port, Place.BODY, "none", "none")).isEqualTo("true");
    }

    private static List<WeakReference<RequestBody>> uploads(Backend backend, Context ctx) {
        var bodies = new ArrayList<WeakReference<RequestBody>>();
        for (int i = 0; i < 3; i++) {
            var request = BackendRequest.post("/x")
                    .body(new byte[600_000], "text/plain")
                    .allowErrors();
            bodies.add(new WeakReference<>(request.body().orElseThrow()));
            backend.session(ctx).send(request);
        }
        return bodies;
    }

    @Test
    void noErrorTextPassesWhereTheAuthorWantsNone() throws Exception {
        int port = serveGuesses(service(
                Backend.at(quotingBackend(BackendKind.PRINTING_AUTHORIZATION)).errorText(false)));

        for (var guess : List.of(RIGHT, WRONG, base64(USER + ":" + RIGHT))) {
            for (var place : Place.values()) {
                assertThat(content(port, place, guess, guess)).isEqualTo("null");
            }
        }
    }

    @Test
    void secretThatNobodyHasSentIsMaskedInEachSpelling() throws Exception {
        var printed = SPELLINGS.values().stream()
                .map(spelling -> spelling.apply(RIGHT))
                .toList();
        var url =
                backend(config -> config.routes.get("/x", ctx -> ctx.status(404).result(String.join("\n", printed))));
        int port = serveGuesses(service(url));

        var masked = content(port, Place.QUERY, "harmless", "harmless");

        assertThat(masked.lines()).hasSize(SPELLINGS.size()).allMatch("***"::equals);
    }

    /** What the caller has sent in one spelling is masked in the others. */
    @Test
    void onlyTheSpellingThatWasSentIsLeft() throws Exception {
        var printed = SPELLINGS.values().stream()
                .map(spelling -> spelling.apply(RIGHT))
                .toList();
        var url =
                backend(config -> config.routes.get("/x", ctx -> ctx.status(404).result(String.join("\n", printed))));
        int port = serveGuesses(service(url));

        var lines = content(port, Place.HEADER, html(RIGHT).toUpperCase(Locale.ROOT), "none")
                .lines()
                .toList();

        assertThat(lines).filteredOn(line -> !line.equals("***")).containsOnly(html(RIGHT));
    }

    private static String percent(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    private static String lowerHex(String percent) {
        return Pattern.compile("%..")
                .matcher(percent)
                .replaceAll(found -> found.group().toLowerCase(Locale.ROOT));
    }

    private static String json(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private static String html(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String base64Url(String text) {
        return Base64.getUrlEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String each(String text, String format) {
        return text.chars().mapToObj(c -> String.format(format, c)).collect(Collectors.joining());
    }

    private static String escaped(String text, String format) {
        return text.chars()
                .mapToObj(c -> Character.isLetterOrDigit(c) ? Character.toString(c) : String.format(format, c))
                .collect(Collectors.joining());
    }
}
