package io.apikit.internal.caller;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * The origins of web pages that may send requests with their users' credentials, from {@link
 * io.apikit.ops.Operations#allowOrigins}. Immutable.
 */
public final class CorsOrigins {
    private static final CorsOrigins NONE = new CorsOrigins(Set.of());

    /**
     * An origin as browsers send it (RFC 6454, section 6.2): in lower case and without a path. The host is a name, an
     * IPv4 address or an IPv6 address.
     */
    private static final Pattern ORIGIN =
            Pattern.compile("(https?)://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+\\])(:[1-9][0-9]{0,4})?");

    private final Set<String> origins;

    private CorsOrigins(Set<String> origins) {
        this.origins = origins;
    }

    /** Returns an instance that allows no origin. */
    public static CorsOrigins none() {
        return NONE;
    }

    /**
     * Returns an instance that allows these origins, such as {@code https://portal.example.org}.
     *
     * @throws IllegalArgumentException for any other text, and for an origin with the default port of its scheme
     */
    public static CorsOrigins of(String... origins) {
        return new CorsOrigins(Stream.of(origins).map(CorsOrigins::checked).collect(Collectors.toUnmodifiableSet()));
    }

    /** Returns whether no other origin is allowed. */
    public boolean isNone() {
        return origins.isEmpty();
    }

    /** Returns the {@code Origin} of a request if it is allowed; empty if not, or if the header is there twice. */
    public Optional<String> of(Request request) {
        var values = request.getHeaders().getValuesList(HttpHeader.ORIGIN);
        return values.size() == 1 && origins.contains(values.get(0)) ? Optional.of(values.get(0)) : Optional.empty();
    }

    private static String checked(String origin) {
        var form = ORIGIN.matcher(origin);
        if (!form.matches()) {
            throw new IllegalArgumentException("allowOrigins must be origins as browsers send them, such as"
                    + " https://portal.example.org or http://localhost:3000, but '" + origin + "' is none");
        }
        if ((form.group(1) + form.group(2)).matches("http:80|https:443")) {
            throw new IllegalArgumentException(
                    "allowOrigins must leave out a scheme's own port, as browsers do, but '" + origin + "' has it");
        }
        return origin;
    }
}
