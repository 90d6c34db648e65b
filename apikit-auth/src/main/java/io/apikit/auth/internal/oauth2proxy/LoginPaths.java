package io.apikit.auth.internal.oauth2proxy;

import io.apikit.auth.internal.browser.Address;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
    private static final Set<String> DOTS = Set.of(".", "..");

    /** Servers decode a path once or twice. A path that is encoded more often is no page of a login. */
    private static final int MOST_DECODINGS = 4;

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
        if (!PLAIN.matcher(path).matches() || path.contains("//") || mayClimb(path)) {
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
                && !mayClimb(path);
    }

    /** Whether a path has a dot segment in any of its readings: decoded, with backslashes, or with path parameters. */
    private static boolean mayClimb(String path) {
        var read = path;
        for (int i = 0; i < MOST_DECODINGS; i++) {
            if (hasDots(read)) {
                return true;
            }
            var decoded = decoded(read);
            if (decoded.equals(read)) {
                return false;
            }
            read = decoded;
        }
        return true;
    }

    private static boolean hasDots(String path) {
        for (var segment : path.split("[/\\\\]")) {
            if (DOTS.contains(segment.replaceFirst(";.*", "").strip())) {
                return true;
            }
        }
        return false;
    }

    /** A malformed sequence stays as it is. */
    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException ignored) {
            return path.replaceAll("(?i)%2e", ".")
                    .replaceAll("(?i)%(2f|5c)", "/")
                    .replaceAll("(?i)%3b", ";")
                    .replace("%25", "%");
        }
    }
}
