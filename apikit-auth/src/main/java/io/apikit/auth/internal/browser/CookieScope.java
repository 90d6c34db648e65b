package io.apikit.auth.internal.browser;

/**
 * Where a cookie is valid. A cookie replaces another one only if both have the same name and the same scope (RFC 6265,
 * section 5.3). Immutable.
 *
 * @param domain the host that set it, or the domain around it, in lower case
 * @param path starts with a slash
 */
public record CookieScope(String domain, String path) {
    /** Returns whether a host is the domain or lies within it (RFC 6265, section 5.1.3). No domain is around an address. */
    public static boolean isWithin(String host, String domain) {
        return host.equals(domain) || (host.endsWith("." + domain) && !isIpAddress(host));
    }

    /** Returns the folder of a request's path (RFC 6265, section 5.1.4). */
    static String defaultPath(String path) {
        return path.lastIndexOf('/') <= 0 ? "/" : path.substring(0, path.lastIndexOf('/'));
    }

    /** Returns whether a request of this path gets the cookie (RFC 6265, section 5.1.4). */
    boolean covers(String requestPath) {
        return requestPath.equals(path) || requestPath.startsWith(path.endsWith("/") ? path : path + "/");
    }

    /** The last label of a host name is never a number, though it may end in one. */
    private static boolean isIpAddress(String host) {
        return host.startsWith("[")
                || host.substring(host.lastIndexOf('.') + 1).chars().allMatch(Character::isDigit);
    }
}
