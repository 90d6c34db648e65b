package io.apikit.internal.caller;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** The web pages that may call with their users' credentials: {@link io.apikit.ops.Operations Operations#allowOrigins(String...)}. Immutable. */
public final class CorsOrigins {
    private static final CorsOrigins NONE = new CorsOrigins(Set.of());

    /** As browsers write an origin (RFC 6454, section 6.2): no path, lower case, a name, IPv4 or IPv6 address. */
    private static final Pattern ORIGIN =
            Pattern.compile("(https?)://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+\\])(:[1-9][0-9]{0,4})?");

    private final Set<String> origins;

    private CorsOrigins(Set<String> origins) {
        this.origins = origins;
    }

    public static CorsOrigins none() {
        return NONE;
    }

    public static CorsOrigins of(String... origins) {
        return new CorsOrigins(Stream.of(origins).map(CorsOrigins::checked).collect(Collectors.toUnmodifiableSet()));
    }

    /** Whether no page of another origin may call at all. */
    public boolean isNone() {
        return origins.isEmpty();
    }

    /** The origin of the page that sent this request, if it is an allowed one. */
    public Optional<String> of(Request request) {
        var said = request.getHeaders().getValuesList(HttpHeader.ORIGIN);
        return said.size() == 1 && origins.contains(said.get(0)) ? Optional.of(said.get(0)) : Optional.empty();
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
