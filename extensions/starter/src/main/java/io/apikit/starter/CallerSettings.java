package io.apikit.starter;

import static io.apikit.starter.StandardSetting.CALLERS_AUDIENCE;
import static io.apikit.starter.StandardSetting.CALLERS_ISSUER;
import static io.apikit.starter.StandardSetting.CALLERS_KEYS_FILE;

import io.apikit.callers.Callers;
import io.apikit.ops.callers.CallerCheck;
import java.nio.file.Path;
import java.util.Optional;

/** Who may call the service, as the settings say it. */
final class CallerSettings {
    private CallerSettings() {}

    /**
     * Returns the check of callers that the settings describe: API keys from a file, tokens of an issuer, or either.
     *
     * @return empty if they describe none, and everybody may call
     * @throws InvalidSettingException for the first setting that cannot be used
     */
    static Optional<CallerCheck> read(SettingValues values) {
        values.require(CALLERS_AUDIENCE.name(), CALLERS_ISSUER.name());
        values.require(CALLERS_ISSUER.name(), CALLERS_AUDIENCE.name());
        var file = values.find(CALLERS_KEYS_FILE);
        var issuer = values.find(CALLERS_ISSUER);
        if (file.isEmpty() && issuer.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(issuer.isEmpty() ? keys(values, file.orElseThrow()) : tokens(values, file, issuer.get()));
    }

    private static CallerCheck keys(SettingValues values, String file) {
        return values.checked(CALLERS_KEYS_FILE.name(), () -> Check.keys(Path.of(file)));
    }

    private static CallerCheck tokens(SettingValues values, Optional<String> file, String issuer) {
        var audience = values.find(CALLERS_AUDIENCE).orElseThrow();
        file.ifPresent(name -> keys(values, name));
        return values.checked(CALLERS_ISSUER.name(), () -> Check.tokens(file.map(Path::of), issuer, audience));
    }

    /** Uses the optional artifact. The starter works without it, because nothing else names its classes. */
    private static final class Check {
        private Check() {}

        static CallerCheck keys(Path file) {
            return Callers.apiKeys(file);
        }

        static CallerCheck tokens(Optional<Path> file, String issuer, String audience) {
            var tokens = Callers.jwt(jwt -> jwt.issuer(issuer).audience(audience));
            return file.<CallerCheck>map(path -> Callers.anyOf(Callers.apiKeys(path), tokens))
                    .orElse(tokens);
        }
    }
}
