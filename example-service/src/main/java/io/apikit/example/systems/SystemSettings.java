package io.apikit.example.systems;

import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.http.HttpOptions;
import io.apikit.http.Tls;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The address of a wrapped system, and the account there. Immutable.
 *
 * @param account the service's own credentials. Empty: each caller's
 */
public record SystemSettings(String url, Optional<Supplier<Credentials>> account, Tls tls) {
    /** Returns settings with this address, without an account, with the system's certificates. */
    public static SystemSettings at(String url) {
        return new SystemSettings(url, Optional.empty(), Tls.system());
    }

    /** Returns a copy with this account. */
    public SystemSettings account(Supplier<Credentials> own) {
        return new SystemSettings(url, Optional.of(own), tls);
    }

    /** Returns a copy with this TLS configuration. */
    public SystemSettings tls(Tls other) {
        return new SystemSettings(url, account, other);
    }

    /** Returns a builder of a backend with these settings. The {@link WrappedSystem} adds the auth mode. */
    public Backend.Builder backend() {
        var backend = Backend.at(url).http(HttpOptions.builder().tls(tls).build());
        account.ifPresent(backend::credentials);
        return backend;
    }
}
