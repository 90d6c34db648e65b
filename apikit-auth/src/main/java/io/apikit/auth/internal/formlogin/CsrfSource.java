package io.apikit.auth.internal.formlogin;

import io.apikit.BackendError;
import io.apikit.http.Headers;
import java.util.Map;
import java.util.Optional;

/** Where the token against cross-site request forgery comes from that requests with unsafe methods need. Immutable. */
public sealed interface CsrfSource {
    /** No token is needed. */
    record None() implements CsrfSource {}

    /**
     * A cookie, whose value is copied into a header.
     *
     * @param name the name of the cookie
     * @param header the name of the header
     */
    record Cookie(String name, String header) implements CsrfSource {}

    /**
     * A JSON endpoint.
     *
     * @param path of the endpoint
     * @param nameField the field with the name of the header, with dots into objects; empty if the header is known
     * @param valueField the field with the token, with dots into objects
     * @param header the name of the header, if the response does not have it
     */
    record Endpoint(String path, Optional<String> nameField, String valueField, String header) implements CsrfSource {}

    /**
     * A page with the token as an input or as a meta tag.
     *
     * @param page the path of the page
     * @param name the name of the input or of the meta tag
     * @param header the name of the header that the token is sent in
     */
    record Field(String page, String name, String header) implements CsrfSource {}

    /** Returns whether a token can be sent in a header of this name: it frames no message, and the cookies stay. */
    static boolean isHeader(String name) {
        try {
            var unused = Headers.of(Map.of(name, ""));
            return !name.equalsIgnoreCase("Cookie");
        } catch (BackendError | IllegalArgumentException ignored) {
            return false;
        }
    }

    /** Returns the name of the cookie with the token; empty if there is none. */
    default String cookieName() {
        return this instanceof Cookie cookie ? cookie.name() : "";
    }
}
