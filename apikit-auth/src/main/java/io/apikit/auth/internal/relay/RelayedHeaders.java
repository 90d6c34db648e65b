package io.apikit.auth.internal.relay;

import io.apikit.http.BackendResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Which headers of an answer pass on to the client: those that describe its content, and those the author chose. */
public final class RelayedHeaders {
    private static final Set<String> ALWAYS = Set.of(
            "Accept-Ranges",
            "Cache-Control",
            "Content-Disposition",
            "Content-Encoding",
            "Content-Language",
            "Content-Range",
            "Content-Type",
            "ETag",
            "Expires",
            "Last-Modified",
            "Vary");

    /** What belongs to the connection (RFC 9110, section 7.6.1) or to the session; the length is the server's to say. */
    private static final Set<String> NEVER = Set.of(
            "connection",
            "content-length",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "set-cookie",
            "set-cookie2",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private final Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    private RelayedHeaders() {}

    public static RelayedHeaders and(String... chosen) {
        var passed = new RelayedHeaders();
        passed.names.addAll(ALWAYS);
        for (var name : chosen) {
            if (NEVER.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("the header " + name + " cannot be passed on");
            }
            passed.names.add(name);
        }
        return passed;
    }

    /** Gives those there are, with their values; but what is said to be for this connection only goes no farther. */
    void of(BackendResponse answer, BiConsumer<String, List<String>> take) {
        var hops = values(answer, "Connection").stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .collect(Collectors.toCollection(() -> new TreeSet<>(String.CASE_INSENSITIVE_ORDER)));
        names.stream()
                .filter(name -> !hops.contains(name) && !values(answer, name).isEmpty())
                .forEach(name -> take.accept(name, values(answer, name)));
    }

    private static List<String> values(BackendResponse answer, String name) {
        return answer.headers().getOrDefault(name, List.of());
    }
}
