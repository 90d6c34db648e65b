package io.apikit.oauth2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.json.JavalinJackson;
import io.javalin.json.JsonMapper;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;

/** The parts of a JSON web token (RFC 7515, section 7.1). */
final class Jwt {
    /** A token has to fit into a header of some kilobytes. A larger one is not parsed. */
    private static final int MOST_CHARACTERS = 64 << 10;

    private static final JsonMapper JSON = new JavalinJackson();

    private Jwt() {}

    /** Returns the claims of a token, which are not verified; empty if it is no JWT. */
    static Map<?, ?> claims(String token) {
        var parts = token.split("\\.", -1);
        if (parts.length != 3 || token.length() > MOST_CHARACTERS) {
            return Map.of();
        }
        try {
            var json = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
            return Objects.requireNonNull(JSON.<Map<?, ?>>fromJsonString(json, Map.class));
        } catch (Exception ignored) {
            // Javalin's mapper throws Jackson's checked exceptions undeclared. An opaque token may contain two dots as
            // well.
            return Map.of();
        }
    }

    static String encoded(Map<String, ?> json) {
        return encoded(JSON.toJsonString(json, Map.class).getBytes(UTF_8));
    }

    static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
