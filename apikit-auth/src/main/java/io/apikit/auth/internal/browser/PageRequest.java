package io.apikit.auth.internal.browser;

import io.apikit.http.BackendRequest;
import io.apikit.http.internal.url.RequestTarget;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One request of a login. Its {@code toString} shows neither query nor form. Immutable.
 *
 * @param method GET or POST
 * @param address the address that it is sent to
 * @param form the encoded form, a character for each byte; empty for a GET
 * @param type the {@code Content-Type} of the form; empty for a GET
 * @param hasCredentials whether it contains credentials, which are sent only to the origin of their page
 * @param referrer the page that it comes from
 */
public record PageRequest(
        String method, Address address, String form, String type, boolean hasCredentials, Referrer referrer) {
    static PageRequest get(Address to) {
        return new PageRequest("GET", to, "", "", false, Referrer.NONE);
    }

    static PageRequest post(Address to, String form, boolean secret) {
        return new PageRequest("POST", to, form, FilledForm.Entries.URLENCODED, secret, Referrer.NONE);
    }

    /** Returns the same request, as one that comes from a page. */
    PageRequest from(Referrer page) {
        return new PageRequest(method, address, form, type, hasCredentials, page);
    }

    /**
     * Returns the request after a redirect. 307 and 308 keep method and form (RFC 9110, sections 15.4.8 and 15.4.9).
     *
     * @param policy the {@code Referrer-Policy} of the redirect; empty if it has none
     */
    PageRequest redirected(int status, Address next, Optional<Referrer.Policy> policy) {
        var kept = status == 307 || status == 308 ? to(next) : get(next);
        return kept.from(referrer.redirected(address, next, policy));
    }

    /** Returns the same request to another address. */
    PageRequest to(Address other) {
        return new PageRequest(method, other, form, type, hasCredentials, referrer);
    }

    BackendRequest toBackendRequest(Optional<String> cookies) {
        // A target of its own has {} as a place for a segment. The literal one is sent.
        var target = address.target().replace("{}", "%7B%7D");
        var isGet = method.equals("GET");
        var request = isGet
                ? BackendRequest.get(target)
                : BackendRequest.post(target).body(form.getBytes(StandardCharsets.ISO_8859_1), type);
        var page = request.header("Accept", "text/html").attached(new RequestTarget.Literal(address.target()));
        page = with(page, "Cookie", cookies);
        page = with(page, "Referer", referrer.referer(address));
        return isGet ? page : with(page, "Origin", referrer.origin(address));
    }

    private static BackendRequest with(BackendRequest request, String name, Optional<String> value) {
        return value.map(text -> request.header(name, text)).orElse(request);
    }

    /** Returns the first parameter of this name in the query, else in the form. */
    public Optional<String> parameter(String name) {
        return Arrays.stream((address.query() + "&" + form).split("&"))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> decoded(pair.substring(name.length() + 1)))
                .findFirst();
    }

    /** Returns the names of the form's fields with this value, in their order. */
    public List<String> fields(String value) {
        return Arrays.stream(form.split("&"))
                .map(pair -> pair.split("=", 2))
                .filter(pair -> pair.length == 2 && decoded(pair[1]).equals(value))
                .map(pair -> decoded(pair[0]))
                .toList();
    }

    /** Returns a part of a query or a form without its encoding; as it is if the encoding is malformed. */
    static String decoded(String value) {
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
