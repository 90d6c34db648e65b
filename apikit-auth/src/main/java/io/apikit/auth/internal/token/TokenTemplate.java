package io.apikit.auth.internal.token;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns a token response into a header: {@code "{token_type}:{access_token}"} takes two of its fields. Immutable.
 *
 * @param header the header's name
 * @param template its value, with values of the response in braces
 */
public record TokenTemplate(String header, ResponseTemplate template) {
    public TokenTemplate {
        if (header.isBlank()) {
            throw new IllegalArgumentException("the header to sign with must have a name");
        }
        if (template.references().isEmpty()) {
            throw new IllegalArgumentException(
                    "the template to sign with names no field of the response in braces: " + template.text());
        }
    }

    /** @throws IllegalArgumentException if the header has no name, or the template takes nothing of a response */
    public TokenTemplate(String header, String template) {
        this(header, new ResponseTemplate(template));
    }

    /**
     * Returns the header to sign requests with, by its name.
     *
     * @throws io.apikit.BackendError 502 if the response lacks a value of the template
     */
    public Map<String, String> headers(TokenResponse response) {
        return Map.of(header, template.filled(response::required));
    }

    /** Returns the parts of the header that are secret by themselves. The token's type is no secret. */
    public Set<String> secrets(TokenResponse response) {
        return values().stream()
                .filter(field -> !field.equals("token_type") && !field.endsWith(".token_type"))
                .map(response::required)
                .collect(Collectors.toSet());
    }

    /** Returns what the template takes of a response, in its order. */
    public List<String> values() {
        return template.references();
    }

    /** Returns whether the response has all that the template takes: then it is a login. */
    public boolean fits(TokenResponse response) {
        return values().stream().allMatch(value -> response.value(value).isPresent());
    }
}
