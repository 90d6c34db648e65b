package io.apikit.starter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The names of the settings of one backend. Immutable.
 *
 * @param account of the service's own account. Empty: the backend needs none
 */
record SiteNames(String url, Optional<String> tokenUrl, Optional<Account> account, String certificates, String proxy) {
    /** The backend of the service. */
    static final SiteNames SERVICE = new SiteNames(
            "BACKEND_URL",
            Optional.empty(),
            Optional.of(new Account("AUTH_USERNAME", "AUTH_PASSWORD", "AUTH_PASSWORD_FILE", Optional.of("AUTH_NETRC"))),
            "BACKEND_CERTIFICATES",
            "BACKEND_PROXY");

    /** Returns the names for a further backend with this one, in capital letters. */
    static SiteNames passwords(String name) {
        var account = new Account(
                name + "_USERNAME", name + "_PASSWORD", name + "_PASSWORD_FILE", Optional.of(name + "_NETRC"));
        return new SiteNames(
                name + "_URL", Optional.empty(), Optional.of(account), name + "_CERTIFICATES", name + "_PROXY");
    }

    SiteNames withoutAccount() {
        return new SiteNames(url, Optional.empty(), Optional.empty(), certificates, proxy);
    }

    SiteNames clientCredentials() {
        var name = url.replaceFirst("URL$", "");
        var client =
                new Account(name + "CLIENT_ID", name + "CLIENT_SECRET", name + "CLIENT_SECRET_FILE", Optional.empty());
        return new SiteNames(url, Optional.of(name + "TOKEN_URL"), Optional.of(client), certificates, proxy);
    }

    /** Returns the settings of a further backend. */
    List<Setting> settings() {
        var settings = new ArrayList<Setting>();
        settings.add(Setting.named(url, "the base URL").showsDefault("none: there are no routes"));
        tokenUrl.ifPresent(name -> settings.add(Setting.named(name, "its token endpoint; needed with " + url)));
        account.ifPresent(names -> settings.addAll(names.settings()));
        settings.add(Setting.named(certificates, "a PEM file with the certificates to trust there")
                .showsDefault("the system's"));
        settings.add(Setting.named(proxy, "an HTTP proxy on the way there, http://user:password@host:port")
                .secret()
                .showsDefault("none"));
        return settings;
    }

    /** Returns all names but that of the URL. */
    List<String> details() {
        return Stream.of(tokenUrl.stream(), account.stream().flatMap(Account::names), Stream.of(certificates, proxy))
                .flatMap(names -> names)
                .toList();
    }

    /**
     * The names of the settings of a service account.
     *
     * @param secret the password, or the client secret
     * @param file names a file that contains the secret
     * @param netrc names a netrc file
     */
    record Account(String username, String secret, String file, Optional<String> netrc) {
        Stream<String> names() {
            return Stream.concat(Stream.of(username, secret, file), netrc.stream());
        }

        private List<Setting> settings() {
            var settings = new ArrayList<Setting>();
            settings.add(Setting.named(username, "a service account for all callers")
                    .showsDefault("each caller's own credentials"));
            settings.add(Setting.named(secret, "its secret, or").secret());
            settings.add(Setting.named(file, "a file with it, read again when it changes"));
            netrc.ifPresent(name -> settings.add(
                    Setting.named(name, "in place of these: a netrc file with the account for the backend's host")));
            return settings;
        }
    }
}
