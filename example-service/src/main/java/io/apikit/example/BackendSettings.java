package io.apikit.example;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The backend of the service, and how to log in to it. Immutable.
 *
 * @param start where a login through the oauth2-proxy starts. Empty: at the library's default
 * @param account the service's own credentials. Empty: each caller's
 */
record BackendSettings(String url, LoginMode mode, Optional<String> start, Optional<Supplier<Credentials>> account) {
    /**
     * Reads the settings from the environment.
     *
     * @throws InvalidSettingException for the first setting that cannot be used
     */
    static BackendSettings from(String url, Map<String, String> environment) {
        var mode =
                Variable.AUTH_MODE.strippedIn(environment).map(LoginMode::named).orElse(LoginMode.NONE);
        return new BackendSettings(
                url, mode, LoginStart.from(environment, mode, url), ServiceAccountVariables.from(environment, mode));
    }

    /** Returns a new backend that shares nothing with other replicas. */
    Backend open() {
        return open(UnaryOperator.identity());
    }

    /**
     * Returns a new backend. Sends nothing.
     *
     * @param sharing adds what the replicas of the service share
     * @throws InvalidSettingException if the library rejects one of the settings
     */
    Backend open(UnaryOperator<Backend.Builder> sharing) {
        var builder = sharing.apply(Backend.at(url).auth(authenticator()));
        account.ifPresent(builder::credentials);
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(Variable.BACKEND_URL, String.valueOf(e.getMessage()));
        }
    }

    private Authenticator authenticator() {
        return switch (mode) {
            case NONE -> Authenticator.none();
            case BASIC -> Authenticator.basic();
            case OAUTH2_PROXY -> start.map(BackendSettings::startingAt).orElseGet(Authenticator::oauth2Proxy);
        };
    }

    private static Authenticator startingAt(String start) {
        try {
            return Authenticator.oauth2Proxy(options -> options.start(start));
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(Variable.AUTH_ENDPOINT, String.valueOf(e.getMessage()));
        }
    }

    /** Reads where a login through an oauth2-proxy starts: {@code AUTH_ENDPOINT}, a path or an address at the backend. */
    private static final class LoginStart {
        private LoginStart() {}

        static Optional<String> from(Map<String, String> environment, LoginMode mode, String backend) {
            var start = Variable.AUTH_ENDPOINT.strippedIn(environment);
            if (start.isPresent() && mode != LoginMode.OAUTH2_PROXY) {
                throw invalid("is set, but AUTH_MODE is " + mode + " and not oauth2-proxy");
            }
            start.filter(address -> !address.startsWith("/"))
                    .filter(address -> !sameOrigin(address, backend))
                    .ifPresent(address -> {
                        throw invalid(
                                "must be at the origin of BACKEND_URL: a session begun elsewhere would not reach it");
                    });
            return start;
        }

        private static boolean sameOrigin(String one, String other) {
            try {
                return Objects.equals(origin(URI.create(one)), origin(URI.create(other)));
            } catch (IllegalArgumentException ignored) {
                return true; // The library reports the problem more precisely.
            }
        }

        private static String origin(URI address) {
            var scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            var standard = scheme.equals("https") ? 443 : 80;
            var port = address.getPort() == -1 ? standard : address.getPort();
            return scheme + "://" + String.valueOf(address.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
        }

        private static InvalidSettingException invalid(String problem) {
            return new InvalidSettingException(Variable.AUTH_ENDPOINT, problem);
        }
    }
}
