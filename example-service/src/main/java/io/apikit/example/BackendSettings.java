package io.apikit.example;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A backend to front, and how to log in to it. Immutable.
 *
 * @param start where a login through the oauth2-proxy starts; empty: its usual place
 * @param account the service's own credentials; empty: each caller's
 */
record BackendSettings(String url, Mode mode, Optional<String> start, Optional<Supplier<Credentials>> account) {
    static BackendSettings from(String url, Map<String, String> environment) {
        var mode = Variable.AUTH_MODE.strippedIn(environment).map(Mode::named).orElse(Mode.NONE);
        return new BackendSettings(
                url, mode, LoginStart.from(environment, mode, url), ServiceAccount.from(environment, mode));
    }

    /**
     * The backend; nothing is sent yet.
     *
     * @throws BadConfiguration if the library refuses one of the settings
     */
    Backend open() {
        var builder = Backend.at(url).auth(authenticator());
        account.ifPresent(builder::credentials);
        try {
            return builder.build();
        } catch (IllegalArgumentException refused) {
            throw new BadConfiguration(Variable.BACKEND_URL, String.valueOf(refused.getMessage()));
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
        } catch (IllegalArgumentException refused) {
            throw new BadConfiguration(Variable.AUTH_ENDPOINT, String.valueOf(refused.getMessage()));
        }
    }
}
