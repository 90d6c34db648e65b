package io.apikit.testkit.internal;

import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The cookies a client sent, as it sent them: of two with one name the first counts, as in most servers. */
public final class RequestCookies {
    private final Map<String, String> values = new LinkedHashMap<>();

    private RequestCookies(List<String> headers) {
        for (String header : headers) {
            for (String pair : header.split(";", -1)) {
                add(pair.strip());
            }
        }
    }

    public static RequestCookies of(Context ctx) {
        return new RequestCookies(new ArrayList<>(Collections.list(ctx.req().getHeaders("Cookie"))));
    }

    private void add(String pair) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
            values.putIfAbsent(pair.substring(0, equals), pair.substring(equals + 1));
        }
    }

    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    public Set<String> names() {
        return values.keySet();
    }
}
