package io.apikit.ops;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where something of the library's own is found: one literal path, or nowhere. */
final class OperationsPath {
    /** Only what stands for itself both in a URL's path (RFC 3986, section 3.3) and in Javalin's patterns. */
    private static final Pattern LITERAL = Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~!$&'()+,;=@-]+)+");

    private OperationsPath() {}

    /** @throws IllegalArgumentException for any other, naming what it is for */
    static @Nullable String checked(String of, @Nullable String path) {
        if (path != null && !isLiteral(path)) {
            throw new IllegalArgumentException("the path of " + of
                    + " must be a literal one such as /health/live, or null for none, not \"" + path + '"');
        }
        return path;
    }

    static boolean isLiteral(String path) {
        return LITERAL.matcher(path).matches();
    }
}
