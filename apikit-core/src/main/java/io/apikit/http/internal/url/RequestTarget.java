package io.apikit.http.internal.url;

import io.apikit.BackendError;
import io.apikit.internal.util.HttpSyntax;
import io.apikit.internal.util.UnfilledTemplate;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The target of a request, relative to the backend's base URL: an encoded path that begins with exactly one slash, and
 * an encoded query, which may be empty. No text that it is made from can lead to another origin or out of the base
 * path.
 */
public record RequestTarget(String path, String query) {
    private static final Pattern ENCODED_CONTROL = Pattern.compile("%(?:[01][0-9a-f]|7f)", Pattern.CASE_INSENSITIVE);

    /**
     * Returns the target of a template, with one segment in place of each <code>{}</code>.
     *
     * @throws IllegalArgumentException if there are not as many segments as <code>{}</code>
     * @throws BackendError 400 for a segment or a path that must not be sent, and for a <code>{}</code> if there are no
     *     segments
     */
    public static RequestTarget of(String template, Object... segments) {
        int question = template.indexOf('?');
        var path = question < 0 ? template : template.substring(0, question);
        var query = question < 0 ? "" : template.substring(question + 1);
        var filled = new PathTemplate(path, segments);
        var target = new RequestTarget(absolute(filled.fillPath(path)), filled.fillQuery(query));
        filled.requireAllUsed();
        requireNoDotSegment(target.path);
        return target;
    }

    /** Returns this target with one more query parameter, both of its parts percent-encoded. */
    public RequestTarget withQuery(String name, Object value) {
        Objects.requireNonNull(value, () -> "value of query parameter " + name);
        var pair = PercentEncoding.value(name) + '=' + PercentEncoding.value(value.toString());
        return new RequestTarget(path, query.isEmpty() ? pair : query + '&' + pair);
    }

    @Override
    public String toString() {
        return query.isEmpty() ? path : path + '?' + query;
    }

    /** A literal part is usually the author's own, but it may contain a caller's path. */
    static void requireNoControl(String literal) {
        if (HttpSyntax.hasControl(literal)) {
            throw BackendError.of(400, "The path must not contain a control character");
        }
    }

    private static String absolute(String path) {
        int start = 0;
        while (start < path.length() && path.charAt(start) == '/') {
            start++;
        }
        return start == 1 ? path : '/' + path.substring(start);
    }

    private static void requireNoDotSegment(String path) {
        if (path.indexOf('.') < 0 && path.indexOf('%') < 0) {
            return; // Most paths have neither.
        }
        if (ENCODED_CONTROL.matcher(path).find()) {
            throw BackendError.of(400, "The path must not contain a control character");
        }
        // A segment is encoded once more in the path than it was given.
        DotSegments.refuse(path, DotSegments.ROUNDS + 1);
    }

    /**
     * A path with its query that is sent as it is, in place of a request's own target. It is attached to the request of a
     * login, whose server wrote it into a redirect or a form: that server may count two slashes, or an encoding, as another
     * page. The origin is fixed by then, so that it leads to no other server.
     *
     * @param value begins with a slash
     */
    public record Literal(String value) {
        /**
         * Checks the value.
         *
         * @throws IllegalArgumentException unless it is an encoded path with its query; it is not quoted
         */
        public Literal {
            if (!value.startsWith("/") || !HttpSyntax.isVisible(value)) {
                throw new IllegalArgumentException("a target must begin with a slash, and be visible ASCII");
            }
        }
    }

    /** Puts the segments into the template, in their order. Its errors name the path alone. Used once, by one thread. */
    static final class PathTemplate {
        private static final String SLOT = "{}";

        private final String path;
        private final Object[] segments;
        private int used;

        PathTemplate(String path, Object... segments) {
            this.path = path;
            this.segments = segments;
        }

        String fillPath(String literal) {
            return fill(literal, PathTemplate::literal, PathTemplate::segment);
        }

        String fillQuery(String literal) {
            return fill(literal, PercentEncoding::query, PercentEncoding::value);
        }

        void requireAllUsed() {
            if (used != segments.length) {
                throw new IllegalArgumentException(
                        "the path " + path + " has fewer {} than the " + segments.length + " segments given");
            }
        }

        private String fill(String literal, UnaryOperator<String> literally, UnaryOperator<String> value) {
            RequestTarget.requireNoControl(literal);
            int at = literal.indexOf(SLOT);
            if (at < 0) {
                return literally.apply(literal);
            }
            var out = new StringBuilder();
            int from = 0;
            for (; at >= 0; at = literal.indexOf(SLOT, from)) {
                out.append(literally.apply(literal.substring(from, at))).append(value.apply(next()));
                from = at + SLOT.length();
            }
            return out.append(literally.apply(literal.substring(from))).toString();
        }

        private String next() {
            if (segments.length == 0) {
                throw BackendError.of(400, "The path has a {} that there is no value for");
            }
            if (used == segments.length) {
                throw new UnfilledTemplate(path, segments.length);
            }
            return Objects.requireNonNull(segments[used++], () -> "segment " + used + " of " + path)
                    .toString();
        }

        private static String literal(String part) {
            DotSegments.refuseManyRounds(part);
            return PercentEncoding.path(part);
        }

        private static String segment(String value) {
            if (value.isEmpty()) {
                throw BackendError.of(400, "A path segment must not be empty");
            }
            if (HttpSyntax.hasControl(value)) {
                throw BackendError.of(400, "A path segment must not contain a control character");
            }
            DotSegments.refuse(value, DotSegments.ROUNDS);
            return PercentEncoding.value(value);
        }
    }
}
