package io.apikit.example;

import io.apikit.BackendError;
import io.apikit.auth.Credentials;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The service's own credentials, if it was given some; else each caller brings its own. */
final class ServiceAccount {
    private ServiceAccount() {}

    static Optional<Supplier<Credentials>> from(Map<String, String> environment, Mode mode) {
        var username = Variable.AUTH_USERNAME.in(environment);
        var password = Variable.AUTH_PASSWORD.in(environment);
        var file = Variable.AUTH_PASSWORD_FILE.strippedIn(environment);
        var secret = password.isPresent() ? Variable.AUTH_PASSWORD : Variable.AUTH_PASSWORD_FILE;
        if (password.isPresent() && file.isPresent()) {
            throw new BadConfiguration(Variable.AUTH_PASSWORD_FILE, "is set, and AUTH_PASSWORD too: set one of them");
        }
        if (username.isEmpty()) {
            password.or(() -> file).ifPresent(any -> {
                throw new BadConfiguration(secret, "is set, but AUTH_USERNAME is not");
            });
            return Optional.empty();
        }
        requirePlace(username.get(), mode);
        return Optional.of(account(username.get(), password, file));
    }

    private static Supplier<Credentials> account(String username, Optional<String> password, Optional<String> file) {
        if (password.isPresent()) {
            var fixed = credentials(Variable.AUTH_PASSWORD, username, password.get());
            return () -> fixed;
        }
        return file.map(ServiceAccount::path)
                .map(path -> new PasswordFile(path, username))
                .orElseThrow(() -> new BadConfiguration(
                        Variable.AUTH_USERNAME, "is set, but neither AUTH_PASSWORD nor AUTH_PASSWORD_FILE is"));
    }

    private static void requirePlace(String username, Mode mode) {
        if (mode == Mode.NONE) {
            throw new BadConfiguration(Variable.AUTH_USERNAME, "is set, but AUTH_MODE is none: nothing would send it");
        }
        if (mode == Mode.BASIC && username.contains(":")) {
            throw new BadConfiguration(
                    Variable.AUTH_USERNAME, "has a colon, which Basic authentication cannot send (RFC 7617)");
        }
    }

    private static Path path(String file) {
        try {
            return Path.of(file);
        } catch (InvalidPathException malformed) {
            throw new BadConfiguration(Variable.AUTH_PASSWORD_FILE, "is not the name of a file");
        }
    }

    /** These credentials, or a clear error that names where the password came from and not what it is. */
    static Credentials credentials(Variable source, String username, String password) {
        try {
            return Credentials.password(username, password);
        } catch (BackendError refused) {
            throw new BadConfiguration(source, refused.content().orElse(refused.reason()));
        }
    }
}
