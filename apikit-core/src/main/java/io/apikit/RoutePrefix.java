package io.apikit;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A literal path below which a service is mounted: {@code ""} for the root, else with a leading slash and no trailing
 * one. It has only characters that stand for themselves both in a URL's path (RFC 3986, section 3.3) and in Javalin's
 * patterns.
 */
record RoutePrefix(String path) {
    static final RoutePrefix ROOT = new RoutePrefix("");

    private static final Pattern LITERAL =
            Pattern.compile("(/[A-Za-z0-9._~!$&'()+,;=@-][A-Za-z0-9._~!$&'()+,;=:@-]*)*");
    private static final Pattern DOT_SEGMENT = Pattern.compile(".*/\\.{1,2}(/.*)?");

    /** Parses a prefix: with or without slashes, {@code ""} and {@code "/"} for the root. */
    static RoutePrefix parse(@Nullable String written) {
        if (written == null) {
            throw new IllegalArgumentException("a route prefix is null");
        }
        var inner = written.startsWith("/") ? written.substring(1) : written;
        inner = inner.length() > 1 && inner.endsWith("/") ? inner.substring(0, inner.length() - 1) : inner;
        var path = inner.isEmpty() ? "" : "/" + inner;
        if (!LITERAL.matcher(path).matches() || DOT_SEGMENT.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "route prefix \"" + written + "\" must be a literal path such as \"/mymicroservice\"");
        }
        return new RoutePrefix(path);
    }

    /** Without method handles, which a record's own would link at each start. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RoutePrefix prefix && path.equals(prefix.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    /** Parses prefixes and returns each once, the longest first, the root last. */
    static List<RoutePrefix> parseAll(@Nullable String... written) {
        if (written.length == 0) {
            throw new IllegalArgumentException("no route prefix given; \"/\" is the root");
        }
        return Stream.of(written)
                .map(prefix -> parse(prefix).path)
                .distinct()
                .sorted((one, other) -> Integer.compare(other.length(), one.length()))
                .map(RoutePrefix::new)
                .toList();
    }

    boolean isRoot() {
        return path.isEmpty();
    }
}
