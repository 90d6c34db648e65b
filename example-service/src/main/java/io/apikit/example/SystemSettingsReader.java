package io.apikit.example;

import static io.apikit.example.Variable.ACCELERATOR_CERTIFICATES;
import static io.apikit.example.Variable.ACCELERATOR_URL;
import static io.apikit.example.Variable.FIRECREST_CLIENT_ID;
import static io.apikit.example.Variable.FIRECREST_CLIENT_SECRET;
import static io.apikit.example.Variable.FIRECREST_CLIENT_SECRET_FILE;
import static io.apikit.example.Variable.FIRECREST_TOKEN_URL;
import static io.apikit.example.Variable.FIRECREST_URL;
import static io.apikit.example.Variable.FIRECREST_V2_URL;
import static io.apikit.example.Variable.NASA_URL;
import static io.apikit.example.Variable.PELE_NETRC;
import static io.apikit.example.Variable.PELE_URL;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.example.systems.ConfiguredSystems;
import io.apikit.example.systems.SystemSettings;
import io.apikit.http.Tls;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads the settings of the further systems. Every method throws {@link InvalidSettingException} for a setting that cannot
 * be used. A copy of the service without these systems does not need this class.
 */
final class SystemSettingsReader {
    private static final ServiceAccountVariables FIRECREST_CLIENT =
            new ServiceAccountVariables(FIRECREST_CLIENT_ID, FIRECREST_CLIENT_SECRET, FIRECREST_CLIENT_SECRET_FILE);

    private final Map<String, String> environment;

    private SystemSettingsReader(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Reads the settings of all systems.
     *
     * @throws InvalidSettingException for the first setting that cannot be used
     */
    static ConfiguredSystems read(Map<String, String> environment) {
        var reader = new SystemSettingsReader(environment);
        return new ConfiguredSystems(
                
                reader.pele(),
                reader.firecrest(FIRECREST_URL),
                reader.firecrest(FIRECREST_V2_URL),
                reader.tokenUri(),
                reader.nasa(),
                reader.accelerator());
    }

    private Optional<SystemSettings> pele() {
        require(PELE_NETRC, PELE_URL);
        return system(PELE_URL)
                .map(system -> PELE_NETRC
                        .strippedIn(environment)
                        .map(file -> checked(PELE_NETRC, () -> netrc(Path.of(file), system.url())))
                        .map(system::account)
                        .orElse(system));
    }

    private Optional<SystemSettings> firecrest(Variable url) {
        require(url, FIRECREST_TOKEN_URL);
        requireFirecrest(FIRECREST_CLIENT_ID);
        var client = FIRECREST_CLIENT.in(environment);
        return system(url).map(system -> client.map(system::account).orElse(system));
    }

    /** Requires an address of either version if this variable is set. */
    private void requireFirecrest(Variable variable) {
        if (FIRECREST_V2_URL.in(environment).isEmpty()) {
            require(variable, FIRECREST_URL);
        }
    }

    private Optional<String> tokenUri() {
        requireFirecrest(FIRECREST_TOKEN_URL);
        var uri = FIRECREST_TOKEN_URL.strippedIn(environment);
        uri.ifPresent(value -> checked(
                FIRECREST_TOKEN_URL, () -> Authenticator.clientCredentials(options -> options.tokenUri(value))));
        return uri;
    }

    private Optional<SystemSettings> nasa() {
        return system(NASA_URL);
    }

    private Optional<SystemSettings> accelerator() {
        require(ACCELERATOR_CERTIFICATES, ACCELERATOR_URL);
        return system(ACCELERATOR_URL)
                .map(system -> ACCELERATOR_CERTIFICATES
                        .strippedIn(environment)
                        .map(file -> checked(ACCELERATOR_CERTIFICATES, () -> Tls.trusting(Path.of(file))))
                        .map(system::tls)
                        .orElse(system));
    }

    private Optional<SystemSettings> system(Variable variable) {
        var settings = variable.strippedIn(environment).map(SystemSettings::at);
        settings.ifPresent(
                system -> checked(variable, () -> system.backend().build()).close());
        return settings;
    }

    /** Reads the file once, so that an unusable file is reported at the start. */
    private static Supplier<Credentials> netrc(Path file, String url) {
        // Not by getHost(): that knows no name with an underscore.
        var host = URI.create(url).getAuthority().replaceFirst(":\\d*$", "");
        var account = Credentials.netrc(file, host);
        Objects.requireNonNull(account.get());
        return account;
    }

    /** Requires that the second variable is set if the first is. */
    private void require(Variable variable, Variable other) {
        if (variable.in(environment).isPresent() && other.in(environment).isEmpty()) {
            throw new InvalidSettingException(variable, "is set, but " + other + " is not");
        }
    }

    private static <T> T checked(Variable variable, Supplier<T> value) {
        try {
            return value.get();
        } catch (InvalidPathException ignored) {
            throw new InvalidSettingException(variable, "is not the name of a file");
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new InvalidSettingException(variable, String.valueOf(e.getMessage()));
        }
    }
}
