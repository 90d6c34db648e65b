package io.apikit.auth.internal.browser;

import io.apikit.http.BackendRequest;
import io.apikit.http.internal.url.RequestTarget;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * One request of a login. Its {@code toString} shows neither query nor form. Immutable.
 *
 * @param method GET or POST
 * @param address the address that it is sent to
 * @param form the encoded form; empty for a GET
 * @param hasCredentials whether it contains credentials, which are sent only to the origin of their page
 */
public record PageRequest(String method, Address address, String form, boolean hasCredentials) {
    private static final String FORM = "application/x-www-form-urlencoded";

    static PageRequest get(Address to) {
        return new PageRequest("GET", to, "", false);
    }

    static PageRequest post(Address to, String form, boolean secret) {
        return new PageRequest("POST", to, form, secret);
    }

    /**
     * Returns the request after a redirect. 307 and 308 keep method and form (RFC 9110, sections 15.4.8 and 15.4.9).
     */
    PageRequest redirected(int status, Address next) {
        return status == 307 || status == 308 ? new PageRequest(method, next, form, hasCredentials) : get(next);
    }

    /** Returns the same request to another address. */
    PageRequest to(Address other) {
        return new PageRequest(method, other, form, hasCredentials);
    }

    BackendRequest toBackendRequest(Optional<String> cookies) {
        var request = method.equals("GET")
                ? BackendRequest.get(address.target())
                : BackendRequest.post(address.target()).body(form.getBytes(StandardCharsets.US_ASCII), FORM);
        var page = request.header("Accept", "text/html").attached(new RequestTarget.Literal(address.target()));
        return cookies.map(cookie -> page.header("Cookie", cookie)).orElse(page);
    }

    /** Returns the first parameter of this name in the query, else in the form. */
    public Optional<String> parameter(String name) {
        return Arrays.stream((address.query() + "&" + form).split("&"))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> decoded(pair.substring(name.length() + 1)))
                .findFirst();
    }

    /** Returns the name of the first field of the form with this value. */
    public Optional<String> field(String value) {
        return Arrays.stream(form.split("&"))
                .map(pair -> pair.split("=", 2))
                .filter(pair -> pair.length == 2 && decoded(pair[1]).equals(value))
                .map(pair -> decoded(pair[0]))
                .findFirst();
    }

    /** Returns whether a parameter has this value, in the query or in the form. */
    boolean hasValue(String value) {
        return Arrays.stream((address.query() + "&" + form).split("&"))
                .anyMatch(pair -> decoded(pair.substring(pair.indexOf('=') + 1)).equals(value));
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }

    @Override
    public String toString() {
        return method + " " + address;
    }
}
