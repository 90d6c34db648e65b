package io.apikit.auth.internal.relay;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The headers of a response that are passed on: those that describe its content, and those the author chose. */
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

    /** They belong to the connection (RFC 9110, section 7.6.1) or to the session; the server sets the length itself. */
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

    /** Half of what the server writes, since handlers have headers too. */
    private static final int MOST_CHARS = 32 << 10;

    /** RFC 9110, section 5.5: a recipient may replace them by a space. */
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");

    private final Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    private RelayedHeaders() {}

    public static RelayedHeaders and(String... chosen) {
        var relayed = new RelayedHeaders();
        relayed.names.addAll(ALWAYS);
        for (var name : chosen) {
            if (NEVER.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("the header " + name + " cannot be passed on");
            }
            relayed.names.add(name);
        }
        return relayed;
    }

    /** @throws BackendError 502 if they are too long to be passed on */
    void requirePassable(BackendResponse response) {
        int chars = 0;
        for (var name : names) {
            for (var value : response.headers().getOrDefault(name, List.of())) {
                chars += value.length();
            }
        }
        if (chars > MOST_CHARS) {
            throw BackendError.of(502, "The headers of the response are longer than 32 KiB in all");
        }
    }

    /** Calls the consumer for each header with its values, except those that {@code Connection} names. */
    void forEach(BackendResponse response, BiConsumer<String, List<String>> consumer) {
        var hopByHop = values(response, "Connection").stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .collect(Collectors.toCollection(() -> new TreeSet<>(String.CASE_INSENSITIVE_ORDER)));
        names.stream()
                .filter(name ->
                        !hopByHop.contains(name) && !values(response, name).isEmpty())
                .forEach(name -> consumer.accept(name, values(response, name)));
    }

    private static List<String> values(BackendResponse response, String name) {
        var values = response.headers().getOrDefault(name, List.of());
        return values.stream().noneMatch(value -> CONTROL.matcher(value).find())
                ? values
                : values.stream()
                        .map(value -> CONTROL.matcher(value).replaceAll(" "))
                        .toList();
    }
}
