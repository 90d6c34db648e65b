package io.apikit.test;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A request that has passed the login and reached the backend. Immutable and thread-safe.
 *
 * <p>{@code toString} shows no body, and no value of a header that may be a secret.
 */
public final class RecordedRequest {
    private static final Pattern SECRET =
            Pattern.compile("auth|cookie|token|secret|passw|credential|key|session", Pattern.CASE_INSENSITIVE);

    private final String method;
    private final String path;
    private final String queryString;
    private final Map<String, List<String>> query;
    private final Map<String, List<String>> headers;
    private final byte[] body;
    private final String user;
    private final Map<String, String> pathParams;

    private RecordedRequest(Context ctx, String user, byte[] body) {
        this.method = ctx.method().name().toUpperCase(Locale.ROOT);
        this.path = ctx.path();
        this.queryString = Optional.ofNullable(ctx.queryString()).orElse("");
        this.query = ctx.queryParamMap();
        this.headers = headers(ctx);
        this.body = body;
        this.user = user;
        this.pathParams = Map.of();
    }

    private RecordedRequest(RecordedRequest request, Map<String, String> pathParams) {
        this.method = request.method;
        this.path = request.path;
        this.queryString = request.queryString;
        this.query = request.query;
        this.headers = request.headers;
        this.body = request.body;
        this.user = request.user;
        this.pathParams = pathParams;
    }

    /** @param user empty without a login */
    static RecordedRequest of(Context ctx, Optional<String> user) {
        try {
            return new RecordedRequest(
                    ctx, user.orElse(""), ctx.bodyInputStream().readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("the body of a request to the backend ended early", e);
        }
    }

    private static Map<String, List<String>> headers(Context ctx) {
        var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        for (var name : Collections.list(ctx.req().getHeaderNames())) {
            headers.computeIfAbsent(name, any -> new ArrayList<>())
                    .addAll(Collections.list(ctx.req().getHeaders(name)));
        }
        return Collections.unmodifiableMap(headers);
    }

    RecordedRequest with(Map<String, String> found) {
        return new RecordedRequest(this, found);
    }

    /** Returns the method, in capitals. */
    public String method() {
        return method;
    }

    /** Returns the path as it was sent, without the query. */
    public String path() {
        return path;
    }

    /** Returns the first value of this query parameter, decoded; empty if there is none. */
    public Optional<String> query(String name) {
        return query.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** Returns the query parameters, decoded, in their order. */
    public Map<String, List<String>> query() {
        return query;
    }

    /**
     * Returns what stands for the name in braces in the path of the route, decoded.
     *
     * @throws IllegalArgumentException if the route has no such name
     */
    public String pathParam(String name) {
        return Optional.ofNullable(pathParams.get(name))
                .orElseThrow(() -> new IllegalArgumentException("no {" + name + "} in the path of the route: " + this));
    }

    /** Returns the first value of this header; empty if there is none. The name is found in any case. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** Returns all headers. Names are found in any case. */
    public Map<String, List<String>> headers() {
        return headers;
    }

    /** Returns the body as UTF-8; empty if there is none. */
    public String body() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Returns a copy of the body. */
    public byte[] bytes() {
        return body.clone();
    }

    /**
     * Returns the body as this type. Fields that the type does not have are ignored.
     *
     * @throws AssertionError if the body is not JSON of the type
     */
    public <T> T json(Class<T> type) {
        return JsonMapping.read(body(), type, this);
    }

    /** Returns the user that was logged in; empty for a backend without a login. */
    public Optional<String> user() {
        return Optional.of(user).filter(name -> !name.isEmpty());
    }

    /** Returns method, path and query, and the user. */
    String line() {
        return method + " " + path + (queryString.isEmpty() ? "" : "?" + queryString)
                + user().map(name -> " as " + name).orElse("");
    }

    @Override
    public String toString() {
        return headers.entrySet().stream()
                .map(header -> header.getKey() + "="
                        + (SECRET.matcher(header.getKey()).find() ? "***" : String.join(", ", header.getValue())))
                .collect(Collectors.joining(", ", line() + " [", "; body of " + body.length + " bytes]"));
    }
}
