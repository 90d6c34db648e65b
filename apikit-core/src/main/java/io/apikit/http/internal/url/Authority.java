package io.apikit.http.internal.url;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The host and the port of a URL (RFC 3986, section 3.2).
 *
 * @param host lower case, an IPv6 address in brackets
 * @param port -1 if the URL has none
 */
public record Authority(String host, int port) {
    /** Names of containers and of old machines have an underscore. {@link URI} knows no host then. */
    private static final Pattern UNDERSCORED =
            Pattern.compile("((?=[^:]*_)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\\.?)(?::(\\d{0,5}))?");

    /** Returns the authority of a URL without user information; empty if it has no valid host. */
    public static Optional<Authority> of(URI url) {
        if (url.getHost() != null) {
            return Optional.of(new Authority(url.getHost().toLowerCase(Locale.ROOT), url.getPort()));
        }
        var raw = url.getRawAuthority();
        var parts = UNDERSCORED.matcher(raw == null ? "" : raw);
        return parts.matches()
                ? Optional.of(
                        new Authority(String.valueOf(parts.group(1)).toLowerCase(Locale.ROOT), port(parts.group(2))))
                : Optional.empty();
    }

    private static int port(@Nullable String digits) {
        return digits == null || digits.isEmpty() ? -1 : Integer.parseInt(digits);
    }
}
