package io.apikit.auth.internal.browser;

import io.apikit.http.BackendRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * One step of a login.
 *
 * @param form the encoded form, empty for a GET
 * @param isSecret whether the form holds credentials, which stay on the origin of their page
 */
public record PageRequest(String method, Address address, String form, boolean hasCredentials) {
    private static final String FORM = "application/x-www-form-urlencoded";

    static PageRequest get(Address to) {
        return new PageRequest("GET", to, "", false);
    }

    static PageRequest post(Address to, String form, boolean secret) {
        return new PageRequest("POST", to, form, secret);
    }

    /** 307 and 308 keep method and form (RFC 9110, sections 15.4.8 and 15.4.9); every other redirect is a GET. */
    PageRequest redirected(int status, Address next) {
        return status == 307 || status == 308 ? new PageRequest(method, next, form, hasCredentials) : get(next);
    }

    BackendRequest toBackendRequest(Optional<String> cookies) {
        var request = method.equals("GET")
                ? BackendRequest.get(address.target())
                : BackendRequest.post(address.target()).body(form.getBytes(StandardCharsets.US_ASCII), FORM);
        var page = request.header("Accept", "text/html");
        return cookies.map(cookie -> page.header("Cookie", cookie)).orElse(page);
    }

    /** A parameter that this step sends, in its query or its form. */
    public Optional<String> parameter(String name) {
        return Arrays.stream((address.query() + "&" + form).split("&"))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> decoded(pair.substring(name.length() + 1)))
                .findFirst();
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            return value;
        }
    }

    @Override
    public String toString() {
        return method + " " + address;
    }
}
