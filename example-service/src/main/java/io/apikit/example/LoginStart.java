package io.apikit.example;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Where a login through an oauth2-proxy starts: {@code AUTH_ENDPOINT}, a path or an address at the backend. */
final class LoginStart {
    private LoginStart() {}

    static Optional<String> from(Map<String, String> environment, Mode mode, String backend) {
        var start = Variable.AUTH_ENDPOINT.strippedIn(environment);
        if (start.isPresent() && mode != Mode.OAUTH2_PROXY) {
            throw bad("is set, but AUTH_MODE is " + mode + " and not oauth2-proxy");
        }
        start.filter(address -> !address.startsWith("/"))
                .filter(address -> !sameOrigin(address, backend))
                .ifPresent(address -> {
                    throw bad("must be at the origin of BACKEND_URL: a session begun elsewhere would not reach it");
                });
        return start;
    }

    private static boolean sameOrigin(String one, String other) {
        try {
            return Objects.equals(origin(URI.create(one)), origin(URI.create(other)));
        } catch (IllegalArgumentException malformed) {
            return true; // The library says more precisely what is wrong with it.
        }
    }

    private static String origin(URI address) {
        var scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        var standard = scheme.equals("https") ? 443 : 80;
        var port = address.getPort() == -1 ? standard : address.getPort();
        return scheme + "://" + String.valueOf(address.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
    }

    private static BadConfiguration bad(String problem) {
        return new BadConfiguration(Variable.AUTH_ENDPOINT, problem);
    }
}
