package io.apikit.example;

import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.http.HttpOptions;
import io.apikit.http.Tls;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a wrapped system is, and who logs in to it. Immutable.
 *
 * @param account the service's own credentials; empty: each caller's
 */
record Site(String url, Optional<Supplier<Credentials>> account, Tls tls) {
    static Site at(String url) {
        return new Site(url, Optional.empty(), Tls.system());
    }

    Site account(Supplier<Credentials> own) {
        return new Site(url, Optional.of(own), tls);
    }

    Site tls(Tls other) {
        return new Site(url, account, other);
    }

    /** The settings of the backend there; the mode is the wrapper's. */
    Backend.Builder backend() {
        var backend = Backend.at(url).http(HttpOptions.builder().tls(tls).build());
        account.ifPresent(backend::credentials);
        return backend;
    }
}
