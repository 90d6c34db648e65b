package io.apikit.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** One way in which a caller proves who it is. Immutable. */
record SecurityScheme(String name, String type, String scheme, String description) {
    private static final String HTTP = "http";
    private static final String API_KEY = "apiKey";

    /** Returns the scheme that a {@code WWW-Authenticate} value names (RFC 9110, section 11.6.1). */
    static SecurityScheme ofChallenge(String challenge) {
        var scheme = challenge.strip().split("[ ,]", 2)[0].toLowerCase(Locale.ROOT);
        return new SecurityScheme(
                scheme,
                HTTP,
                scheme,
                scheme.equals("basic")
                        ? "User name and password of the caller at the backend."
                        : "The caller's credentials at the backend.");
    }

    static SecurityScheme apiKey(String header) {
        return new SecurityScheme("apiKey", API_KEY, header, "The key of a caller of this service.");
    }

    /** @param format for people, such as JWT */
    static SecurityScheme bearer(String format) {
        return new SecurityScheme("callerToken", HTTP, "bearer", "A token of the caller for this service: " + format);
    }

    ObjectNode node() {
        var node = JsonNodeFactory.instance.objectNode().put("type", type).put("description", description);
        return type.equals(API_KEY) ? node.put("in", "header").put("name", scheme) : node.put("scheme", scheme);
    }
}
