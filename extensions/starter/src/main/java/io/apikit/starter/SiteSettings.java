package io.apikit.starter;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.http.HttpOptions;
import io.apikit.http.Tls;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The address of one backend, the account there, and the way there. Immutable.
 *
 * @param account the service's own credentials. Empty: each caller's
 */
record SiteSettings(
        String url,
        Optional<String> tokenUrl,
        Optional<Supplier<Credentials>> account,
        Optional<Tls> tls,
        Optional<String> proxy) {
    /**
     * Reads the settings of a backend.
     *
     * @return empty if it has no address
     * @throws InvalidSettingException for the first setting that cannot be used
     */
    static Optional<SiteSettings> read(SettingValues values, SiteNames names) {
        names.details().forEach(detail -> values.require(detail, names.url()));
        return values.find(names.url()).map(String::strip).map(url -> new Reader(values, names, url).read());
    }

    /** Returns a new builder of a backend, without an auth mode. */
    Backend.Builder backend() {
        return backend(List.of());
    }

    /** Returns a new builder of a backend with these options of its HTTP client. */
    Backend.Builder backend(List<Consumer<HttpOptions.Builder>> options) {
        var http = HttpOptions.builder();
        options.forEach(option -> option.accept(http));
        tls.ifPresent(http::tls);
        proxy.ifPresent(http::proxy);
        var backend = Backend.at(url).http(http.build());
        account.ifPresent(backend::credentials);
        return backend;
    }

    /** Reads the settings of a backend that has an address. */
    private record Reader(SettingValues values, SiteNames names, String url) {
        SiteSettings read() {
            values.checked(names.url(), () -> Backend.at(url).build()).close();
            names.tokenUrl().ifPresent(name -> values.require(names.url(), name));
            return new SiteSettings(
                    url,
                    names.tokenUrl().map(this::tokenUrl),
                    names.account().flatMap(this::account),
                    text(names.certificates())
                            .map(file -> values.checked(names.certificates(), () -> Tls.trusting(Path.of(file)))),
                    text(names.proxy()).map(this::proxy));
        }

        private Optional<String> text(String name) {
            return values.find(name).map(String::strip);
        }

        private String tokenUrl(String name) {
            var uri = text(name).orElseThrow();
            values.checked(name, () -> Authenticator.clientCredentials(options -> options.tokenUri(uri)));
            return uri;
        }

        private String proxy(String proxy) {
            values.checked(names.proxy(), () -> HttpOptions.builder().proxy(proxy));
            return proxy;
        }

        private Optional<Supplier<Credentials>> account(SiteNames.Account account) {
            requireOne(account);
            var netrc = account.netrc().flatMap(name -> text(name).map(file -> netrc(name, file)));
            return netrc.or(() -> values.raw(account.username()).map(user -> named(account, user)));
        }

        private void requireOne(SiteNames.Account account) {
            refuseBoth(account.file(), account.secret());
            account.netrc()
                    .ifPresent(netrc -> List.of(account.username(), account.secret(), account.file())
                            .forEach(other -> refuseBoth(netrc, other)));
            List.of(account.secret(), account.file()).forEach(name -> values.require(name, account.username()));
        }

        private void refuseBoth(String name, String other) {
            if (values.isSet(name) && values.isSet(other)) {
                throw values.invalid(name, "is set, and " + other + " too: set one of them");
            }
        }

        private Supplier<Credentials> named(SiteNames.Account account, String user) {
            // A mounted secret is a file already: it is read again when it changes.
            var mounted = values.mounted(account.secret());
            if (mounted.isPresent()) {
                return changing(account, account.secret(), user, mounted.get());
            }
            return values.raw(account.secret())
                    .map(password -> fixed(account, user, password))
                    .or(() -> text(account.file())
                            .map(file -> changing(
                                    account,
                                    account.file(),
                                    user,
                                    values.checked(account.file(), () -> Path.of(file)))))
                    .orElseThrow(() -> values.invalid(
                            account.username(),
                            "is set, but neither " + account.secret() + " nor " + account.file() + " is"));
        }

        private Supplier<Credentials> fixed(SiteNames.Account account, String user, String password) {
            try {
                var credentials = Credentials.password(user, password);
                return () -> credentials;
            } catch (BackendError e) {
                throw values.invalid(account.secret(), e.content().orElse(e.reason()));
            }
        }

        /** Reads the file once, so that an unusable file is reported at the start. */
        private Supplier<Credentials> changing(SiteNames.Account account, String name, String user, Path file) {
            try {
                var credentials = Credentials.passwordFile(user, file);
                values.checked(name, () -> Objects.requireNonNull(credentials.get()));
                return credentials;
            } catch (BackendError e) {
                throw values.invalid(account.username(), e.content().orElse(e.reason()));
            }
        }

        /** Reads the file once, so that an unusable file is reported at the start. */
        private Supplier<Credentials> netrc(String name, String file) {
            return values.checked(name, () -> {
                // Not by getHost(): that knows no name with an underscore.
                var host = URI.create(url).getAuthority().replaceFirst(":\\d*$", "");
                var account = Credentials.netrc(Path.of(file), host);
                Objects.requireNonNull(account.get());
                return account;
            });
        }
    }
}
