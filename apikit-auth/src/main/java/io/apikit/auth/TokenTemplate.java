package io.apikit.auth;

import io.apikit.auth.internal.token.TokenResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a token answer becomes a header: {@code "{token_type}:{access_token}"} takes two of its fields.
 *
 * @param header the header's name
 * @param template its value, with the answer's fields in braces
 */
record TokenTemplate(String header, String template) {
    private static final Pattern FIELD = Pattern.compile("\\{([^{}]+)}");

    TokenTemplate {
        if (header.isBlank()) {
            throw new IllegalArgumentException("the header to sign with must have a name");
        }
        if (!FIELD.matcher(template).find()) {
            throw new IllegalArgumentException(
                    "the template to sign with names no field of the answer in braces: " + template);
        }
    }

    Login login(TokenResponse answer) {
        var value = FIELD.matcher(template)
                .replaceAll(field -> Matcher.quoteReplacement(answer.required(Objects.requireNonNull(field.group(1)))));
        return Login.of(Map.of(header, value)).hiding(tokens(answer));
    }

    /** What must not be seen by itself either; the name of its kind is no secret. */
    private Set<String> tokens(TokenResponse answer) {
        return fields().stream()
                .filter(field -> !field.equals("token_type"))
                .map(answer::required)
                .collect(Collectors.toSet());
    }

    /** The fields it takes, in their order. */
    List<String> fields() {
        return FIELD.matcher(template)
                .results()
                .map(field -> Objects.requireNonNull(field.group(1)))
                .toList();
    }
}
