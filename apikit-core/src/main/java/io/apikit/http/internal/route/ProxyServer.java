package io.apikit.http.internal.route;

import io.apikit.http.internal.url.BaseUrl;
import io.apikit.http.internal.url.Origin;
import io.apikit.internal.util.AuthorizationHeader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An HTTP proxy, and how the service authenticates to it. Immutable; its {@code toString} does not show the credentials.
 *
 * @param origin the proxy's scheme, host and port
 * @param url as it was given, with user name and password
 * @param authorization the value of {@code Proxy-Authorization} (RFC 9110, section 11.7.2); empty if it needs none
 */
public record ProxyServer(Origin origin, String url, Optional<String> authorization) {
    /**
     * Parses the URL of a proxy, {@code http://[user:password@]host[:port]}. The scheme may be missing, and the port is 80
     * then too. User name and password are percent-decoded.
     *
     * @param setting the name of the setting, for errors
     * @throws IllegalArgumentException if it is no such URL; the message does not quote user name and password
     */
    public static ProxyServer parse(String setting, String url) {
        var text = url.strip();
        try {
            return parse(text.contains("://") ? text : "http://" + text);
        } catch (IllegalArgumentException e) {
            // The cause may quote more.
            throw new IllegalArgumentException(setting + " must be the URL of an HTTP proxy, such as "
                    + "http://proxy.example.org:3128, not '" + BaseUrl.masked(text) + "'");
        }
    }

    private static ProxyServer parse(String url) {
        int begin = url.indexOf("://") + "://".length();
        int at = url.lastIndexOf('@');
        var base = BaseUrl.parse(at < begin ? url : url.substring(0, begin) + url.substring(at + 1));
        if (base.origin().isSecure() || !base.prefix().isEmpty()) {
            throw new IllegalArgumentException("it is no http origin");
        }
        return new ProxyServer(
                base.origin(), url, at < begin ? Optional.empty() : Optional.of(basic(url.substring(begin, at))));
    }

    private static String basic(String userInfo) {
        int colon = userInfo.indexOf(':');
        return colon < 0
                ? AuthorizationHeader.basic(decoded(userInfo), "")
                : AuthorizationHeader.basic(
                        decoded(userInfo.substring(0, colon)), decoded(userInfo.substring(colon + 1)));
    }

    /** A plus sign stands for itself in a URL's user info (RFC 3986, section 3.2.1). */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return origin.toString();
    }
}
