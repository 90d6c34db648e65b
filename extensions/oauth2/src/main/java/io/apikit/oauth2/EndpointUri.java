package io.apikit.oauth2;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** The absolute http and https URIs of an issuer and its token endpoint. */
final class EndpointUri {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private EndpointUri() {}

    /**
     * Returns the URI that an author has set.
     *
     * @param option the name of the option, for the error
     * @throws IllegalArgumentException if it is no http or https URI, or has user info or a fragment; the text is not
     *     quoted, since it may contain a secret
     */
    static URI parse(String option, String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException ignored) {
            // The cause quotes the text.
            throw new IllegalArgumentException(option + " is no URI");
        }
        var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!Set.of("http", "https").contains(scheme)
                || uri.getRawAuthority() == null
                || uri.getRawUserInfo() != null
                || uri.getRawAuthority().contains("@")
                || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    option + " must be an absolute http or https URI without user info or fragment, such as"
                            + " https://id.example.org/realms/main");
        }
        return uri;
    }

    static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    /** Returns the path and the query. */
    static String target(URI uri) {
        var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /** Returns whether secrets may be sent there: over TLS, to this machine, or by the scheme that the author has chosen. */
    static boolean isTrusted(URI endpoint, URI issuer) {
        return "https".equalsIgnoreCase(endpoint.getScheme())
                || LOOPBACK.contains(String.valueOf(endpoint.getHost()).toLowerCase(Locale.ROOT))
                || String.valueOf(endpoint.getScheme()).equalsIgnoreCase(issuer.getScheme());
    }
}
