package io.apikit.auth.internal.oauth2proxy;

import io.apikit.auth.internal.browser.Address;
import io.apikit.http.internal.url.DotSegments;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Paths of an origin that is otherwise the backend's. Pages at or below them may be filled in. Immutable.
 *
 * @param folders each starts with a slash and ends in none
 */
public record LoginPaths(List<String> folders) {
    /** No page may be filled in. */
    public static final LoginPaths NONE = new LoginPaths(List.of());

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._~!$&'()*+,=:@-]*");

    public LoginPaths {
        folders = List.copyOf(folders);
    }

    /**
     * Returns these paths and one more.
     *
     * @param path such as {@code /dex/}; the slash at its end may be missing
     * @throws IllegalArgumentException if it is no path, is the root, or has a query, a dot segment or an encoded character
     */
    public LoginPaths and(String path) {
        if (!path.startsWith("/") || path.startsWith("//")) {
            throw new IllegalArgumentException("a path of the proxy's own origin starts with one slash, such as /dex/");
        }
        if (path.equals("/")) {
            throw new IllegalArgumentException("the root is the whole origin, and a page of the backend would get the"
                    + " password: name the provider's own path, such as /dex/");
        }
        if (path.contains("?") || path.contains("#")) {
            throw new IllegalArgumentException("a path has no query and no fragment");
        }
        if (!PLAIN.matcher(path).matches() || path.contains("//") || DotSegments.mayBeIn(path)) {
            throw new IllegalArgumentException(
                    "a path has no dot segment, no empty segment, and no character that would have to be encoded");
        }
        var more = new ArrayList<>(folders);
        more.add(path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
        return new LoginPaths(more);
    }

    /**
     * Returns whether the path of an address is one of these, or lies below one. A path that a server could read as one
     * elsewhere, such as {@code /dex/..%2fadmin} or {@code /dex/..;/admin}, does not.
     */
    public boolean cover(Address address) {
        var path = address.path();
        return folders.stream().anyMatch(folder -> path.equals(folder) || path.startsWith(folder + "/"))
                && !DotSegments.mayBeIn(path);
    }
}
