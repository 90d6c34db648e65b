package io.apikit.starter;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A further backend of a service, with settings of its own, below a prefix of its own. For one with the name {@code pele}
 * the settings are {@code PELE_URL}, {@code PELE_USERNAME}, {@code PELE_PASSWORD}, {@code PELE_PASSWORD_FILE}, {@code
 * PELE_NETRC}, {@code PELE_CERTIFICATES} and {@code PELE_PROXY}. Its routes exist if its URL is set. Its prefix is reserved
 * in any case, so that no password for it reaches another backend.
 *
 * <pre>{@code
 * service.further(FurtherBackend.named("pele", "Pele", site -> site.system(
 *         site.backend().auth(Authenticator.basic()),
 *         pele -> get("/echo/{text}", ctx -> ctx.result(pele.session(ctx).get("/echo").text())))))
 * }</pre>
 *
 * <p>Immutable.
 */
public final class FurtherBackend {
    private final SiteNames names;
    private final String prefix;
    private final String meaning;
    private final Function<Site, WrappedSystem> system;

    private FurtherBackend(SiteNames names, String prefix, String meaning, Function<Site, WrappedSystem> system) {
        this.names = names;
        this.prefix = prefix;
        this.meaning = meaning;
        this.system = system;
    }

    /**
     * Returns a further backend.
     *
     * @param name letters, digits and hyphens. The prefix is this name, and the settings begin with it
     * @param meaning a few words for {@code --help}
     * @param system makes the routes, from the address and the account in the settings
     */
    public static FurtherBackend named(String name, String meaning, Function<Site, WrappedSystem> system) {
        var capitals = name.toUpperCase(Locale.ROOT).replace('-', '_');
        return new FurtherBackend(SiteNames.passwords(capitals), "/" + name, meaning, system);
    }

    /** Returns a copy with another prefix, such as {@code /systems/pele}. */
    public FurtherBackend prefix(String prefix) {
        return new FurtherBackend(names, prefix, meaning, system);
    }

    /** Returns a copy without the settings of an account: the backend needs no login. */
    public FurtherBackend withoutAccount() {
        return new FurtherBackend(names.withoutAccount(), prefix, meaning, system);
    }

    /**
     * Returns a copy for a backend with client credentials. In place of a user name and a password it has {@code
     * .._TOKEN_URL}, which is needed, and {@code .._CLIENT_ID}, {@code .._CLIENT_SECRET} and {@code .._CLIENT_SECRET_FILE}.
     */
    public FurtherBackend clientCredentials() {
        return new FurtherBackend(names.clientCredentials(), prefix, meaning, system);
    }

    String prefix() {
        return prefix;
    }

    String meaning() {
        return meaning;
    }

    SiteNames names() {
        return names;
    }

    List<Setting> settings() {
        return names.settings();
    }

    WrappedSystem system(Site site) {
        return system.apply(site);
    }
}
