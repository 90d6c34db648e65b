package io.apikit.callers;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the token of {@code Authorization: Bearer} (RFC 6750, section 2.1). */
final class BearerToken {
    static final String HEADER = "Authorization";
    private static final String SCHEME = "bearer ";

    private BearerToken() {}

    /** Returns the token; empty if there is none, or more than one header. */
    static Optional<String> of(Function<String, List<String>> headers) {
        return single(headers, HEADER)
                .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(value -> value.substring(SCHEME.length()).strip())
                .filter(token -> !token.isEmpty());
    }

    /** Returns the only value of a header. A proxy in front may have read the other one of two. */
    static Optional<String> single(Function<String, List<String>> headers, String name) {
        var values = headers.apply(name);
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }
}
