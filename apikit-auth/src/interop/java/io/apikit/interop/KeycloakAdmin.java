package io.apikit.interop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** Keycloak's admin API, as its administrator. */
final class KeycloakAdmin {
    static final String NAME = "admin";
    static final String PASSWORD = "admins-own-password";
    static final String TOKEN_PATH = "/protocol/openid-connect/token";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String origin;

    KeycloakAdmin(String origin) {
        this.origin = origin;
    }

    JsonNode get(String path) {
        return call("GET", path, "");
    }

    void post(String path, Object body) {
        call("POST", path, json(body));
    }

    void put(String path, Object body) {
        call("PUT", path, json(body));
    }

    void delete(String path) {
        call("DELETE", path, "");
    }

    private JsonNode call(String method, String path, String body) {
        var request = HttpRequest.newBuilder(URI.create(origin + "/admin/realms" + path))
                .header("Authorization", "Bearer " + token())
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body));
        var response = Web.send(request);
        if (response.statusCode() / 100 != 2) {
            throw new AssertionError(method + " " + path + " answered " + response.statusCode() + response.body());
        }
        return read(response.body());
    }

    private String token() {
        var fields = Map.of("grant_type", "password", "client_id", "admin-cli", "username", NAME, "password", PASSWORD);
        return tokens(origin + "/realms/master", fields).path("access_token").asText();
    }

    /** What a realm's token endpoint answers. */
    static JsonNode tokens(String issuer, Map<String, String> fields) {
        return posted(issuer + TOKEN_PATH, fields);
    }

    /** What an endpoint answers to a form. */
    static JsonNode posted(String uri, Map<String, String> fields) {
        var request = HttpRequest.newBuilder(URI.create(uri))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form(fields)));
        return read(Web.send(request).body());
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }
}
