package io.apikit.auth.internal.token;

import io.apikit.BackendError;
import io.apikit.http.Headers;
import io.apikit.internal.util.HttpSyntax;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns a token response into headers: {@code "{token_type}:{access_token}"} takes two of its fields. Immutable.
 *
 * @param headers the value of each header by its name, with values of the response in braces
 */
public record TokenTemplate(Map<String, ResponseTemplate> headers) {
    public TokenTemplate {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** @throws IllegalArgumentException if the header has no name, or frames the message, or the template takes nothing of a response */
    public TokenTemplate(String header, String template) {
        this(Map.of(header, checked(header, new ResponseTemplate(template))));
    }

    private static ResponseTemplate checked(String header, ResponseTemplate template) {
        requireSendable(header);
        if (template.references().isEmpty()) {
            throw new IllegalArgumentException(
                    "the template to sign with names no field of the response in braces: " + template.text());
        }
        return template;
    }

    private static void requireSendable(String header) {
        try {
            var unused = Headers.of(Map.of(header, ""));
        } catch (BackendError e) {
            throw new IllegalArgumentException("the header to sign with must have a name: '" + header + "' is none", e);
        }
    }

    /** Returns a template of these headers and the other's, which replace those of the same name in any case. */
    public TokenTemplate and(TokenTemplate other) {
        var all = new LinkedHashMap<>(headers);
        all.keySet().removeIf(name -> other.headers.keySet().stream().anyMatch(name::equalsIgnoreCase));
        all.putAll(other.headers);
        return new TokenTemplate(all);
    }

    /**
     * Returns the headers to sign requests with, by their names.
     *
     * @throws BackendError 502 if the response lacks a value of the template, or has one that cannot be sent in a header
     */
    public Map<String, String> headers(TokenResponse response) {
        return headers.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        header -> header.getValue()
                                .filled(reference -> sendable(reference, response.required(reference)))));
    }

    private static String sendable(String reference, String value) {
        if (!HttpSyntax.isLatin1FieldValue(value)) {
            throw BackendError.of(
                    502,
                    "The login's response has a '" + reference
                            + "' that cannot be sent in a header: a character in it is a control character or beyond ISO-8859-1.");
        }
        return value;
    }

    /** Returns the parts of the headers that are secret by themselves. The token's type is no secret. */
    public Set<String> secrets(TokenResponse response) {
        return values().stream()
                .filter(field -> !field.equals("token_type") && !field.endsWith(".token_type"))
                .map(response::required)
                .collect(Collectors.toSet());
    }

    /** Returns what the template takes of a response, in its order. */
    public List<String> values() {
        return headers.values().stream()
                .flatMap(template -> template.references().stream())
                .toList();
    }

    /** Returns whether the response has all that the template takes: then it is a login. */
    public boolean fits(TokenResponse response) {
        return values().stream().allMatch(value -> response.value(value).isPresent());
    }
}
