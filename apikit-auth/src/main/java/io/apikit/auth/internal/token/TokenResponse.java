package io.apikit.auth.internal.token;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import io.apikit.internal.util.DefaultJson;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A response of a login that should contain a token: in a JSON document, a header, a cookie, or as the whole text.
 * Immutable. A response that makes no sense counts as a broken login.
 */
public final class TokenResponse {
    /** Where servers write why a login failed. */
    private static final List<String> REASONS = List.of(
            "error_description",
            "message",
            "error.message",
            "error.reason",
            "errors.0.message",
            "errors.0",
            "errorMessages.0",
            "detail");

    /** A token has to fit into a header. */
    private static final int MOST_CHARACTERS = 16 << 10;

    /**
     * One word, perhaps after the scheme: a sentence is no token, and no page or document is one. The media type says less:
     * some frameworks call each text HTML.
     */
    private static final Pattern TOKEN = Pattern.compile("((?i:bearer) )?[!-~&&[^<>{\\[\"]][!-~&&[^<>]]*");

    private static final Set<String> NO_TOKENS = Set.of("null", "true", "false");

    private final BackendResponse response;
    private final Object document;

    private TokenResponse(BackendResponse response, Object document) {
        this.response = response;
        this.document = document;
    }

    /** Returns what a response says; one that is no JSON document has no fields. */
    public static TokenResponse of(BackendResponse response) {
        var text = response.text().stripLeading();
        var isDocument = text.startsWith("{") || text.startsWith("[");
        return new TokenResponse(response, isDocument ? document(response) : Map.of());
    }

    private static Object document(BackendResponse response) {
        try {
            return response.json(Object.class);
        } catch (BackendError ignored) {
            return Map.of();
        }
    }

    /**
     * Returns a value that has to be there.
     *
     * @param reference what a template has in braces
     * @throws BackendError 502 that names the reference, if the value is missing, blank, or neither text nor a number
     */
    public String required(String reference) {
        return value(reference)
                .orElseThrow(() -> BackendError.of(502, "The login's response has no '" + reference + "'."));
    }

    /** Returns a value that a template refers to; empty if it is missing, blank, or neither text nor a number. */
    public Optional<String> value(String reference) {
        if (reference.startsWith(ResponseTemplate.OF_HEADER)) {
            return response.header(reference.substring(ResponseTemplate.OF_HEADER.length()))
                    .flatMap(TokenResponse::textOf);
        }
        if (reference.startsWith(ResponseTemplate.OF_COOKIE)) {
            return cookie(reference.substring(ResponseTemplate.OF_COOKIE.length()));
        }
        return reference.equals("text") ? text(reference).or(this::wholeText) : text(reference);
    }

    /** Returns a field without spaces and line breaks around it; empty if it is missing, blank, or neither text nor a number. */
    public Optional<String> text(String path) {
        return JsonPath.find(document, path).flatMap(found -> textOf(found.value()));
    }

    static Optional<String> textOf(@Nullable Object value) {
        return value instanceof String || value instanceof Number
                ? Optional.of(value.toString().strip()).filter(text -> !text.isEmpty())
                : Optional.empty();
    }

    /** Returns the last cookie of this name that has a value and is not deleted. */
    private Optional<String> cookie(String name) {
        return response.headers().getOrDefault("Set-Cookie", List.of()).stream()
                .filter(field -> field.startsWith(name + "=")
                        && !field.toLowerCase(Locale.ROOT).contains("max-age=0"))
                .map(field ->
                        field.substring(name.length() + 1).split(";", 2)[0].strip())
                .filter(value -> !value.isEmpty())
                .reduce((first, second) -> second);
    }

    /** A JSON string counts with what it contains. */
    private Optional<String> wholeText() {
        var text = response.text().strip();
        return Optional.of(text.startsWith("\"") ? unquoted(text) : text)
                .filter(token -> token.length() <= MOST_CHARACTERS
                        && TOKEN.matcher(token).matches()
                        && !NO_TOKENS.contains(token));
    }

    private static String unquoted(String json) {
        try {
            return DefaultJson.MAPPER.<String>fromJsonString(json, String.class).strip();
        } catch (Exception ignored) {
            // Javalin's mapper throws Jackson's checked exceptions undeclared.
            return "";
        }
    }

    /** Returns whether the document says that there was an error. An error that is empty, 0 or false is none. */
    public boolean saysError() {
        return Stream.of("error", "errors", "errorMessages")
                        .flatMap(name -> JsonPath.find(document, name).stream())
                        .anyMatch(found -> isError(found.value()))
                || JsonPath.find(document, "success")
                        .filter(found -> found.value() instanceof Boolean success && !success)
                        .isPresent();
    }

    private static boolean isError(Object value) {
        if (value instanceof Map<?, ?> details) {
            return !details.isEmpty();
        }
        return value instanceof Collection<?> errors
                ? !errors.isEmpty()
                : (value instanceof Boolean isError && isError)
                        || textOf(value).filter(text -> !text.equals("0")).isPresent();
    }

    /** Returns why a login failed, in the server's words. */
    public Optional<String> reason() {
        var description = REASONS.stream().flatMap(path -> text(path).stream()).findFirst();
        return text("error")
                .map(error -> description.map(text -> error + ": " + text).orElse(error))
                .or(() -> description);
    }

    /**
     * Returns how long the token lives: the least of what the object that it is in says ({@link TokenLifetime}), or an object
     * around that, and what the values that are JWTs say ({@link JwtLifetime}), else the configured life.
     *
     * @param references the values that may contain a JWT
     * @param configured null if none is configured
     */
    public Optional<Duration> life(List<String> references, @Nullable Duration configured, InstantSource clock) {
        var besides = references.stream()
                .flatMap(reference ->
                        holders(reference)
                                .flatMap(fields -> TokenLifetime.of(fields, clock).stream())
                                .findFirst()
                                .stream());
        var ofTokens = references.stream()
                .flatMap(reference -> value(reference).stream())
                .flatMap(token -> JwtLifetime.of(token, clock).stream());
        return Stream.concat(besides, ofTokens)
                .min(Comparator.naturalOrder())
                .or(() -> Optional.ofNullable(configured));
    }

    /** For a header or a cookie, the document counts, and then the objects in it. */
    private Stream<Map<?, ?>> holders(String reference) {
        return JsonPath.find(document, reference)
                .map(found -> found.holders().stream())
                .orElseGet(() -> document instanceof Map<?, ?> fields
                        ? Stream.concat(Stream.of(fields), objects(fields))
                        : Stream.empty());
    }

    private static Stream<Map<?, ?>> objects(Map<?, ?> fields) {
        return fields.values().stream().filter(Map.class::isInstance).map(value -> (Map<?, ?>) value);
    }
}
