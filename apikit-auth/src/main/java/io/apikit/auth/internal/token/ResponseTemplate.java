package io.apikit.auth.internal.token;

import io.apikit.internal.util.HttpSyntax;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with values of a login's response in braces: {@code "{token_type}:{data.access_token}"}. Immutable.
 *
 * @param text the text, as the author has written it
 */
public record ResponseTemplate(String text) {
    static final String OF_HEADER = "header:";
    static final String OF_COOKIE = "cookie:";

    private static final Pattern REFERENCE = Pattern.compile("\\{([^{}]*)}");

    /** @throws IllegalArgumentException if the braces contain what no response has, or do not match */
    public ResponseTemplate {
        if (REFERENCE.matcher(text).replaceAll("").matches("(?s).*[{}].*")) {
            throw refused(text);
        }
        for (var reference : references(text)) {
            if (!isKnown(reference)) {
                throw refused(text);
            }
        }
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(
                "the template " + text + " of a token login must have in each pair of braces"
                        + " a field {token}, a nested field {data.token} or {items.0.token}, a header {header:X-Auth-Token}, a cookie"
                        + " {cookie:SESSION}, or the whole {text}");
    }

    private static boolean isKnown(String reference) {
        for (var prefix : List.of(OF_HEADER, OF_COOKIE)) {
            if (reference.startsWith(prefix)) {
                return HttpSyntax.isToken(reference.substring(prefix.length()));
            }
        }
        return !reference.contains(":")
                && Arrays.stream(reference.split("\\.", -1)).noneMatch(String::isBlank);
    }

    /** Returns what its braces contain, in its order. */
    public List<String> references() {
        return references(text);
    }

    private static List<String> references(String text) {
        return REFERENCE
                .matcher(text)
                .results()
                .map(found -> Objects.requireNonNull(found.group(1)))
                .toList();
    }

    /** Returns the text with a value in place of each pair of braces. */
    public String filled(UnaryOperator<String> value) {
        return REFERENCE
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(value.apply(Objects.requireNonNull(found.group(1)))));
    }
}
