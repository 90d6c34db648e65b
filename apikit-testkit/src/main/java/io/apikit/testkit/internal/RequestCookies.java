package io.apikit.testkit.internal;

import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The cookies of a request, as the client sent them. Of two with the same name the first counts, as in most servers.
 */
public final class RequestCookies {
    private final Map<String, String> values = new LinkedHashMap<>();

    private RequestCookies(List<String> headers) {
        for (String header : headers) {
            for (String pair : header.split(";", -1)) {
                add(pair.strip());
            }
        }
    }

    /** Reads the cookies of this request. */
    public static RequestCookies of(Context ctx) {
        return new RequestCookies(new ArrayList<>(Collections.list(ctx.req().getHeaders("Cookie"))));
    }

    private void add(String pair) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
            values.putIfAbsent(pair.substring(0, equals), pair.substring(equals + 1));
        }
    }

    /** Returns the value of a cookie; empty if the client did not send it. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** Returns the names of the cookies in their order. */
    public Set<String> names() {
        return values.keySet();
    }
}
