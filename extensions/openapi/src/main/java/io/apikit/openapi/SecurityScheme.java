package io.apikit.openapi;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One way in which a caller proves who it is. Immutable.
 *
 * @param fields of the Security Scheme Object
 */
record SecurityScheme(String name, Map<String, Object> fields) {
    /** Returns the scheme that a {@code WWW-Authenticate} value names (RFC 9110, section 11.6.1). */
    static SecurityScheme ofChallenge(String challenge) {
        var scheme = challenge.strip().split("[ ,]", 2)[0].toLowerCase(Locale.ROOT);
        var what = scheme.equals("basic") ? "User name and password" : "Credentials";
        return new SecurityScheme(
                scheme,
                Map.of("type", "http", "scheme", scheme, "description", what + " of the caller at the backend."));
    }

    /**
     * Returns what a caller needs: all schemes of one of these lists. Empty if it needs nothing.
     *
     * @param always needed in any case
     * @param oneOf of which one is needed, if there are some
     */
    static List<List<SecurityScheme>> alternatives(List<SecurityScheme> always, List<SecurityScheme> oneOf) {
        if (oneOf.isEmpty()) {
            return always.isEmpty() ? List.of() : List.of(always);
        }
        return oneOf.stream()
                .map(scheme -> Stream.concat(always.stream(), Stream.of(scheme)).toList())
                .toList();
    }
}
