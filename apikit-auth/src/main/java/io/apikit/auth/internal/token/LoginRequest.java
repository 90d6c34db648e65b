package io.apikit.auth.internal.token;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.internal.util.AuthorizationHeader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The request of a token login: a POST with a user name, a password and constant fields. Immutable.
 *
 * @param path relative to the backend's base URL; <code>{username}</code> stands for the user name, as one segment
 * @param encoding how the credentials are sent
 * @param usernameField the field of the user name; empty for Basic credentials
 * @param passwordField the field of the password; empty for Basic credentials
 * @param constants the other fields by their names: texts, numbers and booleans
 */
public record LoginRequest(
        String path, Encoding encoding, String usernameField, String passwordField, Map<String, Object> constants) {
    private static final String USERNAME = "{username}";

    /** A constant of such a name is masked in errors. */
    private static final Pattern SECRET_NAME = Pattern.compile("(?i).*(secret|passw|token|key|credential).*");

    /** How the credentials are sent. */
    public enum Encoding {
        /** As {@code Authorization: Basic} (RFC 7617), and the constants as a form. */
        BASIC,
        /** As a form. */
        FORM,
        /** As a JSON object; names with dots are nested objects, and numbers among them are places in an array. */
        JSON
    }

    /** @throws IllegalArgumentException if the path or a field cannot be sent, or if two fields exclude each other */
    public LoginRequest {
        constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
        var names = new ArrayList<>(constants.keySet());
        names.addAll(encoding == Encoding.BASIC ? List.of() : List.of(usernameField, passwordField));
        if (new HashSet<>(names).size() < names.size()) {
            throw new IllegalArgumentException("each field of a token login must have a name of its own: " + names);
        }
        if (path.replace(USERNAME, "").matches(".*[{}].*")) {
            throw new IllegalArgumentException("post takes a path without braces, but for {username}: " + path);
        }
    }

    /**
     * Returns this request, which can be made for some user.
     *
     * @throws IllegalArgumentException if the path is none, or a nested field has a value and fields too
     */
    public LoginRequest checked() {
        try {
            var unused = of("user", "password", StandardCharsets.UTF_8);
            return this;
        } catch (BackendError e) {
            throw new IllegalArgumentException("post takes a path below the backend's base URL: " + e.reason(), e);
        }
    }

    /**
     * Returns the request for a user.
     *
     * @throws io.apikit.BackendError 400 if the path has the user name, and that is no segment of a path
     */
    public BackendRequest of(String username, String password, Charset charset) {
        var parts = path.split(Pattern.quote(USERNAME), -1);
        var names = IntStream.range(1, parts.length).mapToObj(part -> username).toArray();
        var post = BackendRequest.post(String.join("{}", parts), names);
        var fields = new LinkedHashMap<>(constants);
        if (encoding == Encoding.BASIC) {
            var signed = post.header("Authorization", AuthorizationHeader.basic(username, password, charset));
            return fields.isEmpty() ? signed : signed.form(fields);
        }
        fields.put(usernameField, username);
        fields.put(passwordField, password);
        return encoding == Encoding.JSON ? post.json(json(fields)) : post.form(fields);
    }

    /** Returns the constants that are secrets by their names. */
    public Set<String> secrets() {
        return constants.entrySet().stream()
                .filter(constant -> SECRET_NAME.matcher(constant.getKey()).matches())
                .map(constant -> constant.getValue().toString())
                .collect(Collectors.toSet());
    }

    private static Object json(Map<String, Object> fields) {
        var root = new JsonObject(new LinkedHashMap<>());
        fields.forEach((path, value) -> root.put(path, path, value));
        return root.value();
    }

    /** An object that is being made. */
    private record JsonObject(Map<String, Object> fields) {
        void put(String whole, String path, Object value) {
            var names = path.split("\\.", 2);
            var name = Objects.requireNonNull(names[0]);
            if (name.isBlank()) {
                throw new IllegalArgumentException(
                        "the field " + whole + " of a token login must have a name before and after each dot");
            }
            if (names.length == 1) {
                if (fields.put(name, value) != null) {
                    throw twoValues(whole);
                }
            } else if (fields.computeIfAbsent(name, any -> new JsonObject(new LinkedHashMap<>()))
                    instanceof JsonObject inner) {
                inner.put(whole, Objects.requireNonNull(names[1]), value);
            } else {
                throw twoValues(whole);
            }
        }

        private static IllegalArgumentException twoValues(String path) {
            return new IllegalArgumentException(
                    "the field " + path + " of a token login, or one above it, has a value and fields too");
        }

        /** An array, if the names are 0, 1, 2 and so on. */
        Object value() {
            fields.replaceAll((name, value) -> value instanceof JsonObject inner ? inner.value() : value);
            var places = IntStream.range(0, fields.size())
                    .mapToObj(Integer::toString)
                    .toList();
            return fields.keySet().containsAll(places)
                    ? places.stream().map(fields::get).toList()
                    : fields;
        }
    }
}
