package io.apikit.auth.internal.token;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Turns a token response into a header: {@code "{token_type}:{access_token}"} takes two of its fields. Immutable.
 *
 * @param header the header's name
 * @param template its value, with the response's fields in braces
 */
public record TokenTemplate(String header, String template) {
    private static final Pattern FIELD = Pattern.compile("\\{([^{}]+)}");

    public TokenTemplate {
        if (header.isBlank()) {
            throw new IllegalArgumentException("the header to sign with must have a name");
        }
        if (!FIELD.matcher(template).find()) {
            throw new IllegalArgumentException(
                    "the template to sign with names no field of the response in braces: " + template);
        }
    }

    /**
     * Returns the header to sign requests with, by its name.
     *
     * @throws io.apikit.BackendError 502 if the response lacks a field of the template
     */
    public Map<String, String> headers(TokenResponse response) {
        var value = FIELD.matcher(template)
                .replaceAll(
                        field -> Matcher.quoteReplacement(response.required(Objects.requireNonNull(field.group(1)))));
        return Map.of(header, value);
    }

    /** Returns the parts of the header that are secret by themselves. The token's type is no secret. */
    public Set<String> secrets(TokenResponse response) {
        return fields().stream()
                .filter(field -> !field.equals("token_type"))
                .map(response::required)
                .collect(Collectors.toSet());
    }

    /** Returns the response's fields that the template takes, in its order. */
    public List<String> fields() {
        return FIELD.matcher(template)
                .results()
                .map(field -> Objects.requireNonNull(field.group(1)))
                .toList();
    }
}
