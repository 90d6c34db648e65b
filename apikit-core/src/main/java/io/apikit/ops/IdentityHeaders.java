package io.apikit.ops;

import io.javalin.http.BadRequestResponse;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;

/** The headers of one request that name a caller, each there once and spelled with hyphens; or the request is refused. */
final class IdentityHeaders {
    static final String USER = "x-forwarded-user";
    static final String EMAIL = "x-forwarded-email";
    static final String ACCESS_TOKEN = "x-forwarded-access-token";

    private static final String FORWARDED = "x-forwarded-";

    /** The others are for what asks a proxy, not for what is behind it: a proxy lets a client's own pass. */
    private static final Set<String> NAMES = Stream.of(FORWARDED, "x-auth-request-")
            .flatMap(family -> Stream.of("user", "email", "preferred-username", "groups", "access-token")
                    .map(part -> family + part))
            .collect(Collectors.toUnmodifiableSet());

    private final Map<String, String> values;

    private IdentityHeaders(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads them, whatever their case.
     *
     * @throws BadRequestResponse if one is there twice, which others could read differently, or has an underscore, which
     *     some servers take for a hyphen and some proxies do not; its value is not quoted
     */
    static IdentityHeaders of(HttpFields fields) {
        var values = new HashMap<String, String>();
        for (var field : fields) {
            var name = field.getName().toLowerCase(Locale.ROOT);
            var hyphened = name.replace('_', '-');
            if (!NAMES.contains(hyphened)) {
                continue;
            }
            if (!name.equals(hyphened)) {
                throw new BadRequestResponse("The header " + hyphened + " is spelled with an underscore.");
            }
            if (values.put(name, Optional.ofNullable(field.getValue()).orElse("")) != null) {
                throw new BadRequestResponse("The header " + name + " is there more than once.");
            }
        }
        return new IdentityHeaders(values);
    }

    /** Whether one of those is there that a proxy sends to what is behind it. */
    boolean isForwarded() {
        return values.keySet().stream().anyMatch(name -> name.startsWith(FORWARDED));
    }

    /** Its value, empty perhaps. */
    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }
}
