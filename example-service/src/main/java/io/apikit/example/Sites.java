package io.apikit.example;

import static io.apikit.example.Variable.ACCELERATOR_CERTIFICATES;
import static io.apikit.example.Variable.ACCELERATOR_URL;
import static io.apikit.example.Variable.FIRECREST_CLIENT_ID;
import static io.apikit.example.Variable.FIRECREST_CLIENT_SECRET;
import static io.apikit.example.Variable.FIRECREST_CLIENT_SECRET_FILE;
import static io.apikit.example.Variable.FIRECREST_TOKEN_URL;
import static io.apikit.example.Variable.FIRECREST_URL;
import static io.apikit.example.Variable.NASA_URL;
import static io.apikit.example.Variable.PELE_NETRC;
import static io.apikit.example.Variable.PELE_URL;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.http.Tls;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads where the wrapped systems are; every method throws {@link BadConfiguration} for what cannot be used. */
record Sites(Map<String, String> environment) {
    private static final ServiceAccount FIRECREST_CLIENT =
            new ServiceAccount(FIRECREST_CLIENT_ID, FIRECREST_CLIENT_SECRET, FIRECREST_CLIENT_SECRET_FILE);

    /**
     * Reads them.
     *
     * @throws BadConfiguration for the first that cannot be used
     */
    static Systems read(Map<String, String> environment) {
        var sites = new Sites(environment);
        return new Systems(sites.pele(), sites.firecrest(), sites.tokenUri(), sites.nasa(), sites.accelerator());
    }

    Optional<Site> pele() {
        require(PELE_NETRC, PELE_URL);
        return site(PELE_URL)
                .map(site -> PELE_NETRC
                        .strippedIn(environment)
                        .map(file -> checked(PELE_NETRC, () -> netrc(Path.of(file), site.url())))
                        .map(site::account)
                        .orElse(site));
    }

    Optional<Site> firecrest() {
        require(FIRECREST_URL, FIRECREST_TOKEN_URL);
        require(FIRECREST_CLIENT_ID, FIRECREST_URL);
        var client = FIRECREST_CLIENT.in(environment);
        return site(FIRECREST_URL).map(site -> client.map(site::account).orElse(site));
    }

    Optional<String> tokenUri() {
        require(FIRECREST_TOKEN_URL, FIRECREST_URL);
        var uri = FIRECREST_TOKEN_URL.strippedIn(environment);
        uri.ifPresent(value -> checked(
                FIRECREST_TOKEN_URL, () -> Authenticator.clientCredentials(options -> options.tokenUri(value))));
        return uri;
    }

    Optional<Site> nasa() {
        return site(NASA_URL);
    }

    Optional<Site> accelerator() {
        require(ACCELERATOR_CERTIFICATES, ACCELERATOR_URL);
        return site(ACCELERATOR_URL)
                .map(site -> ACCELERATOR_CERTIFICATES
                        .strippedIn(environment)
                        .map(file -> checked(ACCELERATOR_CERTIFICATES, () -> Tls.trusting(Path.of(file))))
                        .map(site::tls)
                        .orElse(site));
    }

    private Optional<Site> site(Variable variable) {
        var site = variable.strippedIn(environment).map(Site::at);
        site.ifPresent(there -> checked(variable, () -> there.backend().build()).close());
        return site;
    }

    /** Read once, so that a file of no use is found out at the start. */
    private static Supplier<Credentials> netrc(Path file, String url) {
        var account = Credentials.netrc(file, URI.create(url).getHost());
        Objects.requireNonNull(account.get());
        return account;
    }

    /** That the second is set, if the first is. */
    private void require(Variable variable, Variable other) {
        if (variable.in(environment).isPresent() && other.in(environment).isEmpty()) {
            throw new BadConfiguration(variable, "is set, but " + other + " is not");
        }
    }

    private static <T> T checked(Variable variable, Supplier<T> value) {
        try {
            return value.get();
        } catch (InvalidPathException malformed) {
            throw new BadConfiguration(variable, "is not the name of a file");
        } catch (IllegalArgumentException | IllegalStateException refused) {
            throw new BadConfiguration(variable, String.valueOf(refused.getMessage()));
        }
    }
}
