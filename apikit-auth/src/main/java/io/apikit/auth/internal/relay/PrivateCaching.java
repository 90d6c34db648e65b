package io.apikit.auth.internal.relay;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How caches may keep a response that belongs to one caller, although its backend lets all caches keep it: the backend does
 * not know who else shares a cache with that caller (RFC 9111, section 3.5).
 */
final class PrivateCaching {
    private static final String PRIVATE = "private";

    /** RFC 9111, section 5.2: a name, and an argument that may be quoted. */
    private static final Pattern DIRECTIVE = Pattern.compile("(?:[^,\"]|\"(?:[^\"\\\\]|\\\\.)*+\"?)++");

    /** A server writes a control character as a space, and a cache may read on after an open quote. */
    private static final Pattern VALID =
            Pattern.compile("[\\w!#$%&'*+.^`|~-]+(?:\\h*=\\h*(?:[\\w!#$%&'*+.^`|~-]+|\"[ -~&&[^\"\\\\]]*\"))?");

    /** Shared caches may keep a response in spite of a {@code private} that names fields. */
    private static final Set<String> FOR_SHARED_CACHES = Set.of("public", "s-maxage", PRIVATE);

    /** They precede {@code Cache-Control} in a cache that knows them. Names that end in CDN-Cache-Control do too (RFC 9213). */
    private static final Set<String> TARGETED =
            Set.of("edge-control", "surrogate-control", "x-accel-expires", "x-litespeed-cache-control");

    private static final String TARGETED_END = "cdn-cache-control";

    private PrivateCaching() {}

    /** Returns whether a header of a response addresses some shared caches alone. */
    static boolean isTargeted(String header) {
        var name = header.toLowerCase(Locale.ROOT);
        return TARGETED.contains(name) || name.endsWith(TARGETED_END);
    }

    /** Returns the values of {@code Cache-Control} with {@code private}, and without what is for shared caches. */
    static List<String> of(List<String> values) {
        var kept = values.stream()
                .map(PrivateCaching::withoutShared)
                .filter(value -> !value.isEmpty())
                .toList();
        if (kept.stream().flatMap(PrivateCaching::directives).anyMatch(PRIVATE::equalsIgnoreCase)) {
            return kept;
        }
        return Stream.concat(Stream.of(PRIVATE), kept.stream()).toList();
    }

    private static String withoutShared(String value) {
        return directives(value).filter(PrivateCaching::isForCallers).collect(Collectors.joining(", "));
    }

    private static boolean isForCallers(String directive) {
        var name = directive.split("=", 2)[0].strip().toLowerCase(Locale.ROOT);
        return directive.equalsIgnoreCase(PRIVATE)
                || (VALID.matcher(directive).matches() && !FOR_SHARED_CACHES.contains(name));
    }

    private static Stream<String> directives(String value) {
        return DIRECTIVE
                .matcher(value)
                .results()
                .map(directive -> directive.group().strip())
                .filter(directive -> !directive.isEmpty());
    }
}
