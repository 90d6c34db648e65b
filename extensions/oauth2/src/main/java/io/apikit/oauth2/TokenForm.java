package io.apikit.oauth2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.http.BackendRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The form of one token request (RFC 6749, appendix B), and which of its values are secrets. Not thread-safe: one login
 * fills it in.
 */
final class TokenForm {
    private static final String TYPE = "application/x-www-form-urlencoded";

    private final List<Map.Entry<String, String>> fields = new ArrayList<>();
    private final List<String> secrets = new ArrayList<>();
    private @Nullable String authorization;

    TokenForm(String grantType) {
        add("grant_type", grantType);
    }

    private TokenForm(TokenForm other) {
        fields.addAll(other.fields);
        secrets.addAll(other.secrets);
        authorization = other.authorization;
    }

    /** Returns a form with the same fields, to which others are added for one request. */
    TokenForm copy() {
        return new TokenForm(this);
    }

    /** Adds a field. A name may be repeated (RFC 8707, section 2). */
    TokenForm add(String name, String value) {
        fields.add(Map.entry(name, value));
        return this;
    }

    /** Adds a field whose value is shown nowhere. */
    TokenForm secret(String name, String value) {
        secrets.add(value);
        return add(name, value);
    }

    /** Sends id and secret in the header. Each is form-encoded first (RFC 6749, section 2.3.1). */
    TokenForm basic(String id, String secret) {
        var pair = Base64.getEncoder().encodeToString((encoded(id) + ':' + encoded(secret)).getBytes(UTF_8));
        secrets.addAll(List.of(secret, pair));
        authorization = "Basic " + pair;
        return this;
    }

    BackendRequest request(URI endpoint) {
        var text = fields.stream()
                .map(field -> encoded(field.getKey()) + '=' + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        var request = BackendRequest.post(EndpointUri.target(endpoint))
                .header("Accept", "application/json")
                .body(text.getBytes(UTF_8), TYPE);
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    /** Returns a text with {@code ***} for each secret that was sent, as it is or encoded. The longest go first. */
    String masked(String text) {
        return secrets.stream()
                .flatMap(secret ->
                        Stream.of(secret, encoded(secret), encoded(secret).replace("+", "%20")))
                .filter(secret -> !secret.isEmpty())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .reduce(text, (masked, secret) -> masked.replace(secret, "***"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    /** Names the fields without their values. */
    @Override
    public String toString() {
        return "TokenForm" + fields.stream().map(Map.Entry::getKey).toList();
    }
}
